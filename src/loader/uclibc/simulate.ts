import type { Target } from '../../target/target.ts';
import type { Executed, OpenedFile } from '../kernel/execve.ts';
import type { LoadTrace } from '../load-trace.ts';

/** Placeholder for the order of the work; replaced in the same session. */
export function startUnderUclibc(
  _target: Target,
  _executed: Executed,
  interp: OpenedFile,
): Pick<LoadTrace, 'loader' | 'objects' | 'problems' | 'ending'> {
  return {
    loader: { family: 'uclibc', version: interp.elf.libcText?.uclibcVersion ?? null, path: interp.path },
    objects: [],
    problems: [],
    ending: { kind: 'undetermined', reason: "uclibc's loader is not simulated yet" },
  };
}
