import type { Container } from '../container/container.ts';
import { runningCredentials } from '../container/process-start.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { denialsOf } from '../rootfs/denials.ts';
import { mayRead } from '../rootfs/permissions.ts';
import type { TrailStep, UnreadableFile } from './trace/problem.ts';
import { trailWords } from './trace/trail-words.ts';

/** The places of a search at which a library for this loader is, and the user may not read it (G10, M10). */
export function unreadableFiles(
  { rootfs, start }: Container,
  trail: readonly TrailStep[],
  loader: ElfFile,
): readonly UnreadableFile[] {
  const user = { cwd: start.cwd, credentials: runningCredentials(start) };
  return trail.flatMap(({ path, outcome }) => {
    if (outcome !== trailWords.EACCES) return [];
    const found = rootfs.lookup(path, { cwd: start.cwd });
    const elf = found.ok && found.inode.content?.kind === 'elf' ? found.inode.content.elf : null;
    if (elf === null || elf.machine !== loader.machine || elf.class !== loader.class) return [];
    const denials = denialsOf(rootfs, path, user, mayRead);
    return denials.length === 0 ? [] : [{ path, denials }];
  });
}
