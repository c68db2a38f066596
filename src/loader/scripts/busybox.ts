import type { Rootfs } from '../../rootfs/rootfs.ts';
import type { Executed } from '../kernel/execve.ts';

/**
 * Whether the program is busybox: by its name, or because it is the same file as the shell in its folder, or as other programs there
 * where it is the shell: Docker's own busybox images hold it under one name for each applet.
 */
export function isBusybox({ program }: Pick<Executed, 'program'>, rootfs: Rootfs): boolean {
  const slash = program.realPath.lastIndexOf('/') + 1;
  const name = program.realPath.slice(slash);
  if (name.startsWith('busybox')) return true;
  const applets = name === 'sh' ? ['busybox', 'ls', 'cat'] : ['busybox', 'sh'];
  return applets.some((applet) => {
    const other = rootfs.lookup(`${program.realPath.slice(0, slash)}${applet}`, { follow: false });
    return other.ok && other.inode.id === program.inode.id;
  });
}
