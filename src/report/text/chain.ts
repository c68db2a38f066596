import type { CheckResult, CommandReport } from '../../examine/check-report.ts';
import { printable } from '../printable.ts';
import { displayWidth } from './display-width.ts';
import { outcomeOf } from './headline.ts';
import type { TextOptions, TextStyle } from './style.ts';

const indent = '  ';
/** A command line is cut to this many columns where the terminal has fewer. */
const leastColumns = 20;

/** The results of one command of one image, link by link. */
export type Chain = readonly CheckResult[];

/** The chains of more than one link, in the order of the results. */
export function chainsOf(results: readonly CheckResult[]): readonly Chain[] {
  const chains: CheckResult[][] = [];
  for (const result of results) {
    if (result.command === null) continue;
    if (result.command.link === 1) chains.push([result]);
    else chains.at(-1)?.push(result);
  }
  return chains.filter(({ length }) => length > 1);
}

function word(text: string | null, { ellipsis }: TextStyle): string {
  if (text === null) return ellipsis;
  const shown = printable(text);
  return /^[\w@%+=:,./-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", `'\\''`)}'`;
}

function cut(text: string, columns: number, { ellipsis }: TextStyle): string {
  const room = Math.max(columns, leastColumns);
  if (displayWidth(text) <= room) return text;
  return `${[...text].slice(0, room - ellipsis.length).join('')}${ellipsis}`;
}

function placeWords({ place }: CommandReport): string {
  return place === null ? '' : `${printable(place.file)}, line ${place.line}`;
}

/** One line a link: the verdict, the command, and the line of the script that executes it. */
export function chainText(chain: Chain, options: TextOptions, style: TextStyle): string[] {
  const [first] = chain;
  if (first === undefined) return [];
  const links = chain.map((result) => {
    const { sign, paint } = style.verdict[outcomeOf(result)];
    const { command } = result;
    const link = command?.link ?? 1;
    const rail =
      link === 1 ? indent : `${indent}${' '.repeat(style.tree.last.length * (link - 2))}${style.tree.last}`;
    const place = command === null ? '' : placeWords(command);
    const behind = place === '' ? '' : `  (${place})`;
    const isKnown = result.verdict !== 'unknown' || (command?.argv.length ?? 0) > 0;
    const argv = isKnown ? (command?.argv ?? []).map((each) => word(each, style)).join(' ') : 'unknown';
    const room = options.columns - displayWidth(`${rail}${sign} ${behind}`);
    return `${rail}${paint(`${sign} ${cut(argv, room, style)}`)}${style.dim(behind)}`;
  });
  return [style.bold(printable(first.image.reference)), ...links];
}
