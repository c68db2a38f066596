import type { Container } from '../container/container.ts';
import type { Denial } from '../rootfs/rootfs.ts';
import { listNames } from './define-rule.ts';

const placeOf = ({ path, inode }: Denial): string =>
  `${path} (mode ${(inode.mode & 0o7777).toString(8).padStart(4, '0')}, owner ${inode.uid}:${inode.gid})`;

/** `user 1000 may not enter /root (mode 0700, owner 0:0)`: a clause about all that denies access to one file. */
export function denialWords(
  denials: readonly Denial[],
  { start }: Container,
  verb: 'read' | 'execute',
): string {
  const folders = denials.filter(({ inode }) => inode.type === 'directory').map(placeOf);
  const files = denials.filter(({ inode }) => inode.type !== 'directory').map(placeOf);
  const clauses = [
    ...(folders.length === 0 ? [] : [`enter ${listNames(folders)}`]),
    ...(files.length === 0 ? [] : [`${verb} ${listNames(files)}`]),
  ];
  return `user ${start.uid} may not ${clauses.join(' and ')}`;
}

/** A second sentence where the engine decides: Docker 25 and later keep CAP_DAC_OVERRIDE in execve (R5). */
export function engineWords(denials: readonly Denial[], { start, host }: Container): string {
  const isOverridden = denials.every(
    ({ inode }) => inode.type === 'directory' || (inode.type === 'file' && (inode.mode & 0o111) !== 0),
  );
  return host.engine === 'docker' && !host.overridesInExec && start.uid !== 0 && isOverridden
    ? ' Docker 25 and later execute it all the same, unless the container drops DAC_OVERRIDE (--engine docker).'
    : '';
}
