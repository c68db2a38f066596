import type { CpuLevel, Host } from '../../container/host.ts';
import type { ElfFile } from '../../elf/elf-file.ts';
import { isReadable } from '../../rootfs/denials.ts';
import type { Credentials, LookupErrno, Rootfs } from '../../rootfs/rootfs.ts';
import type { TrailStep } from '../trace/problem.ts';
import { type Candidate, examine } from './examine.ts';
import { chooseEntry } from './ld-so-cache.ts';
import { type ListPlace, listPlaces } from './list-places.ts';
import { type LoaderFacts, loaderFacts } from './loader-facts.ts';
import { type LoaderText, loaderText, withErrno } from './loader-text.ts';

/** The end of one search. */
export type SearchResult =
  | {
      readonly kind: 'found';
      readonly candidate: Extract<Candidate, { kind: 'usable' }>;
      readonly via: string;
    }
  | (Extract<Candidate, { kind: 'refused' | 'truncated' }> & { readonly path: string })
  | { readonly kind: 'missing'; readonly reason: LoaderText }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface Search {
  readonly result: SearchResult;
  readonly trail: readonly TrailStep[];
}

/** What every search of one loader depends on, in any image. */
export interface SearchSetting {
  readonly loader: ElfFile;
  readonly cpu: CpuLevel;
  readonly kernel: Host['kernel'];
  readonly cwd: string;
  readonly credentials: Credentials;
}

/** Tries one place after the other for one request. */
export class PlaceSearch {
  readonly trail: TrailStep[] = [];
  readonly #setting: SearchSetting;
  readonly #rootfs: Rootfs;
  readonly #facts: LoaderFacts;
  #otherClass = false;
  /** Null until something was tried: then no errno text is printed (G21). */
  #errno: LookupErrno | null = null;

  constructor(setting: SearchSetting, rootfs: Rootfs) {
    this.#setting = setting;
    this.#rootfs = rootfs;
    this.#facts = loaderFacts(rootfs, setting.loader, setting.cpu);
  }

  /** One file; null when the search goes on. */
  try(path: string, via: string): SearchResult | null {
    const { loader, cwd, credentials, kernel } = this.#setting;
    const fit = { loader, release: this.#facts.release, kernel };
    const candidate = examine(this.#rootfs, path, cwd, credentials, fit);
    const step = (outcome: string) => this.trail.push({ path, via, outcome });
    switch (candidate.kind) {
      case 'usable':
        step('found');
        return { kind: 'found', candidate, via };
      case 'skipped':
        step(candidate.outcome);
        this.#otherClass ||= candidate.otherClass;
        this.#errno = candidate.errno;
        return null;
      case 'refused':
        step(withErrno(candidate.reason));
        return { ...candidate, path };
      case 'truncated':
        step('shorter than its segments');
        return { ...candidate, path };
      case 'unknown':
        step('could not be read');
        return { kind: 'unknown', reason: candidate.reason };
    }
  }

  /** One list of directories: `open_path`. ELOOP and its like end the list, not the search (G12). */
  list(prefixes: readonly string[], name: string, via: string): SearchResult | null {
    for (const prefix of prefixes) {
      let anyDirectory = false;
      let lastErrno: string | null = null;
      for (const { subdirectory, exists } of this.#places(prefix)) {
        const result = this.try(prefix + subdirectory + name, via);
        if (result !== null) return result;
        anyDirectory ||= exists;
        lastErrno = this.#errno;
      }
      const goesOn =
        !anyDirectory ||
        lastErrno === 'ENOENT' ||
        lastErrno === 'EACCES' ||
        (lastErrno === 'ENOTDIR' && this.#facts.release >= 239);
      if (!goesOn) return null;
    }
    return null;
  }

  #places(prefix: string): readonly ListPlace[] {
    const { defaultPlaces, subdirectories } = this.#facts;
    const known = this.#setting.credentials.searchAll ? defaultPlaces.get(prefix) : undefined;
    return known ?? listPlaces(this.#rootfs, this.#setting, prefix, subdirectories);
  }

  /** Step 4 of G1: exactly one entry is tried (G20). */
  #cache(name: string, nodeflib: boolean): SearchResult | null {
    const { cache, cacheChoice, cachePath, cacheUnread, defaultPrefixes } = this.#facts;
    if (!isReadable(this.#rootfs, cachePath, this.#setting.credentials)) return null;
    if (cacheUnread !== null) return { kind: 'unknown', reason: cacheUnread };
    const entry = chooseEntry(cache, name, cacheChoice);
    if (entry === null) return null;
    if (nodeflib && defaultPrefixes.some((prefix) => entry.path.startsWith(prefix))) return null;
    return this.try(entry.path, 'ld.so.cache');
  }

  /** Steps 4 and 5 of G1: the places that every object can use. */
  system(name: string, nodeflib: boolean): SearchResult {
    return (
      this.#cache(name, nodeflib) ??
      (nodeflib ? null : this.list(this.#facts.defaultPrefixes, name, 'default directory')) ??
      this.missing()
    );
  }

  missing(): SearchResult {
    const { loader } = this.#setting;
    const reason = this.#otherClass
      ? loaderText(`wrong ELF class: ELFCLASS${loader.class === 64 ? 32 : 64}`)
      : loaderText('cannot open shared object file', this.#errno);
    return { kind: 'missing', reason };
  }
}
