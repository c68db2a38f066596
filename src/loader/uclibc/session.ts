import type { Container } from '../../container/container.ts';
import { keptBytes } from '../../container/kept-text.ts';
import { libcVersion } from '../../container/libc.ts';
import { runningCredentials } from '../../container/process-start.ts';
import { whyUnread } from '../../container/unread-file.ts';
import { isReadable } from '../../rootfs/denials.ts';
import type { Credentials } from '../../rootfs/rootfs.ts';
import { readCache } from '../glibc/ld-so-cache.ts';
import type { OpenedFile } from '../kernel/execve.ts';
import { preloadNames } from '../preload-names.ts';

/** One library of uclibc's ld.so.cache. */
export interface CachedLibrary {
  readonly soname: string;
  readonly path: string;
}

/** The loader of one start with everything that it reads before it looks for libraries. */
export interface UclibcSession {
  readonly container: Container;
  readonly loader: OpenedFile;
  readonly version: string | null;
  readonly credentials: Credentials;
  /** argv[0]: how messages name the program. */
  readonly argv0: string;
  /** LD_LIBRARY_PATH; null when it is unset or the start is AT_SECURE. */
  readonly libraryPath: string | null;
  readonly preloads: readonly string[];
  readonly cache: readonly CachedLibrary[];
  /** Why the content of the cache, which is read first of all, is unknown; null where it is known. */
  readonly cacheUnread: string | null;
  /** Directory of PT_INTERP, then those that are built in (U2). */
  readonly systemPaths: readonly { readonly list: string; readonly via: string }[];
  /** LD_BIND_NOW is set, even to an empty value, or the start is AT_SECURE (U6). */
  readonly bindNow: boolean;
  /** Built with LDSO_GNU_HASH_SUPPORT: such a build links itself with DT_GNU_HASH (U7). */
  readonly supportsGnuHash: boolean;
}

/** LIB_ELF, LIB_ELF_LIBC5 and LIB_ELF_LIBC0 of uclibc's dl-elf.c. */
const ownFlags = new Set([1, 2, 4]);

const cachePath = ({ elf }: OpenedFile): string => elf.libcText?.cachePath ?? '/etc/ld.so.cache';

function cachedLibraries(container: Container, loader: OpenedFile): CachedLibrary[] {
  const path = cachePath(loader);
  const bytes = keptBytes(container.rootfs, path);
  if (bytes === null || !isReadable(container.rootfs, path, runningCredentials(container.start))) return [];
  return readCache(bytes, loader.elf.endianness).filter(({ flags }) => ownFlags.has(flags));
}

/** Reads what `_dl_get_ready_to_run` of ldso.c reads first (U2, U6 to U8). */
export function startSession(
  container: Container,
  loader: OpenedFile,
  argv0: string,
  secure: boolean,
): UclibcSession {
  const { env } = container.start;
  return {
    container,
    loader,
    version: libcVersion(container.rootfs, loader.elf, 'uclibc'),
    credentials: runningCredentials(container.start),
    argv0,
    libraryPath: secure ? null : (env.get('LD_LIBRARY_PATH') ?? null),
    preloads: preloadNames(container.start, /[ \t:]+/, secure),
    cache: cachedLibraries(container, loader),
    cacheUnread: whyUnread(container.rootfs, cachePath(loader)),
    systemPaths: [
      {
        list: loader.path.slice(0, Math.max(loader.path.lastIndexOf('/'), 0)),
        via: 'directory of the loader',
      },
      { list: '/lib:/usr/lib', via: 'default directory' },
    ],
    bindNow: secure || env.has('LD_BIND_NOW'),
    supportsGnuHash: loader.elf.dynamic?.hash !== 'sysv',
  };
}
