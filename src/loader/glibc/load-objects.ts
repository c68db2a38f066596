import { DF_1_NOOPEN } from '../../elf/constants.ts';
import type { LoadedObject } from '../trace/load-trace.ts';
import type { Problem, UnreadableFile } from '../trace/problem.ts';
import { libraryMissing, libraryRejected, preloadIgnored, truncated } from '../trace/problems.ts';
import { unreadableFiles } from '../unreadable-files.ts';
import { findObject } from './find-object.ts';
import { answersTo, type LinkMap } from './link-map.ts';
import { loaderText, withErrno } from './loader-text.ts';
import { interpreterMap, loadedMap } from './new-link-map.ts';
import type { Phrasing } from './phrasing.ts';
import type { Search, SearchResult } from './place-search.ts';
import { expandTokens } from './search-path.ts';
import type { LoaderSession } from './session.ts';

/** All objects of one start or one dlopen, in load order. */
export interface ObjectSet {
  readonly main: LinkMap;
  /** The loader itself: in the process even when nothing needs it. */
  readonly interpreter: LinkMap | null;
  /** The global scope in order: main, preloads, then breadth-first (G5). A dlopened object's own follow. */
  readonly maps: LinkMap[];
  /** Sonames that were asked for and not found, whose symbols are therefore unknown. */
  readonly missing: Set<string>;
  readonly objects: LoadedObject[];
  readonly problems: Problem[];
  /** Why the outcome is unknown; null when it is known. */
  unknown: string | null;
}

/** How much of each list was there at one moment. */
interface LoadedSoFar {
  readonly maps: number;
  readonly loaded: number;
  readonly objects: number;
  readonly problems: number;
  readonly missing: readonly string[];
}

/** Loads objects breadth-first as `_dl_map_object_deps` does, going on after failures (G4 to G8, G30, G31). */
export class ObjectLoader {
  readonly set: ObjectSet;
  readonly #session: LoaderSession;
  readonly #phrasing: Phrasing;
  /** Every object of the process, the loader among them even when nothing needs it. */
  readonly #loaded: LinkMap[] = [];
  /** The process runs: what is loaded from here on is loaded by dlopen. */
  #opens = false;

  constructor(session: LoaderSession, main: LinkMap, phrasing: Phrasing) {
    this.#session = session;
    this.#phrasing = phrasing;
    const dynamic = session.loader.elf.dynamic;
    const interpreter = dynamic === null ? null : interpreterMap(session, dynamic);
    this.set = {
      main,
      interpreter,
      maps: [main],
      missing: new Set(),
      objects: [],
      problems: [],
      unknown: null,
    };
    this.#loaded.push(main);
    if (interpreter !== null) this.#loaded.push(interpreter);
  }

