import { posix } from 'node:path';
import type { Container } from '../container/container.ts';
import { loaderFamily } from '../container/libc.ts';
import { runningCredentials } from '../container/process-start.ts';
import { mayRead } from '../rootfs/permissions.ts';
import type { Executed, OpenedFile } from './kernel/execve.ts';

/** A program that a loader was told to load, in place of the kernel. */
export interface LoadedByName {
  readonly container: Container;
  readonly executed: Executed & { readonly interp: OpenedFile };
}

/** What the words behind a loader ask for (K31). */
interface Wish {
  readonly libraryPath: string | null;
  readonly path: string;
  /** Its first word is how messages name the program. */
  readonly argv: readonly string[];
}

/** Options before the program: `--library-path DIRS`, of musl also with `=`, and `--argv0 NAME`. Null for all that is not simulated. */
function wishOf(words: readonly string[], isMusl: boolean): Wish | null {
  const rest = [...words];
  let libraryPath: string | null = null;
  let argv0: string | null = null;
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, path] = /^--library-path=(.*)$/s.exec(word) ?? [];
    if (isMusl && path !== undefined) libraryPath = path;
    else if (word === '--library-path') libraryPath = rest.shift() ?? null;
    else if (word === '--argv0') argv0 = rest.shift() ?? null;
    else if (word.startsWith('-') || !word.includes('/')) return null;
    else return { libraryPath, path: word, argv: [argv0 ?? word, ...rest] };
  }
  return null;
}

/** The file, which the loader opens to read it, and names without looking at links. */
function opened({ rootfs, start }: Container, path: string): OpenedFile | null {
  const credentials = runningCredentials(start);
  const found = rootfs.lookup(path, { cwd: start.cwd, credentials });
  if (!found.ok || !mayRead(found.inode, credentials)) return null;
  const { inode } = found;
  const elf = inode.content?.kind === 'elf' ? inode.content.elf : null;
  return elf === null ? null : { path, realPath: posix.resolve(start.cwd, path), inode, elf };
}

/**
 * What a loader that is executed as a program loads: a dynamic program of its own machine, with the folders of `--library-path` in
 * place of LD_LIBRARY_PATH (K31). Null for everything else that its words can ask for.
 */
export function loadedByName(
  container: Container,
  { program: loader, argv, ...executed }: Executed,
): LoadedByName | null {
  const [, ...words] = argv;
  const wish = wishOf(words, loaderFamily(loader.elf) === 'musl');
  const program = wish === null ? null : opened(container, wish.path);
  if (wish === null || program === null || program.elf.interp === null || program.elf.dynamic === null)
    return null;
  const { elf } = program;
  if (elf.machine !== loader.elf.machine || elf.class !== loader.elf.class) return null;
  const { start } = container;
  const env = new Map(start.env);
  if (wish.libraryPath !== null) env.set('LD_LIBRARY_PATH', wish.libraryPath);
  return {
    container: { ...container, start: { ...start, env } },
    executed: { ...executed, filename: wish.path, program, interp: loader, argv: wish.argv },
  };
}
