import type { LoadTrace } from '../loader/trace/load-trace.ts';
import type { Problem } from '../loader/trace/problem.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import type { Cure } from '../rules/finding.ts';

/** The same start, simulated after a cure. */
export interface Trial {
  readonly trace: LoadTrace;
  /** The tree in which it was simulated. */
  readonly rootfs: Rootfs;
}

/** Simulates the start with a cure; null for a cure whose files are not known, such as a package's or a rebuilt program's. */
export type Attempt = (cure: Cure) => Trial | null;

/** Whether the start succeeds. */
export const succeeds = (trial: Trial): boolean => trial.trace.ending.kind === 'starts';

/** What ends the process at once, or later when it calls a function that is not there; what the caller gives does not. */
export const harms = ({ trace }: Trial): readonly Problem[] =>
  trace.problems.filter((problem) =>
    problem.kind === 'symbol-missing'
      ? !problem.fromCaller && (problem.fatal || problem.exitStatus !== null)
      : problem.fatal,
  );

/** What a start lacks: all names, the sonames among them, and whether libraries and their symbols are all. */
export interface Lacks {
  readonly names: readonly string[];
  readonly libraries: readonly string[];
  readonly onlyLibraries: boolean;
}

/** What harms a start, by name: sonames, versions, and symbols that no missing library explains. */
export function lacksOf(trial: Trial): Lacks {
  const names = new Set<string>();
  const libraries = new Set<string>();
  let onlyLibraries = true;
  for (const problem of harms(trial)) {
    if (problem.kind === 'library-missing') {
      libraries.add(problem.soname);
      names.add(problem.soname);
    } else if (problem.kind !== 'symbol-missing' || !problem.libraryMissing) {
      onlyLibraries = false;
      if (problem.kind === 'version-missing') names.add(problem.version);
      else if (problem.kind === 'symbol-missing') names.add(problem.name);
    }
  }
  return { names: [...names], libraries: [...libraries], onlyLibraries };
}