  /** Under AT_SECURE a name without a slash finds setuid files only (G80). */
  #findPreload(name: string): Search {
    const search = findObject(this.#session, name, this.set.main, this.set.main);
    const { result } = search;
    if (!this.#session.secure || name.includes('/') || result.kind !== 'found') return search;
    if ((result.candidate.inode.mode & 0o4000) !== 0) return search;
    return { ...search, result: { kind: 'missing', reason: loaderText('cannot open shared object file') } };
  }

  /** The preloads of the environment and of /etc/ld.so.preload, in that order (G30). */
  preload(names: readonly string[], from: string): void {
    for (const name of names) {
      const { result, trail } = this.#findPreload(name);
      const known = this.#alreadyLoaded(name);
      if (known !== null) {
        this.#enlist(known);
      } else if (result.kind === 'found') {
        this.#add(name, result, this.set.main, 'preload', trail);
      } else {
        this.#preloadIgnored(name, from, result, trail);
      }
    }
  }

  #unreadable(trail: LinkMap['trail']): readonly UnreadableFile[] {
    return unreadableFiles(this.#session.container, trail, this.#session.loader.elf);
  }

  #preloadIgnored(
    name: string,
    from: string,
    result: Exclude<SearchResult, { kind: 'found' }>,
    trail: LinkMap['trail'],
  ): void {
    if (result.kind === 'unknown') {
      this.set.unknown ??= result.reason;
      return;
    }
    if (result.kind === 'truncated') {
      this.set.problems.push(truncated(result.path, 'library', result.exitStatus));
      return;
    }
    const reason = result.reason.text;
    const seen = `ERROR: ld.so: object '${name}' from ${from} cannot be preloaded (${reason}): ignored.`;
    this.set.problems.push(preloadIgnored({ name, from, reason, unreadable: this.#unreadable(trail) }, seen));
  }

  /** Loads what `from` and everything after it needs, breadth-first. */
  loadDependencies(from = 0): void {
    for (let index = from; index < this.set.maps.length; index++) {
      const map = this.set.maps[index];
      if (map === undefined || map.role === 'interpreter') continue;
      const { needed, filters, auxiliaries } = map.dynamic;
      for (const name of needed) this.#need(this.#expanded(name, map), map);
      for (const name of filters) this.#need(this.#expanded(name, map), map);
      for (const name of auxiliaries) this.#auxiliary(this.#expanded(name, map), map);
    }
  }

  /** `expand_dst` of dl-deps.c: the object answers to the string with its tokens replaced, not to the one in the file (G7). */
  #expanded(name: string, map: LinkMap): string {
    const { libToken, platform } = this.#session.facts;
    return expandTokens(name, { origin: map.origin, lib: libToken, platform }) ?? name;
  }

  /** Opens the object of a dlopen by its path, with all that it needs beyond what is there; null when it cannot be loaded. */
  open(path: string, neededBy: LinkMap): LinkMap | null {
    const from = this.set.maps.length;
    this.#opens = true;
    const opened = this.#need(path, neededBy);
    if (opened !== null) this.loadDependencies(from);
    return opened;
  }

  /** The program does without these libraries where they were not found. */
  forget(sonames: readonly string[]): void {
    if (sonames.length === 0) return;
    const { objects, problems, missing } = this.set;
    const isForgotten = (name: string, path: string | null) => path === null && sonames.includes(name);
    const kept = objects.filter(({ name, path }) => !isForgotten(name, path));
    objects.splice(0, objects.length, ...kept);
    const stay = problems.filter((each) => each.kind !== 'library-missing' || !sonames.includes(each.soname));
    problems.splice(0, problems.length, ...stay);
    for (const soname of sonames) missing.delete(soname);
  }

  /** What is loaded so far, for `unload`. */
  mark(): LoadedSoFar {
    const { maps, objects, problems, missing } = this.set;
    return {
      maps: maps.length,
      loaded: this.#loaded.length,
      objects: objects.length,
      problems: problems.length,
      missing: [...missing],
    };
  }

  /** Takes a dlopen back that failed: its objects leave the process, and what was missing for it is forgotten (S33). */
  unload(to: LoadedSoFar): void {
    const { maps, objects, problems, missing } = this.set;
    maps.length = to.maps;
    this.#loaded.length = to.loaded;
    objects.length = to.objects;
    problems.length = to.problems;
    missing.clear();
    for (const name of to.missing) missing.add(name);
  }

  #need(name: string, map: LinkMap): LinkMap | null {
    const known = this.#alreadyLoaded(name);
    if (known !== null) {
      this.#enlist(known);
      map.dependencies.push(known);
      return known;
    }
    const search = findObject(this.#session, name, map, this.set.main);
    const { trail } = search;
    const result = this.#opens ? this.#openable(search.result) : search.result;
    if (result.kind === 'found') {
      const added = this.#add(name, result, map, 'library', trail);
      map.dependencies.push(added);
      return added;
    }
    this.set.objects.push({ name, path: null, neededBy: map.path, foundBy: null, trail, elf: null });
    this.set.missing.add(name);
    if (result.kind === 'unknown') this.set.unknown ??= result.reason;
    else this.set.problems.push(this.#needFailed(name, map, result, trail));
    return null;
  }

  /** What is linked with `-z nodlopen` is loaded at a start only (G13). */
  #openable(result: SearchResult): SearchResult {
    if (result.kind !== 'found') return result;
    const { path, inode, elf } = result.candidate;
    const isNew = this.#loaded.every((map) => map.inodeId !== inode.id);
    if (!isNew || ((elf.dynamic?.flags1 ?? 0) & DF_1_NOOPEN) === 0) return result;
    const names = this.#session.release >= 231 ? 'request' : 'path';
    return { kind: 'refused', path, reason: loaderText('shared object cannot be dlopen()ed'), names };
  }

  #needFailed(
    soname: string,
    { path: neededBy }: LinkMap,
    result: Extract<SearchResult, { kind: 'missing' | 'refused' | 'truncated' }>,
    trail: LinkMap['trail'],
  ): Problem {
    const { error, exitStatus } = this.#phrasing;
    if (result.kind === 'missing') {
      const seen = error(soname, withErrno(result.reason));
      return libraryMissing(
        { soname, neededBy, trail, unreadable: this.#unreadable(trail) },
        { seen, exitStatus },
      );
    }
    const { path } = result;
    if (result.kind === 'truncated') return truncated(path, 'library', result.exitStatus);
    const reason = withErrno(result.reason);
    const seen = error(result.names === 'path' ? path : soname, reason);
    return libraryRejected({ soname, path, neededBy, reason }, { seen, exitStatus });
  }

  /** DT_AUXILIARY: loaded where it exists, ignored where it does not (G31). */
  #auxiliary(name: string, map: LinkMap): void {
    const known = this.#alreadyLoaded(name);
    if (known !== null) {
      this.#enlist(known);
      return;
    }
    const { result, trail } = findObject(this.#session, name, map, this.set.main);
    if (result.kind === 'found') this.#add(name, result, map, 'library', trail);
  }

  /** An object that answers to the string, or whose DT_SONAME is the string: then it answers from now on (G6). */
  #alreadyLoaded(name: string): LinkMap | null {
    for (const map of this.#loaded) {
      if (answersTo(map, name)) return map;
      if (map.dynamic.soname === name) {
        map.names.add(name);
        return map;
      }
    }
    return null;
  }

  #enlist(map: LinkMap): void {
    if (this.set.maps.includes(map)) return;
    this.set.maps.push(map);
    this.#record(map);
  }

  #record(map: LinkMap): void {
    this.set.objects.push({
      name: map.name,
      path: map.path,
      neededBy: map.loadedFor?.path ?? this.set.main.path,
      foundBy: map.foundBy,
      trail: map.trail,
      elf: map.elf,
    });
  }

  #add(
    name: string,
    found: Extract<SearchResult, { kind: 'found' }>,
    loadedFor: LinkMap,
    role: 'preload' | 'library',
    trail: LinkMap['trail'],
  ): LinkMap {
    const { inode } = found.candidate;
    const same = this.#loaded.find((map) => map.inodeId === inode.id);
    if (same !== undefined) {
      same.names.add(name);
      this.#enlist(same);
      return same;
    }
    const map = loadedMap(this.#session, { name, found, loadedFor, role, trail });
    this.#loaded.push(map);
    this.#enlist(map);
    return map;
  }
}
