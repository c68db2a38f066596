// What the cases of versions and symbols share.
import { type Case, type Expectation, starts, stops } from '../case.ts';

export const inL = { LD_LIBRARY_PATH: '/t/l' } as const;

/** A start under glibc 2.36 with the libraries of /t/l. */
export const symbolCase = (
  id: string,
  rules: readonly string[],
  shows: string,
  files: string,
  expected: Expectation,
  rest: Partial<Case> = {},
): Case => ({ id, rules, shows, image: 'glibc-2.36', files, env: inL, expected, ...rest });

/** The line for a version that `file` lacks, as a pattern. */
export const versionLine = (version: string, by = '/t/p', file = '/t/l/libver\\.so\\.1', weak = '') =>
  `^/t/p: ${file}: ${weak}version \`${version}' not found \\(required by ${by}\\)$`;
export const versionStops = (...lines: readonly string[]) =>
  stops('version', new RegExp(lines.join('\\n'), 'm'), 1);
export const symbolStops = (object: string, text: string) =>
  stops('symbol', new RegExp(`^/t/p: symbol lookup error: ${object}: undefined symbol: ${text}$`, 'm'), 127);
/** It starts after a warning. */
export const warned = (printed: string) => starts(new RegExp(`${printed}[\\s\\S]*started`));
