import type { Container } from '../container/container.ts';
import type { Distro } from '../container/distro.ts';
import type { Libc } from '../container/libc.ts';
import type { ElfFile, ToolchainHints } from '../elf/elf-file.ts';
import { kindOf } from '../elf/kind.ts';
import type { LoadTrace } from '../loader/trace/load-trace.ts';
import type { ProblemKind, ProblemOf } from '../loader/trace/problem.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import type { Cure, Finding, Remedy } from '../rules/finding.ts';
import type { Attempt } from './trial.ts';

/** What advice goes by: the binary, what happened, and what the image is. */
export interface AdviceFacts {
  /** As the user gave it. */
  readonly path: string;
  /** Where it is in the image. */
  readonly at: string;
  /** The words of the image's own command; null for a binary that the call names. */
  readonly argv: readonly (string | null)[] | null;
  /** The line of the script that executes it; null for what the engine or another program executes. */
  readonly executedAt: { readonly file: string; readonly line: number } | null;
  readonly elf: ElfFile | null;
  readonly hints: ToolchainHints | null;
  readonly trace: LoadTrace;
  readonly libcs: readonly Libc[];
  readonly distro: Distro;
  /** The image's tree with the binary in it. */
  readonly rootfs: Rootfs;
  /** The container as the process would see it. */
  readonly container: Container;
  /** As the user wrote it. */
  readonly imageReference: string;
  /** `linux/amd64` */
  readonly platform: string;
  /** The environment of the process. */
  readonly variables: ReadonlyMap<string, string>;
  readonly attempt: Attempt;
  /** The tree of an embedded image, of whichever platform; null for other images. */
  readonly embedded: (image: string) => Rootfs | null;
}

/** A finding for which remedies are sought. */
export type Advised = Omit<Finding, 'location' | 'remedies'>;

/** What to do about the findings of one rule, best first. */
export type Adviser = (finding: Advised, facts: AdviceFacts) => readonly Remedy[];

/** A remedy; `command` is a line to paste. */
export const remedy = (action: string, command: string | null = null, cure: Cure | null = null): Remedy => ({
  action,
  command,
  cure,
  proven: false,
});

export type Toolchain = 'go' | 'rust' | 'node-addon' | 'python-extension' | 'c';

/** The name of an extension module with its tag, or where pip puts packages. */
const pythonExtension = /\.(cpython-\d+[\w-]*|abi3)\.so$|\/(site|dist)-packages\/.*\.so(\.|$)/;

/** Who made the binary, for advice that fits; C and C++ are what is left. */
export function toolchainOf({ path, at, hints }: Pick<AdviceFacts, 'path' | 'at' | 'hints'>): Toolchain {
  if (path.endsWith('.node')) return 'node-addon';
  if (pythonExtension.test(path) || pythonExtension.test(at)) return 'python-extension';
  if (hints?.go != null) return 'go';
  if (hints?.rust != null) return 'rust';
  return 'c';
}

/** What the binary does where all is right: a program starts, a shared object loads. */
export const startsOrLoads = ({ elf }: Pick<AdviceFacts, 'elf'>): 'starts' | 'loads' =>
  elf !== null && kindOf(elf) === 'shared-object' ? 'loads' : 'starts';

/** At most four names, then how many more there are. */
export const listed = (names: readonly string[]): string =>
  names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ');

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
