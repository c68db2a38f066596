import type { Container } from '../container/container.ts';

/** The text of a script that a shell is to read, as far as the image's files are kept. */
export function keptScript({ rootfs, start }: Container, path: string): string | { readonly unread: string } {
  const found = rootfs.lookup(path, { cwd: start.cwd });
  if (!found.ok) return { unread: `${path} is not there` };
  const { content, size } = found.inode;
  if (content?.kind === 'unread') return { unread: `${path} could not be read: ${content.reason}` };
  const bytes = content?.kind === 'script' ? content.head : content?.kind === 'kept' ? content.bytes : null;
  if (bytes === null) return { unread: `${path} has no #! line, and its text is not kept` };
  if (bytes.length < size) return { unread: `${path} is longer than what is kept of it` };
  return Buffer.from(bytes).toString('latin1');
}
