import { type ByteSource, UnreadableRangeError } from '../bytes/byte-source.ts';
import { Bytes } from '../bytes/bytes.ts';
import type { RangeReader } from '../bytes/range-reader.ts';
import { DT_SYMTAB } from '../constants.ts';
import { type DynamicTags, readDynamicTags } from '../dynamic-tags.ts';
import type { DynamicSection, DynamicSymbol, ModuleBuild, Segment } from '../elf-file.ts';
import { fileRangeOf } from '../segments.ts';
import { symbolSize } from '../symbols/symbol-count.ts';
import { apacheModuleAt } from './apache-module.ts';
import { codeLength, functionResult } from './function-result.ts';
import { nodeModuleVersionIn } from './node-registration.ts';
import { programSymbols } from './program-symbols.ts';
import { RelativePlaces } from './relative-places.ts';
import { onlyText } from './texts.ts';

/** What is looked into. */
interface Module {
  readonly source: ByteSource;
  readonly reader: RangeReader;
  readonly segments: readonly Segment[];
  readonly machine: number;
  readonly tags: DynamicTags;
  /** Pointers of the file, read when they are asked for. */
  readonly places: () => RelativePlaces;
}

/** What one program puts into its modules, and where it stands in the program itself. */
interface Mark {
  readonly host: ModuleBuild['host'];
  /** A symbol that only the program, or the library that it consists of, defines; null: the program has no such mark. */
  readonly program: string | null;
  /** A symbol that its modules have. */
  readonly module: { readonly name: string | RegExp; readonly defined: boolean };
  readonly read: (module: Module, index: number, symbol: DynamicSymbol) => string | null;
  /** Whether what was read is only for want of a better one that another symbol names. */
  readonly isSecondBest?: (build: string) => boolean;
}

/** So much of a file is searched for a text. */
const maxSearched = 96 * 1024 * 1024;

/** A pattern of texts as a reader of them. */
const text =
  (start: string, pattern: RegExp) =>
  ({ source }: Module): string | null =>
    source.size > maxSearched ? null : (onlyText(source, start, pattern)?.text ?? null);

/** `version` and `signature` of `ngx_module_t`: the number stands in front of the pointer to the text. */
function nginxBuild({ source, reader, segments, places }: Module): string | null {
  const found = onlyText(source, ',', /^\d,\d,\d,[01]{20,64}$/);
  const segment = segments.find(
    ({ offset, filesz }) => found !== null && found.offset >= offset && found.offset < offset + filesz,
  );
  if (found === null || segment === undefined) return null;
  const address = found.offset - segment.offset + segment.vaddr;
  const word = reader.layout.class / 8;
  for (const place of places().all()) {
    if (places().target(place) !== address) continue;
    const version =
      places()
        .bytesAt(place - word, word)
        ?.word(0) ?? 0;
    if (version >= 1000 && version < 100_000_000) return `${version} ${found.text}`;
  }
  return null;
}

/** Where a symbol of the dynamic table stands. */
function addressOf({ reader, segments, tags }: Module, symbol: number): number | null {
  const table = fileRangeOf(segments, tags.value(DT_SYMTAB) ?? -1);
  if (table === null) return null;
  const size = symbolSize(reader.layout.class);
  const entry = reader.read('symbols', table.offset + symbol * size, size);
  return entry.length < size ? null : entry.word(reader.layout.class === 64 ? 8 : 4);
}

/** Up to so many bytes at an address, as far as the file holds them still. */
function bytesAt({ source, reader, segments }: Module, address: number, length: number): Bytes | null {
  const range = fileRangeOf(segments, address);
  if (range === null) return null;
  return new Bytes(source.read(range.offset, Math.min(length, range.available)), reader.layout);
}

function resultOf(module: Module, symbol: number) {
  const address = addressOf(module, symbol);
  const code = address === null ? null : bytesAt(module, address, codeLength);
  if (address === null || code === null) return null;
  const whole = Buffer.alloc(codeLength);
  code.raw.copy(whole);
  return functionResult(new Bytes(whole, module.reader.layout), address, module.machine);
}

/** What `node_api_module_get_api_version_v1` returns. */
function nodeApiLevel(module: Module, symbol: number): string | null {
  const result = resultOf(module, symbol);
  return result !== null && 'number' in result ? String(result.number) : null;
}

/** Modules of Apache are smaller; of larger files a stream does not keep all that would be read. */
const largestApacheModule = 16 * 1024 * 1024;

