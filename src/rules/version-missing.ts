import type { LoadTrace } from '../loader/trace/load-trace.ts';
import type { ProblemOf } from '../loader/trace/problem.ts';
import { defineRule, effectsOf, groupBy, listNames, problemsOf } from './define-rule.ts';
import { isOfTwoGlibcs } from './two-glibcs.ts';

const byLibrary = (problem: ProblemOf<'version-missing'>): string => `${problem.file}\0${problem.neededBy}`;

/** `CURL_OPENSSL_4`: the name of its line of versions, and the numbers. */
function partsOf(version: string): { line: string; numbers: readonly number[] } | null {
  const [, line = '', numbers] = /^(.*?)_?(\d+(?:[._]\d+)*)[a-z]?$/.exec(version) ?? [];
  return numbers === undefined ? null : { line, numbers: numbers.split(/[._]/).map(Number) };
}

function isHigher(one: readonly number[], other: readonly number[]): boolean {
  for (let part = 0; part < Math.max(one.length, other.length); part++) {
    const difference = (one[part] ?? 0) - (other[part] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** What the library defines of the same line of versions. */
function definedBeside(missing: string, defined: readonly string[]): readonly string[] {
  const line = partsOf(missing)?.line;
  return line === undefined ? [] : defined.filter((version) => partsOf(version)?.line === line);
}

/** The missing versions are higher than all that the library defines of their lines. */
function isNewer(versions: readonly string[], defined: readonly string[]): boolean {
  return versions.every((version) => {
    const own = partsOf(version);
    const beside = definedBeside(version, defined).flatMap((one) => partsOf(one) ?? []);
    return own !== null && beside.length > 0 && beside.every((one) => isHigher(own.numbers, one.numbers));
  });
}

/** What the image's copy is, beside the one that was there at the link: older, or of another build. */
function sentence(file: string, neededBy: string, versions: readonly string[], trace: LoadTrace): string {
  const elf = trace.objects.find(({ path }) => path === file)?.elf ?? null;
  const defined =
    elf?.dynamic?.verdef.flatMap(({ name }) => (name === elf.dynamic?.soname ? [] : [name])) ?? [];
  const library = file.slice(file.lastIndexOf('/') + 1);
  const lacking = `${listNames(versions)} ${versions.length === 1 ? 'is' : 'are'} missing`;
  if (elf === null || isNewer(versions, defined)) {
    return `${neededBy} was linked against a newer ${library} than the image has: ${lacking}.`;
  }
  const beside = versions.flatMap((version) => definedBeside(version, defined));
  const others = beside.length > 0 ? beside : defined;
  const has = others.length === 0 ? '' : `; it defines ${listNames([...new Set(others)].toReversed(), 3)}`;
  return `${neededBy} was linked against another build of ${library} than the image has: ${lacking} in ${file}${has}.`;
}

export const versionMissing = defineRule({
  id: 'version-missing',
  title: 'A library of the image lacks a version that is needed',
  severity: 'error',
  confidence: 'exact',
  check: (context) =>
    groupBy(
      problemsOf(context.trace, 'version-missing').filter(
        (problem) => !problem.weak && !isOfTwoGlibcs(context, problem),
      ),
      byLibrary,
    ).map((group) => {
      const [{ file, neededBy }] = group;
      const versions = group.map(({ version }) => version);
      const forcing = group.map(({ version, symbols }) =>
        symbols.length === 0 ? version : `${version} (for ${listNames(symbols, 4)})`,
      );
      return {
        subject: listNames(versions),
        expected: `${forcing.join(', ')} in ${file}`,
        found: `not defined by ${file}`,
        where: [file],
        message: sentence(file, neededBy, versions, context.trace),
        ...effectsOf(group),
      };
    }),
});
