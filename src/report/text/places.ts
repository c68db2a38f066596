import type { Finding } from '../../rules/finding.ts';
import { printable } from '../printable.ts';
import { displayWidth } from './display-width.ts';
import { hanging } from './labelled.ts';

/** Where a library was looked for: `FOLDER/NAME (how the loader comes to look there)`. */
interface Tried {
  readonly folder: string;
  readonly name: string;
  readonly via: string;
}

function triedAt(place: string): Tried | null {
  const [, folder, name, via] = /^(.*)\/([^/]+) \(([^()]+)\)$/.exec(place) ?? [];
  return folder === undefined || name === undefined || via === undefined ? null : { folder, name, via };
}

/** Places one after another at which the loader looked for one name for one reason. */
function groupsOf(where: readonly string[]): (readonly [string, ...string[]])[] {
  const groups: [string, ...string[]][] = [];
  let last: Tried | null = null;
  for (const place of where) {
    const tried = triedAt(place);
    const isSame = tried !== null && last !== null && tried.name === last.name && tried.via === last.via;
    if (isSame) groups.at(-1)?.push(place);
    else groups.push([place]);
    last = tried;
  }
  return groups;
}

/** So many short paths have a line each. */
const mostShort = 3;
const shortest = 24;

const plurals: ReadonlyMap<string, string> = new Map([['default directory', 'default directories']]);

/** The texts in one line: all, or as many as fit before the count of the others. */
function joined(texts: readonly string[], behind: string, columns: number): string {
  for (let shown = texts.length; shown > 1; shown--) {
    const more = texts.length - shown;
    const line = `${texts.slice(0, shown).join(', ')}${more === 0 ? '' : ` and ${more} more`}${behind}`;
    if (displayWidth(line) <= columns) return line;
  }
  return `${texts[0]} and ${texts.length - 1} more${behind}`;
}

function groupLine(group: readonly [string, ...string[]], columns: number): string {
  if (group.length === 1) return printable(group[0]);
  const tried = group.map(triedAt).filter((each) => each !== null);
  const via = tried[0]?.via ?? '';
  const folders = tried.map(({ folder }) => printable(folder === '' ? '/' : folder));
  return joined(folders, ` (${printable(plurals.get(via) ?? via)})`, columns);
}

/**
 * One line for each place, and for each run of folders in which the loader looked for one name for one reason; one for a whole
 * list of short paths, such as that of the folders of PATH.
 */
export function placeLines({ where }: Pick<Finding, 'where'>, columns: number): readonly string[] {
  const room = columns - hanging.length;
  if (where.length > mostShort && where.every((place) => place.length <= shortest && !place.includes(' ')))
    return [joined(where.map(printable), '', room)];
  return groupsOf(where).map((group) => groupLine(group, room));
}
