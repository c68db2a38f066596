import type { Container } from '../container/container.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { familyOfLoader } from '../elf/libc-names.ts';
import { areOfTwoReleases, buildOf, type GlibcBuild, isGlibcPart } from '../loader/glibc/builds.ts';
import type { LoadTrace } from '../loader/trace/load-trace.ts';
import type { Problem } from '../loader/trace/problem.ts';

/** A file of glibc in the process. */
export interface GlibcPart {
  readonly path: string;
  readonly soname: string;
  readonly elf: ElfFile;
  readonly build: GlibcBuild;
  /** The folder that it lies in, links resolved. */
  readonly folder: string;
  /** That folder is one that the loader searches by default. */
  readonly byDefault: boolean;
  /** The list in which it was found; null for the loader that PT_INTERP names. */
  readonly foundBy: string | null;
}

/** Parts of two builds of glibc in one process, and what fails for it. */
export interface TwoGlibcs {
  /** Those that do not belong to the image's glibc, in the order in which they fail. */
  readonly strays: readonly [GlibcPart, ...GlibcPart[]];
  /** The part that the first of them does not fit. */
  readonly beside: GlibcPart;
  readonly problems: readonly [Problem, ...Problem[]];
}

/** A start in a container. */
interface Judged {
  readonly trace: LoadTrace;
  readonly container: Container;
}

const found = new WeakMap<LoadTrace, TwoGlibcs | null>();

/** The parts of glibc in a process, its loader first; empty where another loader runs. */
export function glibcParts({ trace, container: { rootfs } }: Judged): readonly GlibcPart[] {
  const loaderFile = trace.loader?.family === 'glibc' ? rootfs.lookup(trace.loader.path) : null;
  const loader =
    loaderFile?.ok === true && loaderFile.inode.content?.kind === 'elf' ? loaderFile.inode.content.elf : null;
  if (loader === null || trace.loader === null) return [];
  const folders = (loader.libcText?.systemDirs ?? []).map((folder) => {
    const real = rootfs.lookup(folder);
    return real.ok ? real.path : folder;
  });
  const partOf = (path: string, elf: ElfFile, foundBy: string | null): GlibcPart => {
    const file = rootfs.lookup(path);
    const real = file.ok ? file.path : path;
    const folder = real.slice(0, real.lastIndexOf('/')) || '/';
    const soname = elf.dynamic?.soname ?? '';
    const byDefault = foundBy === null || folders.includes(folder);
    return { path, soname, elf, build: buildOf(elf, real), folder, byDefault, foundBy };
  };
  const libraries = trace.objects.flatMap(({ path, elf, foundBy }) =>
    path === null || elf === null || !isGlibcPart(elf) || familyOfLoader(elf.dynamic?.soname ?? '') !== null
      ? []
      : [partOf(path, elf, foundBy)],
  );
  return [partOf(trace.loader.path, loader, null), ...libraries];
}

const loaderOf = (parts: readonly GlibcPart[]) => parts.find(({ foundBy }) => foundBy === null);

/** The two parts that a problem is between, when it is: the one that asks and the one that does not have it. */
function between(problem: Problem, parts: readonly GlibcPart[]): readonly [GlibcPart, GlibcPart] | null {
  const at = (path: string) => parts.find((part) => part.path === path);
  const pair = (one: GlibcPart | undefined, other: GlibcPart | undefined) =>
    one === undefined || other === undefined || one === other ? null : ([one, other] as const);
  switch (problem.kind) {
    case 'loader-libc-mismatch':
      return pair(at(problem.libc), at(problem.loader));
    case 'relr-unsupported':
      return pair(at(problem.path), loaderOf(parts));
    case 'version-missing': {
      const file = at(problem.file);
      const others =
        file === undefined ? [] : parts.filter((part) => areOfTwoReleases(part.build, file.build));
      return pair(at(problem.neededBy), file) ?? pair(file, others[0]);
    }
    case 'symbol-missing':
      return problem.version?.startsWith('GLIBC_') === true
        ? pair(
            at(problem.neededBy),
            parts.find(({ soname }) => soname === problem.versionFile),
          )
        : null;
    default:
      return null;
  }
}

/** Of two parts that do not fit, the one that is not of the image's glibc comes first. */
function strayFirst(
  [one, other]: readonly [GlibcPart, GlibcPart],
  loader: GlibcPart,
): readonly [GlibcPart, GlibcPart] {
  if (one.byDefault !== other.byDefault) return one.byDefault ? [other, one] : [one, other];
  return areOfTwoReleases(other.build, loader.build) ? [other, one] : [one, other];
}

function lookForTwoGlibcs(judged: Judged): TwoGlibcs | null {
  const parts = glibcParts(judged);
  const [loader] = parts;
  if (loader === undefined || parts.length < 2) return null;
  const explained = judged.trace.problems.flatMap((problem) => {
    const pair = between(problem, parts);
    return pair === null ? [] : [{ problem, pair: strayFirst(pair, loader) }];
  });
  const [first, ...rest] = explained;
  if (first === undefined || !explained.some(({ problem }) => problem.fatal)) return null;
  const strays = new Set(rest.map(({ pair: [stray] }) => stray));
  strays.delete(first.pair[0]);
  return {
    strays: [first.pair[0], ...strays],
    beside: first.pair[1],
    problems: [first.problem, ...rest.map(({ problem }) => problem)],
  };
}

/** What fails because parts of two builds of glibc were loaded (G0b); null when that is not what fails. */
export function twoGlibcs(judged: Judged): TwoGlibcs | null {
  const known = found.get(judged.trace);
  if (known !== undefined) return known;
  const two = lookForTwoGlibcs(judged);
  found.set(judged.trace, two);
  return two;
}

/** Whether a finding of its own would only repeat the two builds of glibc. */
export const isOfTwoGlibcs = (judged: Judged, problem: Problem): boolean =>
  twoGlibcs(judged)?.problems.includes(problem) === true;
