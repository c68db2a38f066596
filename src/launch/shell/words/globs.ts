import type { Fields, ShellState } from '../state.ts';

/** What the expansion of file names needs of the container. */
export interface Folders {
  /** The names in a folder of the image, sorted; null where they are not known. */
  namesIn(folder: string, state: ShellState): readonly string[] | null;
}

/** Whether a pattern that nothing fits becomes nothing (`shopt -s nullglob`), among the variables: no variable has this name. */
export const nullglob = 'shopt nullglob';

const special = /[*?[\\]/;
const maxNames = 256;

/** A part of a path as a regular expression; null for one that holds brackets, which depend on the locale. */
function nameExpression(pattern: string): RegExp | null {
  if (/[[\\]/.test(pattern) || pattern.split('*').length > 4) return null;
  const source = pattern
    .replace(/[.+^${}()|\]]/g, '\\$&')
    .replace(/\*+/g, '[^/]*')
    .replace(/\?/g, '[^/]');
  return new RegExp(`^${pattern.startsWith('.') ? '' : '(?!\\.)'}${source}$`, 's');
}

/**
 * The paths that a pattern of the shell becomes (POSIX.1-2017, 2.13.3), of patterns in its last part alone; the pattern itself
 * where nothing fits. Null where that is not known.
 */
export function expandPath(pattern: string, state: ShellState, folders: Folders): Fields | null {
  const slash = pattern.lastIndexOf('/') + 1;
  const [folder, last] = [pattern.slice(0, slash), pattern.slice(slash)];
  const expression = nameExpression(last);
  if (special.test(folder) || last === '' || expression === null) return null;
  const names = folders.namesIn(folder === '' ? '.' : folder, state);
  if (names === null) return null;
  const fitting = names.filter((name) => expression.test(name)).map((name) => `${folder}${name}`);
  if (fitting.length > maxNames) return null;
  if (fitting.length > 0) return { values: fitting, open: false };
  if (!state.variables.has(nullglob)) return { values: [pattern], open: false };
  return state.variables.get(nullglob) === 'on' ? { values: [], open: false } : null;
}