/** The `module_struct` that a symbol names; its name is what `LoadModule` asks for. */
function apacheBuild(module: Module, index: number, symbol: DynamicSymbol): string | null {
  if (module.source.size > largestApacheModule) return null;
  const address = addressOf(module, index);
  const { segments, reader } = module;
  const places = module.places();
  const found =
    address === null ? null : apacheModuleAt({ places, segments, address, layout: reader.layout }, symbol);
  return found === null ? null : `${found} ${symbol.name}`;
}

/** `version` of the `Pg_magic_struct` that `Pg_magic_func` returns: 1500 for 15, 906 for 9.6. */
function postgresqlVersion(module: Module, symbol: number): string | null {
  const result = resultOf(module, symbol);
  const magic = result !== null && 'address' in result ? bytesAt(module, result.address, 8) : null;
  if (magic === null || magic.length < 8) return null;
  const [length, version] = [magic.u32(0), magic.u32(4)];
  return length >= 24 && length <= 256 && version >= 802 && version < 10_000 ? String(version) : null;
}

const marks: readonly Mark[] = [
  {
    host: 'php',
    program: programSymbols.php,
    module: { name: 'get_module', defined: true },
    read: text('API', /^API20\d{6},N?TS(,debug)?$/),
  },
  {
    host: 'zend',
    program: programSymbols.zend,
    module: { name: 'extension_version_info', defined: true },
    read: text('API', /^API[234]20\d{6},N?TS(,debug)?$/),
  },
  {
    host: 'nginx',
    program: programSymbols.nginx,
    module: { name: 'ngx_modules', defined: true },
    read: nginxBuild,
  },
  {
    host: 'perl',
    program: programSymbols.perl,
    module: { name: 'Perl_xs_handshake', defined: false },
    read: text('v5.', /^v5\.\d{1,3}\.\d{1,3}$/),
  },
  {
    host: 'postgresql',
    program: null,
    module: { name: 'Pg_magic_func', defined: true },
    read: postgresqlVersion,
  },
  {
    host: 'node-api',
    program: null,
    module: { name: 'node_api_module_get_api_version_v1', defined: true },
    read: nodeApiLevel,
  },
  {
    // Of the program itself its core_module, which is one as the others are.
    host: 'apache',
    program: null,
    module: { name: /^\w+_module$/, defined: true },
    read: apacheBuild,
    isSecondBest: (build) => build.startsWith('0x'),
  },
  {
    host: 'node',
    program: null,
    module: { name: 'node_module_register', defined: false },
    read: ({ places, reader }) => {
      const version = nodeModuleVersionIn(places(), reader.layout.class / 8);
      return version === null ? null : String(version);
    },
  },
];

/** A symbol that shows that a file may have a mark. */
interface Shown {
  readonly mark: Mark;
  readonly index: number;
  readonly symbol: DynamicSymbol;
}

const isCalled = (wanted: string | RegExp, name: string): boolean =>
  typeof wanted === 'string' ? wanted === name : wanted.test(name);

/** Which marks a file may have, with the symbols that say so. */
function marksOf({ symbols }: DynamicSection): readonly Shown[] {
  const shown: Shown[] = [];
  symbols.forEach((symbol, index) => {
    const { name, defined } = symbol;
    for (const mark of marks) {
      const isModule = mark.module.defined === defined && isCalled(mark.module.name, name);
      if (isModule || (defined && mark.program === name)) shown.push({ mark, index, symbol });
    }
  });
  return shown;
}

/**
 * What a plugin says about the program that it was built for, and such a program about itself (S35). What is not certain, or no
 * longer there to read, is left out.
 */
export function readModuleBuilds(
  source: ByteSource,
  reader: RangeReader,
  segments: readonly Segment[],
  dynamic: DynamicSection | null,
  machine: number,
): readonly ModuleBuild[] {
  const found = dynamic === null ? [] : marksOf(dynamic);
  const tags = found.length === 0 ? null : readDynamicTags(reader, segments);
  if (dynamic === null || tags === null) return [];
  let places: RelativePlaces | null = null;
  const module: Module = {
    source,
    reader,
    segments,
    machine,
    tags,
    places: () => {
      places ??= new RelativePlaces(reader, segments, tags);
      return places;
    },
  };
  const builds = new Map<ModuleBuild['host'], string>();
  for (const { mark, index, symbol } of found) {
    const known = builds.get(mark.host);
    const isKnown = known !== undefined && mark.isSecondBest?.(known) !== true;
    const build = isKnown ? null : readable(() => mark.read(module, index, symbol));
    if (build !== null) builds.set(mark.host, build);
  }
  return [...builds].map(([host, build]) => ({ host, build }));
}

/** Null where the source no longer holds the file. */
function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableRangeError) return null;
    throw error;
  }
}
