import type { TrailStep } from '../load-trace.ts';
import { type Candidate, examine } from './examine.ts';
import { chooseEntry } from './ld-so-cache.ts';
import { hasNodeflib, type LinkMap, rpathOf } from './link-map.ts';
import { expandTokens, splitSearchList, type TokenValues } from './search-path.ts';
import type { LoaderSession } from './session.ts';

/** The end of one search. */
export type SearchResult =
  | {
      readonly kind: 'found';
      readonly candidate: Extract<Candidate, { kind: 'usable' }>;
      readonly via: string;
    }
  | {
      readonly kind: 'refused';
      readonly candidate: Extract<Candidate, { kind: 'refused' | 'truncated' }>;
      readonly path: string;
    }
  /** `text` is the loader's reason with the errno text that it appends. */
  | { readonly kind: 'missing'; readonly text: string; readonly preloadText: string }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface Search {
  readonly result: SearchResult;
  readonly trail: readonly TrailStep[];
}

/** The searching of one request for an object without a slash, or the opening of one with (G1, G7). */
class ObjectSearch {
  readonly trail: TrailStep[] = [];
  readonly #session: LoaderSession;
  #otherClass = false;
  /** Null until something was tried: then no errno text is printed (G21). */
  #errno: 'ENOENT' | 'EACCES' | 'ELOOP' | 'ENOTDIR' | 'ENAMETOOLONG' | null = null;

  constructor(session: LoaderSession) {
    this.#session = session;
  }

  /** One file; null when the search goes on. */
  #try(path: string, via: string): SearchResult | null {
    const { target, credentials, fit } = this.#session;
    const candidate = examine(target.rootfs, path, target.start.cwd, credentials, fit);
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
        step(candidate.text);
        return { kind: 'refused', candidate, path };
      case 'truncated':
        step('shorter than its segments');
        return { kind: 'refused', candidate, path };
      case 'unknown':
        step('could not be read');
        return { kind: 'unknown', reason: candidate.reason };
    }
  }

  /** One list of directories: `open_path`. ELOOP and its like end the list, not the search (G12). */
  #list(prefixes: readonly string[], name: string, via: string): SearchResult | null {
    const { target, subdirectories, release } = this.#session;
    for (const prefix of prefixes) {
      let anyDirectory = false;
      let lastErrno: string | null = null;
      for (const subdirectory of subdirectories) {
        const directory = target.rootfs.lookup(prefix + subdirectory, { cwd: target.start.cwd });
        const exists = directory.ok && directory.inode.type === 'directory';
        if (!exists && subdirectory !== '') continue;
        const result = this.#try(prefix + subdirectory + name, via);
        if (result !== null) return result;
        anyDirectory ||= exists;
        lastErrno = this.#errno;
      }
      const goesOn =
        !anyDirectory ||
        lastErrno === 'ENOENT' ||
        lastErrno === 'EACCES' ||
        (lastErrno === 'ENOTDIR' && release >= 239);
      if (!goesOn) return null;
    }
    return null;
  }

  #tokens(map: LinkMap | null): TokenValues {
    const { libToken, platform } = this.#session;
    return { origin: map?.origin ?? null, lib: libToken, platform };
  }

  #objectList(map: LinkMap, text: string): string[] {
    const prefixes = splitSearchList(text, /:/, this.#tokens(map));
    if (!this.#session.secure || map.role !== 'main') return prefixes;
    return text
      .split(':')
      .filter((element) => !/\$\{?ORIGIN/.test(element) || this.#isTrustedOrigin(element, map))
      .flatMap((element) => splitSearchList(element, /:/, this.#tokens(map)));
  }

  /** Under AT_SECURE `$ORIGIN` counts only first in an element that leads to a default directory (G80). */
  #isTrustedOrigin(element: string, map: LinkMap): boolean {
    const [prefix] = splitSearchList(element, /:/, this.#tokens(map));
    return /^\$(\{ORIGIN\}|ORIGIN)/.test(element) && this.#session.defaultPrefixes.includes(prefix ?? '');
  }

  #rpath(map: LinkMap, name: string): SearchResult | null {
    const rpath = rpathOf(map);
    return rpath === null ? null : this.#list(this.#objectList(map, rpath), name, `RPATH of ${map.path}`);
  }

  /** Step 1 of G1: the chain of RPATHs, switched off by the needing object's own RUNPATH (G3). */
  #rpathChain(name: string, neededBy: LinkMap, main: LinkMap): SearchResult | null {
    if (neededBy.dynamic.runpath !== null) return null;
    let sawMain = false;
    for (let map: LinkMap | null = neededBy; map !== null; map = map.loadedFor) {
      const result = this.#rpath(map, name);
      if (result !== null) return result;
      sawMain ||= map === main;
    }
    return sawMain ? null : this.#rpath(main, name);
  }

  #environment(name: string, main: LinkMap): SearchResult | null {
    const { target, secure, libToken, platform } = this.#session;
    const text = target.start.env.get('LD_LIBRARY_PATH') ?? '';
    if (secure || text === '') return null;
    const prefixes = splitSearchList(text, /[:;]/, { origin: main.origin, lib: libToken, platform });
    return this.#list(prefixes, name, 'LD_LIBRARY_PATH');
  }

  /** Step 4 of G1: exactly one entry is tried (G20). */
  #cache(name: string, neededBy: LinkMap): SearchResult | null {
    const { cache, cacheChoice, defaultPrefixes } = this.#session;
    const entry = chooseEntry(cache, name, cacheChoice);
    if (entry === null) return null;
    if (hasNodeflib(neededBy) && defaultPrefixes.some((prefix) => entry.path.startsWith(prefix))) return null;
    return this.#try(entry.path, 'ld.so.cache');
  }

  search(name: string, neededBy: LinkMap, main: LinkMap): SearchResult {
    if (name.includes('/')) {
      const path = expandTokens(name, this.#tokens(neededBy)) ?? '';
      return this.#try(path, 'path in DT_NEEDED') ?? this.#missing();
    }
    return (
      this.#rpathChain(name, neededBy, main) ??
      this.#environment(name, main) ??
      (neededBy.dynamic.runpath === null
        ? null
        : this.#list(
            this.#objectList(neededBy, neededBy.dynamic.runpath),
            name,
            `RUNPATH of ${neededBy.path}`,
          )) ??
      this.#cache(name, neededBy) ??
      (hasNodeflib(neededBy) ? null : this.#list(this.#session.defaultPrefixes, name, 'default directory')) ??
      this.#missing()
    );
  }

  #missing(): SearchResult {
    if (this.#otherClass) {
      const text = `wrong ELF class: ELFCLASS${this.#session.loader.elf.class === 64 ? 32 : 64}`;
      return { kind: 'missing', text, preloadText: text };
    }
    const text = 'cannot open shared object file';
    if (this.#errno === null) return { kind: 'missing', text, preloadText: text };
    const errnoText = {
      ENOENT: 'No such file or directory',
      EACCES: 'Permission denied',
      ELOOP: 'Error 40',
      ENOTDIR: 'Error 20',
      ENAMETOOLONG: 'Error 36',
    }[this.#errno];
    return { kind: 'missing', text: `${text}: ${errnoText}`, preloadText: text };
  }
}

/** Looks for the object that `name` asks for, in the order of `_dl_map_object` (G1 to G3, G7, G9, G12, G20 to G23). */
export function findObject(session: LoaderSession, name: string, neededBy: LinkMap, main: LinkMap): Search {
  const search = new ObjectSearch(session);
  return { result: search.search(name, neededBy, main), trail: search.trail };
}
