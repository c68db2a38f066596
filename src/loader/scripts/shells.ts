import type { Rootfs } from '../../rootfs/rootfs.ts';
import type { Executed, OpenedFile } from '../kernel/execve.ts';
import { isBusybox } from './busybox.ts';

/** The shells whose messages are known. */
export type Shell = 'dash' | 'busybox' | 'bash';

/** The name of the file that runs. */
export const nameOf = ({ realPath }: OpenedFile): string => realPath.slice(realPath.lastIndexOf('/') + 1);

/** The shell by the name of the file that runs; a file `sh` of its own that needs nothing but glibc is dash. */
export function shellOf(executed: Executed, rootfs: Rootfs): Shell | null {
  const { program } = executed;
  if (isBusybox(executed, rootfs)) return 'busybox';
  const name = nameOf(program);
  const needed = program.elf.dynamic?.needed ?? [];
  if (name === 'sh' && needed.length === 1 && needed[0] === 'libc.so.6') return 'dash';
  return name === 'dash' || name === 'bash' ? name : null;
}
