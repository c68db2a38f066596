import type { Distro } from '../container/distro.ts';
import type { Libc } from '../container/libc.ts';
import type { ElfFile, ToolchainHints } from '../elf/elf-file.ts';
import type { LoadTrace } from '../loader/trace/load-trace.ts';
import type { ProblemKind, ProblemOf } from '../loader/trace/problem.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import type { Finding, Remedy } from '../rules/finding.ts';

/** What advice goes by: the binary, what happened, and what the image is. */
export interface AdviceFacts {
  /** As the user gave it. */
  readonly path: string;
  /** Where it stands in the image. */
  readonly at: string;
  /** The words of the image's own command; null for a binary that the call names. */
  readonly argv: readonly (string | null)[] | null;
  readonly elf: ElfFile | null;
  readonly hints: ToolchainHints | null;
  readonly trace: LoadTrace;
  readonly libcs: readonly Libc[];
  readonly distro: Distro;
  /** The image's tree with the binary in it. */
  readonly rootfs: Rootfs;
  /** As the user wrote it. */
  readonly imageReference: string;
  /** `linux/amd64` */
  readonly platform: string;
}

/** A finding for which remedies are sought. */
export type Advised = Omit<Finding, 'location' | 'remedies'>;

/** What to do about the findings of one rule, best first. */
export type Adviser = (finding: Advised, facts: AdviceFacts) => readonly Remedy[];

/** A remedy; `command` is a line to paste. */
export const remedy = (action: string, command: string | null = null): Remedy => ({ action, command });

export type Toolchain = 'go' | 'rust' | 'node-addon' | 'c';

/** Who made the binary, for advice that fits; C and C++ are what is left. */
export function toolchainOf({ path, hints }: Pick<AdviceFacts, 'path' | 'hints'>): Toolchain {
  if (path.endsWith('.node')) return 'node-addon';
  if (hints?.go != null) return 'go';
  if (hints?.rust != null) return 'rust';
  return 'c';
}

/** The problems of one kind. */
export function problemsIn<K extends ProblemKind>({ trace }: AdviceFacts, kind: K): ProblemOf<K>[] {
  return trace.problems.filter((problem): problem is ProblemOf<K> => problem.kind === kind);
}

/** What the checked program or shared object is not the author of: a library that it loads; null when it is itself. */
export function libraryAtFault(neededBy: string | undefined, { at, trace }: AdviceFacts): string | null {
  return neededBy === undefined || neededBy === at || trace.executed.includes(neededBy) ? null : neededBy;
}

/** The last component of a path. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
