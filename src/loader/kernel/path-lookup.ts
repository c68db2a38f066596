import type { Container } from '../../container/container.ts';
import type { Credentials } from '../../rootfs/rootfs.ts';

/** Where a command without a slash leads (R2). */
export type CommandLookup =
  | { readonly kind: 'found'; readonly path: string }
  /** The hit stands at a relative or empty element of PATH: Go's exec.LookPath refuses it. */
  | { readonly kind: 'relative' }
  | { readonly kind: 'missing' };

/**
 * Looks a command up as the runtime does (R2): the first regular file with an x bit in the directories of the container's
 * PATH, even when it cannot be started.
 */
export function lookUpCommand(container: Container, name: string, credentials: Credentials): CommandLookup {
  const path = container.start.env.get('PATH') ?? '';
  if (path === '') return { kind: 'missing' };
  for (const element of path.split(':')) {
    const candidate = `${element === '' ? '.' : element.replace(/\/+$/, '')}/${name}`;
    const found = container.rootfs.lookup(candidate, { cwd: container.start.cwd, credentials });
    if (!found.ok || found.inode.type === 'directory' || (found.inode.mode & 0o111) === 0) continue;
    return candidate.startsWith('/') ? { kind: 'found', path: candidate } : { kind: 'relative' };
  }
  return { kind: 'missing' };
}
