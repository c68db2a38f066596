import { wantedLibc } from '../elf/describe/wanted-libc.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { familyOfSoname, familyOfVersion, type LibcFamily } from '../elf/libc-names.ts';
import type { LoadTrace } from '../loader/trace/load-trace.ts';
import type { Problem } from '../loader/trace/problem.ts';
import { defineRule, effectsOf, listNames, problemsOf, type RuleContext } from './define-rule.ts';

/** Objects that are built for another libc than the one whose loader runs, and what goes wrong with them. */
export interface ForeignBuild {
  readonly family: LibcFamily;
  /** Paths, in the order in which they were loaded. */
  readonly paths: readonly string[];
  /** What they lack: libraries of their libc or that only they ask for, and symbols. */
  readonly problems: readonly Problem[];
}

/** A start and the binary that it is about. */
type Judged = Pick<RuleContext, 'trace'> & { readonly binary: Pick<RuleContext['binary'], 'at' | 'elf'> };

const found = new WeakMap<LoadTrace, ForeignBuild | null>();

/** A library of the other libc, or a symbol that an object takes by a version of the other libc. */
function isOfOtherLibc(problem: Problem, other: LibcFamily, files: ReadonlyMap<string, ElfFile>): boolean {
  if (problem.kind === 'library-missing') {
    return familyOfSoname(problem.soname) === other || (other === 'musl' && problem.soname === 'libc.so');
  }
  if (problem.kind !== 'symbol-missing') return false;
  const symbol = files
    .get(problem.neededBy)
    ?.dynamic?.symbols.find(({ name, defined }) => name === problem.name && !defined);
  return familyOfVersion(symbol?.version ?? '') === other;
}

/** The checked binary and what it loaded, by path; a program itself is not among the objects of its trace. */
function filesOf({ trace, binary }: Judged): ReadonlyMap<string, ElfFile> {
  const files = new Map<string, ElfFile>();
  if (binary.elf !== null) {
    const names = binary.elf.interp === null ? [] : trace.executed;
    for (const path of [binary.at, ...names]) files.set(path, binary.elf);
  }
  for (const { path, elf } of trace.objects) if (path !== null && elf !== null) files.set(path, elf);
  const interpreter = trace.loader?.path;
  if (interpreter !== undefined) files.delete(interpreter);
  return files;
}

function lookForForeignBuild(judged: Judged): ForeignBuild | null {
  const { trace } = judged;
  const running = trace.loader?.family;
  if (running !== 'glibc' && running !== 'musl') return null;
  const other = running === 'glibc' ? 'musl' : 'glibc';
  const files = filesOf(judged);
  const foreign = [...files].filter(([, elf]) => elf.libcText === null && wantedLibc(elf).family === other);
  const paths = new Set(foreign.map(([path]) => path));
  if (paths.size === 0) return null;
  const neededElsewhere = new Set(
    problemsOf(trace, 'library-missing').flatMap(({ soname, neededBy }) =>
      paths.has(neededBy) ? [] : [soname],
    ),
  );
  const problems = trace.problems.filter(
    (problem) =>
      problem.fatal &&
      ((problem.kind === 'library-missing' &&
        paths.has(problem.neededBy) &&
        !neededElsewhere.has(problem.soname)) ||
        (problem.kind === 'symbol-missing' && paths.has(problem.neededBy) && !problem.fromCaller)),
  );
  const shows = problems.some((problem) => isOfOtherLibc(problem, other, files));
  if (!shows) return null;
  const atFault = new Set(problems.flatMap((problem) => ('neededBy' in problem ? [problem.neededBy] : [])));
  return { family: other, paths: [...atFault], problems };
}

/** What fails because objects of another libc were loaded; null when that is not what fails. */
export function foreignBuild(judged: Judged): ForeignBuild | null {
  const known = found.get(judged.trace);
  if (known !== undefined) return known;
  const build = lookForForeignBuild(judged);
  found.set(judged.trace, build);
  return build;
}

/** Whether a finding of its own would only repeat the foreign build. */
export const isOfForeignBuild = (judged: Judged, problem: Problem): boolean =>
  foreignBuild(judged)?.problems.includes(problem) === true;

const lacking = (problem: Problem): string =>
  problem.kind === 'library-missing' ? problem.soname : problem.kind === 'symbol-missing' ? problem.name : '';

/** Files of one libc under the loader of another (M4, M50): one cause, whatever it lacks. */
export const foreignLibc = defineRule({
  id: 'foreign-libc',
  title: 'A file is built for another libc than the one that loads it',
  severity: 'error',
  confidence: 'exact',
  check: (context) => {
    const { trace } = context;
    const build = foreignBuild(context);
    if (build === null) return [];
    const { family, paths, problems } = build;
    const names = [...new Set(problems.map(lacking))];
    const running = trace.loader?.family ?? '';
    return [
      {
        subject: listNames(paths, 3),
        expected: `builds for ${running}, whose loader this is (${trace.loader?.path ?? ''})`,
        found: `built for ${family}: ${names.length === 1 ? 'it lacks' : 'they lack'} ${listNames(names, 6)}`,
        where: paths,
        message: `${listNames(paths, 3)} ${paths.length === 1 ? 'is' : 'are'} built for ${family} and loaded by ${running}, which has no ${listNames(names, 3)}.`,
        ...effectsOf(problems),
      },
    ];
  },
});
