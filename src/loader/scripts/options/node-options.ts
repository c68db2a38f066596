import table from './node-options.json' with { type: 'json' };
import { type OptionsRead, readWords, refused, type WordRead } from './read-options.ts';

/** The places, in the list of releases that were seen, of those that have an option. */
type Places = ReadonlySet<number>;

function placesByName(groups: Readonly<Record<string, string>>): ReadonlyMap<string, Places> {
  return new Map(
    Object.entries(groups).flatMap(([ranges, names]) => {
      const places = new Set<number>();
      for (const range of ranges.split(',')) {
        const [from = 0, to = 0] = range.split('-').map(Number);
        for (let place = from; place <= to; place++) places.add(place);
      }
      return names.split(' ').map((name) => [name, places] as const);
    }),
  );
}

/** The table as it is looked up. */
interface Options {
  /** Of node itself. */
  readonly own: ReadonlyMap<string, Places>;
  readonly ofV8: ReadonlyMap<string, Places>;
  readonly valued: ReadonlySet<string>;
  readonly known: ReadonlySet<number>;
}

let made: Options | null = null;

/** Made at first use: most starts hand nothing to node. */
function options(): Options {
  made ??= {
    own: placesByName(table.own),
    ofV8: placesByName(table.v8),
    valued: new Set(table.valued.split(' ')),
    known: new Set(table.moduleVersions),
  };
  return made;
}

/** Whether node takes the option of a word: null where its release decides, and that, or what it has, is not known. */
export function nodeTakes(word: string, moduleVersion: number | null): boolean | null {
  const [given = ''] = word.split('=');
  // Node knows its own short options; to V8 one dash is as good as two.
  if (/^-(?:[ceprivhC]|pe)$/.test(given)) return true;
  const { own, ofV8, known } = options();
  const name = given.replace(/^--?/, '').replaceAll('_', '-');
  const names = [name, name.replace(/^no-?/, '')];
  const places = new Set(names.flatMap((each) => [...(own.get(each) ?? []), ...(ofV8.get(each) ?? [])]));
  if (places.size === table.moduleVersions.length) return true;
  if (moduleVersion === null || !known.has(moduleVersion)) return null;
  if (places.size === 0) return false;
  const seen = [...table.moduleVersions.entries()].flatMap(([place, version]) =>
    version === moduleVersion ? [places.has(place)] : [],
  );
  if (seen.every(Boolean)) return true;
  // What a build gives to V8 decides about V8's own, so its lack is no proof.
  return seen.some(Boolean) || !names.some((each) => own.has(each)) ? null : false;
}

/** Reads what is handed to node. `moduleVersion` is NODE_MODULE_VERSION of the program. */
export function readNodeOptions(
  words: readonly string[],
  argv0: string,
  moduleVersion: number | null,
): OptionsRead {
  const read = readWords(words, (word): WordRead => {
    const takes = nodeTakes(word, moduleVersion);
    if (takes === null)
      return { kind: 'unknown', reason: `whether ${argv0} takes ${word} depends on its release` };
    if (!takes) return refused(word, `${argv0}: bad option: ${word}`, 9);
    if (/^(?:-[hv]|--help|--version|--v8-options)$/.test(word)) return 'ends';
    const isValued =
      /^-(?:[eprC]|pe)$/.test(word) || options().valued.has(word.replace(/^--/, '').replaceAll('_', '-'));
    return isValued ? 1 : 0;
  });
  const isText = words.some((word) =>
    /^-(?:e|p|pe|i|-eval|-print|-interactive|-test|-run|-watch)\b/.test(word),
  );
  return read.kind === 'taken' && isText ? { kind: 'taken', operand: null } : read;
}
