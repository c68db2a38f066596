import type { Problem } from '../trace/problem.ts';
import type { GlibcRelease } from './glibc-version.ts';

/** Since 2.39 a string of tunables that is not well-formed is ignored as a whole, and numbers are read to their end. */
const strictSince: GlibcRelease = 239;
/** Since 2.40 the tunable `glibc.rtld.enable_secure` is there. */
const enableSecureSince: GlibcRelease = 240;

/** GLIBC_TUNABLES of one start, as elf/dl-tunables.c reads it (G95). */
export class Tunables {
  /** What the loader reports about the variable. */
  readonly problems: readonly Problem[];
  /** `glibc.rtld.enable_secure=1`: the start is secure (G80), and no other tunable counts. */
  readonly enablesSecure: boolean;
  readonly #values: ReadonlyMap<string, string>;
  readonly #release: GlibcRelease;

  constructor(text: string, release: GlibcRelease) {
    this.#release = release;
    const isIgnored = release >= strictSince && isIllFormed(text);
    this.problems = isIgnored ? [ignoredAsAWhole(text)] : [];
    this.#values = isIgnored ? new Map() : valuesIn(text);
    this.enablesSecure =
      release >= enableSecureSince && this.number('glibc.rtld.enable_secure', { least: 0, most: 1 }) === 1;
    if (this.enablesSecure) this.#values = new Map();
  }

  text(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** The value, where it is a number within the bounds; null leaves the default. */
  number(name: string, { least, most }: { readonly least: number; readonly most: number }): number | null {
    const text = this.#values.get(name);
    if (text === undefined) return null;
    const value = this.#release >= strictSince ? wholeNumber(text) : (leadingNumber(text) ?? 0);
    return value !== null && value >= least && value <= most ? value : null;
  }
}

const ignoredAsAWhole = (text: string): Problem => ({
  kind: 'tunables-ignored',
  text,
  stage: 'library',
  fatal: false,
  seen: `WARNING: ld.so: invalid GLIBC_TUNABLES \`${text}': ignored.`,
  exitStatus: null,
});

/** No `=` in the last pair, or two in any. */
function isIllFormed(text: string): boolean {
  if (text === '') return false;
  const pairs = text.split(':');
  return pairs.at(-1)?.includes('=') === false || pairs.some((pair) => pair.split('=').length > 2);
}

/** Of a name that is there twice, the last value counts. */
function valuesIn(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const pair of text.split(':')) {
    const equals = pair.indexOf('=');
    if (equals > 0) values.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  return values;
}

/** `_dl_strtoul`: decimal, octal or hexadecimal behind blanks and a sign, up to the first other character; null without a digit. */
export function leadingNumber(text: string): number | null {
  const match = /^[ \t]*([+-]?)(0x[0-9a-f]+|0[0-7]*|[1-9][0-9]*)/i.exec(text);
  if (match === null) return null;
  const [, sign, digits = ''] = match;
  const isOctal = /^0[0-7]/.test(digits);
  const value = isOctal ? Number.parseInt(digits, 8) : Number(digits);
  return sign === '-' ? 2 ** 64 - value : value;
}

const wholeNumber = (text: string): number | null =>
  /^[ \t]*[+-]?(0x[0-9a-f]+|0[0-7]*|[1-9][0-9]*)$/i.test(text) ? leadingNumber(text) : null;
