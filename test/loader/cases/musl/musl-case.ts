// What the cases of musl share.
import { type Case, type Expectation, muslStops } from '../case.ts';

export const inLib = { LD_LIBRARY_PATH: '/t/lib' } as const;
export const inL = { LD_LIBRARY_PATH: '/t/l' } as const;

/** A start under Alpine 3.20 (musl 1.2.5). */
export const muslCase = (
  id: string,
  rules: readonly string[],
  shows: string,
  files: string,
  expected: Expectation,
  rest: Partial<Case> = {},
): Case => ({ id, rules, shows, image: 'alpine-3.20', files, expected, ...rest });

/** The line for a missing library. */
export const missing = (name: string, words = 'No such file or directory', by = '/t/p') =>
  `Error loading shared library ${name}: ${words} (needed by ${by})`;
/** The line for a missing symbol. */
export const noSymbol = (name: string, object = '/t/p') =>
  `Error relocating ${object}: ${name}: symbol not found`;

/** Opening `name` fails with these words, and its symbol foo is missing. */
export const fooFails = (words: string, name = 'libfoo.so.1') =>
  muslStops('library', missing(name, words), noSymbol('foo'));
export const fooMissing = fooFails('No such file or directory');
