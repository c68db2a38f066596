import { isLinked } from '../../elf/kind.ts';
import { isCutOff, libraryCutStatus } from '../doubt/lost-pages.ts';
import type { LoadedObject } from '../trace/load-trace.ts';
import type { Problem, TrailStep, UnreadableFile } from '../trace/problem.ts';
import { libraryMissing, libraryRejected, preloadIgnored, truncated } from '../trace/problems.ts';
import { unreadableFiles } from '../unreadable-files.ts';
import type { Dso } from './dso.ts';
import { LibrarySearch, type OpenResult } from './library-search.ts';
import { hasEmptySegment, isLibc, takesAddressesOf } from './map-library.ts';
import type { MuslSession } from './session.ts';

/** The objects of one start or one dlopen in the order of musl's chain. */
export interface DsoChain {
  readonly main: Dso;
  readonly all: Dso[];
  readonly objects: LoadedObject[];
  readonly problems: Problem[];
  readonly missing: Set<string>;
  unknown: string | null;
}

const reserved = ['c.', 'pthread.', 'rt.', 'm.', 'dl.', 'util.', 'xnet.'];

/** What separates the names in LD_PRELOAD (M5). */
export const preloadSeparators = /[\s:]+/;

/** Names that are the loader itself whatever files the image has (M4). */
export function isReservedName(name: string): boolean {
  return name.startsWith('lib') && reserved.some((rest) => name.startsWith(rest, 3));
}

/** How much of each list was there at one moment. */
interface LoadedSoFar {
  readonly all: number;
  readonly objects: number;
  readonly problems: number;
  readonly missing: readonly string[];
}

/** Loads libraries in musl's order and goes on after failures, as musl does (M1 to M10, M20). */
export class LibraryLoader {
  readonly chain: DsoChain;
  readonly #session: MuslSession;
  #hasReadSystemPath = false;
  readonly #loader: Dso | null;
  readonly #exitStatus: number;
  readonly #dependencies = new Map<Dso, Dso[]>();

  constructor(session: MuslSession, main: Dso, exitStatus: number) {
    this.#session = session;
    this.#exitStatus = exitStatus;
    this.chain = { main, all: [main], objects: [], problems: [], missing: new Set(), unknown: null };
    const { loader } = session;
    this.#loader =
      loader.elf.dynamic === null
        ? null
        : {
            name: loader.path,
            path: loader.path,
            elf: loader.elf,
            dynamic: loader.elf.dynamic,
            inodeId: loader.inode.id,
            shortname: null,
            neededBy: null,
            role: 'loader',
            originPath: null,
            foundBy: 'built in',
            trail: [],
          };
  }

  /** LD_PRELOAD: what cannot be loaded is skipped without a message (M5). */
  preload(names: readonly string[]): void {
    for (const name of names) {
      const result = this.#load(name, null, 'preload');
      if ('errnoText' in result) {
        const preload = {
          name,
          from: 'LD_PRELOAD',
          reason: result.errnoText,
          unreadable: this.#unreadable(result.trail),
        };
        this.chain.problems.push(preloadIgnored(preload, null));
      }
    }
  }

  /** Every DT_NEEDED of every object from the given place of the chain on (`load_deps`). */
  loadDependencies(from = 0): void {
    for (let index = from; index < this.chain.all.length; index++) {
      const dso = this.chain.all[index];
      if (dso === undefined || dso.role === 'loader') continue;
      for (const name of dso.dynamic.needed) this.need(name, dso);
    }
  }

  /** The object of a dlopen, by its path; null when it cannot be loaded. dlerror names no object that needs it. */
  open(path: string, caller: Dso): Dso | null {
    return this.#need(path, caller, '');
  }

