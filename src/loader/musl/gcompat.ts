import type { Container } from '../../container/container.ts';
import { findLibcs } from '../../container/libc.ts';
import type { Executed, OpenedFile } from '../kernel/execve.ts';
import type { Loaded } from '../trace/loaded.ts';
import { startUnderMusl } from './start.ts';

/** Where Alpine's package gcompat has the library that its loader preloads (M52). */
const gcompatLibrary = '/lib/libgcompat.so.0';

/**
 * Starts a program through gcompat (M52, M53), whose `ld-linux-*.so.*` is a static program that passes the program to
 * musl's loader, by the path in /proc/self/exe. Null when the interpreter is not such a program, or the image lacks
 * gcompat's library or a musl for the machine.
 */
export function startThroughGcompat(
  container: Container,
  executed: Executed,
  interp: OpenedFile,
): Loaded | null {
  const isStatic = interp.elf.interp === null && (interp.elf.dynamic?.needed.length ?? 0) === 0;
  if (!isStatic || !container.rootfs.lookup(gcompatLibrary).ok) return null;
  const { machine } = interp.elf;
  const musl = findLibcs(container.rootfs).find(
    (libc) => libc.family === 'musl' && libc.elf.machine === machine,
  );
  if (musl === undefined) return null;
  const { loaderPath: path, inode, elf } = musl;
  const found = container.rootfs.lookup(path);
  const { program } = executed;
  const loader = { path, realPath: found.ok ? found.path : path, inode, elf };
  const passedOn = { ...executed, program: { ...program, path: program.realPath } };
  return startUnderMusl(container, passedOn, loader, [gcompatLibrary]);
}
