import { count, table } from '../tables.ts';
import type { Treated } from './treat.ts';

const carriedOut = (treated: readonly Treated[]): Treated[] =>
  treated.filter(({ result }) => result === 'cured' || result === 'not cured');
const cured = (treated: readonly Treated[]): number =>
  treated.filter(({ result }) => result === 'cured').length;

/** Those that are printed as seen to start, and do not. */
export const wronglyProven = (treated: readonly Treated[]): Treated[] =>
  treated.filter(({ proven, result }) => proven && result === 'not cured');

/** The numbers of a run: what was carried out and started, by kind of remedy and by rule, and why others were not carried out. */
export function tablesOf(treated: readonly Treated[]): string {
  const tried = carriedOut(treated);
  const share = tried.length === 0 ? 0 : Math.floor((1000 * cured(tried)) / tried.length) / 10;
  const rows = (key: (each: Treated) => string) =>
    count(tried.map(key)).map(([name, number]) => {
      const these = tried.filter((each) => key(each) === name);
      const proven = these.filter((each) => each.proven);
      return [name, number, cured(these), proven.length, wronglyProven(these).length];
    });
  const columns = ['carried out', 'start then', 'printed as proven', 'of these do not start'];
  const others = count(
    treated
      .filter((each) => !tried.includes(each))
      .map(({ result, skipped }) => (skipped[0] === undefined ? result : `${result}: ${skipped[0]}`)),
  );
  return [
    `${treated.length} pairs that fail; for ${tried.length} a remedy was carried out, ${cured(tried)} start then: ${share} %. ${wronglyProven(tried).length} are printed as proven and do not start.`,
    table(['remedy', ...columns], [...rows(({ cure }) => cure?.kind ?? ''), ...rows(() => 'all')]),
    table(
      ['rule', ...columns],
      rows(({ rule }) => rule),
    ),
    table(['not carried out, because', 'pairs'], others),
  ].join('\n\n');
}

/** What does not cure, the most frequent first. */
export function describeFailures(treated: readonly Treated[]): string {
  const failed = treated.filter(({ result }) => result === 'not cured');
  const cause = ({ proven, rule, cure, said }: Treated) =>
    `${proven ? 'PROVEN ' : ''}${rule}, ${cure?.kind}: ${said.replaceAll(/\/c\/\S+/g, 'BINARY').slice(0, 200)}`;
  return count(failed.map(cause))
    .map(([name, number]) => {
      const these = failed.filter((each) => cause(each) === name).slice(0, 3);
      const examples = these.map(
        ({ image, binary, cure, action }) =>
          `    ${image}  ${binary}\n      ${action}\n      ${JSON.stringify(cure)}`,
      );
      return `${number} × ${name}\n${examples.join('\n')}`;
    })
    .join('\n');
}