  /** The object and all that it needs, breadth-first: `p->deps` of dynlink.c, in which the loader stands for every libc. */
  searchList(root: Dso): Dso[] {
    const list = new Set([root]);
    for (const dso of list) for (const dependency of this.#dependencies.get(dso) ?? []) list.add(dependency);
    return [...list];
  }

  /** What is loaded so far, for `unload`. */
  mark(): LoadedSoFar {
    const { all, objects, problems, missing } = this.chain;
    return {
      all: all.length,
      objects: objects.length,
      problems: problems.length,
      missing: [...missing],
    };
  }

  /** Takes a dlopen back that failed: its objects leave the process, and what was missing for it is forgotten (S33). */
  unload(to: LoadedSoFar): void {
    const { all, objects, problems, missing } = this.chain;
    all.length = to.all;
    objects.length = to.objects;
    problems.length = to.problems;
    missing.clear();
    for (const name of to.missing) missing.add(name);
  }

  /** One DT_NEEDED; null when nothing loads for it. */
  need(name: string, neededBy: Dso): Dso | null {
    return this.#need(name, neededBy, ` (needed by ${neededBy.path})`);
  }

  #need(name: string, neededBy: Dso, by: string): Dso | null {
    const result = this.#load(name, neededBy, 'library');
    if (!('errnoText' in result)) {
      const dependencies = this.#dependencies.get(neededBy) ?? [];
      dependencies.push(result);
      this.#dependencies.set(neededBy, dependencies);
      return result;
    }
    const { path, trail, errnoText: reason } = result;
    this.chain.missing.add(name);
    this.chain.objects.push({ name, path: null, neededBy: neededBy.path, foundBy: null, trail, elf: null });
    const need = { soname: name, neededBy: neededBy.path };
    const lastWords = {
      seen: `Error loading shared library ${name}: ${reason}${by}`,
      exitStatus: this.#exitStatus,
    };
    this.chain.problems.push(
      path === null
        ? libraryMissing({ ...need, trail, unreadable: this.#unreadable(trail) }, lastWords)
        : libraryRejected({ ...need, path, reason }, lastWords),
    );
    return null;
  }

  #unreadable(trail: readonly TrailStep[]): readonly UnreadableFile[] {
    return unreadableFiles(this.#session.container, trail, this.#session.loader.elf);
  }

  #load(
    name: string,
    neededBy: Dso | null,
    role: 'preload' | 'library',
  ): Dso | { errnoText: string; path: string | null; trail: readonly TrailStep[] } {
    if (isReservedName(name) || name === this.#session.loader.path) {
      const loader = this.#self();
      if (loader !== null) return loader;
    }
    if (name === '') return { errnoText: 'Invalid argument', path: null, trail: [] };
    const isPath = name.includes('/');
    if (!isPath) {
      const known = this.chain.all.find((dso) => dso.role !== 'main' && dso.shortname === name);
      if (known !== undefined) return known;
    }
    const search = new LibrarySearch(this.#session, !this.#hasReadSystemPath);
    const opened = isPath ? search.byPath(name) : search.byName(name, neededBy);
    if (search.readSystemPath) this.chain.unknown ??= this.#session.systemPath.unread;
    this.#hasReadSystemPath ||= search.readSystemPath;
    if (opened.kind === 'failed') return { errnoText: opened.errnoText, path: null, trail: search.trail };
    const same = this.chain.all.find((dso) => dso.role !== 'main' && dso.inodeId === opened.inode.id);
    if (same !== undefined) {
      if (!isPath) same.shortname ??= opened.path.slice(opened.path.lastIndexOf('/') + 1);
      return same;
    }
    return this.#map(name, isPath, opened, neededBy, role, search.trail);
  }

  /** `map_library` and what follows it (M4, M10). */
  #map(
    name: string,
    isPath: boolean,
    opened: Extract<OpenResult, { kind: 'opened' }>,
    neededBy: Dso | null,
    role: 'preload' | 'library',
    trail: readonly TrailStep[],
  ): Dso | { errnoText: string; path: string | null; trail: readonly TrailStep[] } {
    const { path, inode } = opened;
    const failed = (errnoText: string) => ({ errnoText, path, trail });
    if (inode.type === 'directory') return failed('Is a directory');
    const content = inode.content;
    if (content === null || content.kind === 'unread') {
      this.chain.unknown ??= `${path} could not be read: ${content?.reason ?? 'it is not a regular file'}`;
      return failed('unknown');
    }
    const elf = content.kind === 'elf' ? content.elf : null;
    const loaderElf = this.#session.loader.elf;
    if (elf === null || elf.class !== loaderElf.class || !isLinked(elf)) return failed('Exec format error');
    if (elf.dynamic === null && !elf.truncated) return failed('Exec format error');
    if (!this.#session.mapsEmptySegments && hasEmptySegment(elf)) return failed('Invalid argument');
    if (this.chain.all.some((dso) => takesAddressesOf(elf, dso.elf))) return failed('Resource busy');
    if (isCutOff(elf)) {
      this.chain.problems.push(truncated(path, 'library', libraryCutStatus(elf)));
    }
    if (elf.dynamic !== null && isLibc(elf.dynamic)) {
      const loader = this.#self();
      if (loader !== null) return loader;
    }
    const dso: Dso = {
      name,
      path,
      elf,
      dynamic: elf.dynamic ?? loaderElf.dynamic ?? this.chain.main.dynamic,
      inodeId: inode.id,
      shortname: isPath ? null : path.slice(path.lastIndexOf('/') + 1),
      neededBy,
      role,
      originPath: path,
      foundBy: role === 'preload' ? 'preload' : opened.via,
      trail,
    };
    this.chain.all.push(dso);
    this.#record(dso, neededBy);
    return dso;
  }

  /** The loader joins the chain when something first asks for it (M4). */
  #self(): Dso | null {
    if (this.#loader === null) return null;
    if (!this.chain.all.includes(this.#loader)) {
      this.chain.all.push(this.#loader);
      this.#record(this.#loader, this.chain.main);
    }
    return this.#loader;
  }

  #record(dso: Dso, neededBy: Dso | null): void {
    const { name, path, foundBy, trail, elf } = dso;
    this.chain.objects.push({
      name,
      path,
      neededBy: (neededBy ?? this.chain.main).path,
      foundBy,
      trail,
      elf,
    });
  }
}
