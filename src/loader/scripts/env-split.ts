/** The words of a `-S` text, or what `env` says of a text that it cannot split. */
export type SplitString =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'refused'; readonly said: string };

const blank = /[ \t\n\v\f\r]/;

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
  readonly #words: string[] = [];
  #at = 0;
  /** The next character begins a word. */
  #isApart = true;
  #quote: '"' | "'" | null = null;

  constructor(text: string, env: ReadonlyMap<string, string>) {
    this.#text = text;
    this.#env = env;
  }

  run(): SplitString {
    while (this.#at < this.#text.length) {
      const said = this.#step(this.#text.charAt(this.#at));
      if (said === 'end') return { kind: 'words', words: this.#words };
      if (said !== null) return { kind: 'refused', said };
    }
    if (this.#quote !== null) return { kind: 'refused', said: 'no terminating quote in -S string' };
    return { kind: 'words', words: this.#words };
  }

  /** Null goes on, `end` takes what there is; else what is wrong. */
  #step(char: string): string | null {
    if ((char === '"' || char === "'") && (this.#quote === null || this.#quote === char)) {
      this.#quote = this.#quote === null ? char : null;
      return this.#take('', 1);
    }
    if (blank.test(char) && this.#quote === null) return this.#separate(1);
    if (char === '#' && this.#isApart) return 'end';
    if (char === '\\') return this.#escape(this.#text.charAt(this.#at + 1));
    if (char === '$' && this.#quote !== "'") return this.#variable();
    return this.#take(char, 1);
  }

  #escape(letter: string): string | null {
    if (this.#quote === "'" && letter !== '\\' && letter !== "'") return this.#take('\\', 1);
    if (letter === '') return 'invalid backslash at end of string in -S';
    if (letter === '_') return this.#quote === null ? this.#separate(2) : this.#take(' ', 2);
    if (letter === 'c')
      return this.#quote === null ? 'end' : "'\\c' must not appear in double-quoted -S string";
    const meant = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
    return meant === undefined ? `invalid sequence '\\${letter}' in -S` : this.#take(meant, 2);
  }

  /** Only `${NAME}`; a variable that is not set is nothing, not even an empty word. */
  #variable(): string | null {
    const rest = this.#text.slice(this.#at);
    const [whole, name] = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}/.exec(rest) ?? [];
    if (whole === undefined || name === undefined)
      return `only \${VARNAME} expansion is supported, error at: ${rest}`;
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

/** Splits the text of `env -S` into words: blanks of the C locale, quotes, escapes, comments and `${NAME}` (K7). */
export const splitString = (text: string, env: ReadonlyMap<string, string>): SplitString =>
  new Split(text, env).run();
