import type { ElfFile, ToolchainHints } from '../elf/elf-file.ts';
import type { LoadTrace } from '../loader/load-trace.ts';
import type { Distro } from '../target/distro.ts';
import type { Libc } from '../target/libc.ts';

/** What advice goes by: the binary, what happened, and what the image is. */
export interface AdviceFacts {
  readonly path: string;
  readonly elf: ElfFile | null;
  readonly hints: ToolchainHints | null;
  readonly trace: LoadTrace;
  readonly libcs: readonly Libc[];
  readonly distro: Distro;
  /** As the user wrote it. */
  readonly imageReference: string;
  /** `linux/amd64` */
  readonly platform: string;
}

export type Toolchain = 'go' | 'rust' | 'node-addon' | 'c';

/** Who made the binary, for advice that fits; C and C++ are what is left. */
export function toolchainOf({ path, hints }: Pick<AdviceFacts, 'path' | 'hints'>): Toolchain {
  if (path.endsWith('.node')) return 'node-addon';
  if (hints?.go != null) return 'go';
  if (hints?.rust != null) return 'rust';
  return 'c';
}
