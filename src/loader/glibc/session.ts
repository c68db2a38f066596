import type { ElfFile } from '../../elf/elf-file.ts';
import { machineName } from '../../elf/machine.ts';
import type { Credentials } from '../../rootfs/rootfs.ts';
import { simulatedLevel } from '../../target/host.ts';
import { keptBytes } from '../../target/kept-text.ts';
import { libcVersion } from '../../target/libc.ts';
import { runningCredentials } from '../../target/process-start.ts';
import type { Target } from '../../target/target.ts';
import type { OpenedFile } from '../kernel/execve.ts';
import type { Fit } from './examine.ts';
import { type GlibcRelease, parseRelease, releaseWithoutBanner } from './glibc-version.ts';
import { hwcapsSubdirectories, maskedLevel, platformToken, searchSubdirectories } from './hwcaps.ts';
import { acceptedFlags, type CacheChoice, type CacheEntry, readCache } from './ld-so-cache.ts';
import { splitSearchList } from './search-path.ts';

/** The loader of one start with everything that it reads before it looks for libraries (G0). */
export interface LoaderSession {
  readonly target: Target;
  readonly loader: OpenedFile;
  readonly release: GlibcRelease;
  readonly version: string | null;
  readonly credentials: Credentials;
  readonly fit: Fit;
  /** AT_SECURE (G80). */
  readonly secure: boolean;
  /** argv[0]: how messages name the program (G90). */
  readonly argv0: string;
  /** Directory prefixes of system_dirs. */
  readonly defaultPrefixes: readonly string[];
  readonly libToken: string | null;
  readonly platform: string;
  readonly subdirectories: readonly string[];
  readonly cache: readonly CacheEntry[];
  readonly cacheChoice: CacheChoice;
  /** LD_BIND_NOW is set and not empty (G51). */
  readonly bindNow: boolean;
  readonly tunables: ReadonlyMap<string, string>;
}

/** Vanilla slibdir and libdir, for a loader whose text could not be read. */
function vanillaDirectories(loader: ElfFile): string[] {
  return loader.class === 64 ? ['/lib64', '/usr/lib64'] : ['/lib', '/usr/lib'];
}

function readTunables(text: string | undefined): Map<string, string> {
  const tunables = new Map<string, string>();
  for (const pair of (text ?? '').split(':')) {
    const [name, value] = pair.split('=');
    if (name !== undefined && value !== undefined) tunables.set(name, value);
  }
  return tunables;
}

/** Reads the loader's parameters from the file that PT_INTERP led to and from the image (G0, G20, G22, G51). */
export function startSession(
  target: Target,
  loader: OpenedFile,
  argv0: string,
  secure: boolean,
): LoaderSession {
  const version = libcVersion(target.rootfs, loader.elf, 'glibc');
  const release = parseRelease(version) ?? releaseWithoutBanner;
  const machine = machineName(loader.elf);
  const text = loader.elf.libcText;
  const systemDirs =
    text !== null && text.systemDirs.length > 0 ? text.systemDirs : vanillaDirectories(loader.elf);
  const cacheBytes = keptBytes(target.rootfs, text?.cachePath ?? '/etc/ld.so.cache');
  const env = target.start.env;
  const tunables = secure ? new Map<string, string>() : readTunables(env.get('GLIBC_TUNABLES'));
  const cpu = maskedLevel(simulatedLevel(target.host), tunables.get('glibc.cpu.hwcaps'));
  return {
    target,
    loader,
    release,
    version,
    credentials: runningCredentials(target.start),
    fit: { loader: loader.elf, release, kernel: target.host.kernel },
    secure,
    argv0,
    defaultPrefixes: splitSearchList(systemDirs.join(':'), /:/, { origin: null, lib: null, platform: null }),
    libToken: systemDirs[0]?.replace(/^\/(usr\/)?/, '') ?? null,
    platform: platformToken(machine, cpu),
    subdirectories: searchSubdirectories({ machine, cpu, release }),
    cache: cacheBytes === null ? [] : readCache(cacheBytes, loader.elf.endianness),
    cacheChoice: {
      accepted: acceptedFlags(loader.elf),
      hwcaps: hwcapsSubdirectories({ machine, cpu, release }),
    },
    bindNow: (env.get('LD_BIND_NOW') ?? '') !== '',
    tunables,
  };
}
