import type { CpuLevel } from '../../container/host.ts';
import { keptBytes, keptText } from '../../container/kept-text.ts';
import { libcBeside, libcVersion } from '../../container/libc.ts';
import { whyUnread } from '../../container/unread-file.ts';
import type { ElfFile } from '../../elf/elf-file.ts';
import { machineName } from '../../elf/machine.ts';
import type { Rootfs } from '../../rootfs/rootfs.ts';
import { type GlibcRelease, parseRelease, releaseWithoutBanner } from './glibc-version.ts';
import { hwcapsSubdirectories, legacyHwcapBits, platformToken, searchSubdirectories } from './hwcaps.ts';
import { acceptedFlags, type CacheChoice, type CacheEntry, readCache } from './ld-so-cache.ts';
import { type ListPlace, listPlaces } from './list-places.ts';
import { splitSearchList } from './search-path.ts';

/** Vanilla slibdir and libdir, for a loader whose text could not be read. */
function vanillaDirectories(loader: ElfFile): string[] {
  return loader.class === 64 ? ['/lib64', '/usr/lib64'] : ['/lib', '/usr/lib'];
}

/** The facts of one loader of an image on one processor, from its own file and the files beside it (G0, G9, G20, G22, G23, G30). */
export class LoaderFacts {
  readonly version: string | null;
  readonly release: GlibcRelease;
  /** The libc.so.6 in its default directories. */
  readonly libc: ElfFile | null;
  readonly cachePath: string;
  readonly cache: readonly CacheEntry[];
  /** Why the content of the cache is unknown; null where it is known. */
  readonly cacheUnread: string | null;
  /** Directory prefixes of system_dirs. */
  readonly defaultPrefixes: readonly string[];
  readonly libToken: string | null;
  /** The names in /etc/ld.so.preload. */
  readonly preloads: readonly string[];
  readonly platform: string;
  readonly cacheChoice: CacheChoice;
  /** The places tried below each directory of a list, best first; the directory itself is last. */
  readonly subdirectories: readonly string[];
  /** The places of the default directories. */
  readonly defaultPlaces: ReadonlyMap<string, readonly ListPlace[]>;

  constructor(rootfs: Rootfs, loader: ElfFile, cpu: CpuLevel) {
    this.version = libcVersion(rootfs, loader, 'glibc');
    this.release = parseRelease(this.version) ?? releaseWithoutBanner;
    this.libc = libcBeside(rootfs, loader);
    const text = loader.libcText;
    this.cachePath = text?.cachePath ?? '/etc/ld.so.cache';
    const cacheBytes = keptBytes(rootfs, this.cachePath);
    this.cacheUnread = whyUnread(rootfs, this.cachePath);
    this.cache = cacheBytes === null ? [] : readCache(cacheBytes, loader.endianness);
    const systemDirs =
      text !== null && text.systemDirs.length > 0 ? text.systemDirs : vanillaDirectories(loader);
    this.defaultPrefixes = splitSearchList(systemDirs.join(':'), /:/, {
      origin: null,
      lib: null,
      platform: null,
    });
    this.libToken = systemDirs[0]?.replace(/^\/(usr\/)?/, '') ?? null;
    this.preloads = preloadFileNames(rootfs);
    const hardware = { machine: machineName(loader), cpu, release: this.release };
    this.platform = platformToken(hardware.machine, cpu);
    this.cacheChoice = {
      accepted: acceptedFlags(loader),
      hwcaps: hwcapsSubdirectories(hardware),
      legacyHwcap: legacyHwcapBits(hardware),
    };
    this.subdirectories = searchSubdirectories(hardware);
    this.defaultPlaces = new Map(
      this.defaultPrefixes
        .filter((prefix) => prefix.startsWith('/'))
        .map((prefix) => [prefix, listPlaces(rootfs, { cwd: '/' }, prefix, this.subdirectories)]),
    );
  }
}

export const preloadFile = '/etc/ld.so.preload';

/** /etc/ld.so.preload (G30): blanks, newlines and colons separate, `#` begins a comment. */
function preloadFileNames(rootfs: Rootfs): string[] {
  const text = keptText(rootfs, preloadFile) ?? '';
  return text
    .replace(/#.*/g, '')
    .split(/[\s:]+/)
    .filter((name) => name !== '');
}

const queries = new WeakMap<ElfFile, Map<CpuLevel, (rootfs: Rootfs) => LoaderFacts>>();

/** The facts of a loader in an image. */
export function loaderFacts(rootfs: Rootfs, loader: ElfFile, cpu: CpuLevel): LoaderFacts {
  const ofLoader = queries.get(loader) ?? new Map<CpuLevel, (of: Rootfs) => LoaderFacts>();
  queries.set(loader, ofLoader);
  const query = ofLoader.get(cpu) ?? ((of: Rootfs) => new LoaderFacts(of, loader, cpu));
  ofLoader.set(cpu, query);
  return rootfs.query(query);
}
