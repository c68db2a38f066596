import { isDeepStrictEqual } from 'node:util';
import { checkWhole, noSequence, noVariable, splitErrors, variablePattern } from './env-split-check.ts';

/** The words of a `-S` text, or what `env` says of a text that it cannot split. */
export type SplitString =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'refused'; readonly said: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** The release of coreutils since which a text is split so: 9.0 wrote `build_argv` anew. */
export type SplitRelease = '8.30' | '9.0';

/** What parts words: all blanks of the C locale since 9.0. */
const separators: Readonly<Record<SplitRelease, RegExp>> = { '8.30': /[ \t]/, '9.0': /[ \t\n\v\f\r]/ };

/** What a backslash and this letter stand for; `\_` and `\c` are more than a character. */
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '#': '#',
  $: '$',
  '\\': '\\',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** One walk over a text, as build_argv of coreutils' src/env.c does it. */
class Split {
  readonly #text: string;
  readonly #env: ReadonlyMap<string, string>;
  readonly #separator: RegExp;
  readonly #words: string[] = [];
  #at = 0;
  /** The next character begins a word. */
  #isApart = true;
  #quote: '"' | "'" | null = null;

  constructor(text: string, env: ReadonlyMap<string, string>, release: SplitRelease) {
    this.#separator = separators[release];
    this.#text = text;
    this.#env = env;
  }

  run(): SplitString {
    while (this.#at < this.#text.length) {
      const said = this.#step(this.#text.charAt(this.#at));
      if (said === 'end') return { kind: 'words', words: this.#words };
      if (said !== null) return { kind: 'refused', said };
    }
    if (this.#quote !== null) return { kind: 'refused', said: splitErrors.quote };
    return { kind: 'words', words: this.#words };
  }

  /** Null goes on, `end` takes what there is; else what is wrong. */
  #step(char: string): string | null {
    if ((char === '"' || char === "'") && (this.#quote === null || this.#quote === char)) {
      this.#quote = this.#quote === null ? char : null;
      return this.#take('', 1);
    }
    if (this.#separator.test(char) && this.#quote === null) return this.#separate(1);
    if (char === '#' && this.#isApart) return 'end';
    if (char === '\\') return this.#escape(this.#text.charAt(this.#at + 1));
    if (char === '$' && this.#quote !== "'") return this.#variable();
    return this.#take(char, 1);
  }

  #escape(letter: string): string | null {
    if (this.#quote === "'" && letter !== '\\' && letter !== "'") return this.#take('\\', 1);
    if (letter === '') return splitErrors.backslash;
    if (letter === '_') return this.#quote === null ? this.#separate(2) : this.#take(' ', 2);
    if (letter === 'c') return this.#quote === null ? 'end' : splitErrors.endInQuotes;
    const meant = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
    return meant === undefined ? noSequence(letter) : this.#take(meant, 2);
  }

  /** Only `${NAME}`; a variable that is not set is nothing, not even an empty word. */
  #variable(): string | null {
    const rest = this.#text.slice(this.#at);
    const [whole, name] = variablePattern.exec(rest) ?? [];
    if (whole === undefined || name === undefined) return noVariable(rest);
    const value = this.#env.get(name);
    if (value !== undefined) return this.#take(value, whole.length);
    this.#at += whole.length;
    return null;
  }

  #take(text: string, length: number): null {
    if (this.#isApart) this.#words.push('');
    this.#isApart = false;
    this.#words.push(`${this.#words.pop() ?? ''}${text}`);
    this.#at += length;
    return null;
  }

  #separate(length: number): null {
    this.#isApart = true;
    this.#at += length;
    return null;
  }
}

/** Until 8.32 the whole text is checked first, and its words counted, for which room is made: a `\r` alone may be a word too many. */
function splitChecked(given: string, env: ReadonlyMap<string, string>): SplitString {
  const text = given.replace(/^[ \t\n\v\f\r]+/, '');
  const { said, words: counted } = checkWhole(text);
  if (said !== null) return { kind: 'refused', said };
  const split = new Split(text, env, '8.30').run();
  if (split.kind !== 'words' || split.words.length <= counted) return split;
  return {
    kind: 'unknown',
    reason: 'env of coreutils before 9.0 writes more words of -S than it has room for',
  };
}

/**
 * Splits the text of `env -S` into words: blanks, quotes, escapes, comments and `${NAME}` (K7). Without a release the text is split
 * where all releases agree.
 */
export function splitString(
  text: string,
  env: ReadonlyMap<string, string>,
  release: SplitRelease | null,
): SplitString {
  if (release === '9.0') return new Split(text, env, '9.0').run();
  const before = splitChecked(text, env);
  if (release === '8.30') return before;
  const since = new Split(text, env, '9.0').run();
  if (isDeepStrictEqual(before, since)) return since;
  const reason = 'env -S reads its text otherwise since coreutils 9.0, and which release this is is unknown';
  return { kind: 'unknown', reason };
}
