import { hasNodeflib, type LinkMap, rpathOf } from './link-map.ts';
import { PlaceSearch, type Search, type SearchResult } from './place-search.ts';
import { expandTokens, splitSearchList, type TokenValues } from './search-path.ts';
import type { LoaderSession } from './session.ts';

/** The searching of one request for an object without a slash, or the opening of one with (G1, G7). */
class ObjectSearch {
  readonly #session: LoaderSession;
  readonly #places: PlaceSearch;

  constructor(session: LoaderSession) {
    this.#session = session;
    this.#places = new PlaceSearch(session.search.setting, session.container.rootfs);
  }

  #tokens(map: LinkMap | null): TokenValues {
    const { libToken, platform } = this.#session.facts;
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
    return (
      /^\$(\{ORIGIN\}|ORIGIN)/.test(element) && this.#session.facts.defaultPrefixes.includes(prefix ?? '')
    );
  }

  #rpath(map: LinkMap, name: string): SearchResult | null {
    const rpath = rpathOf(map);
    return rpath === null
      ? null
      : this.#places.list(this.#objectList(map, rpath), name, `RPATH of ${map.path}`);
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
    const { container, secure } = this.#session;
    const text = container.start.env.get('LD_LIBRARY_PATH') ?? '';
    if (secure || text === '') return null;
    const prefixes = splitSearchList(text, /[:;]/, this.#tokens(main));
    return this.#places.list(prefixes, name, 'LD_LIBRARY_PATH');
  }

  search(name: string, neededBy: LinkMap, main: LinkMap): Search {
    const { trail } = this.#places;
    if (name.includes('/')) {
      const path = expandTokens(name, this.#tokens(neededBy)) ?? '';
      return { result: this.#places.try(path, 'path in DT_NEEDED') ?? this.#places.missing(), trail };
    }
    const result = this.#listed(name, neededBy, main);
    if (result !== null) return { result, trail };
    if (trail.length === 0 && !hasNodeflib(neededBy))
      return this.#session.search.inSystem(this.#session.container.rootfs, name);
    return { result: this.#places.system(name, hasNodeflib(neededBy)), trail };
  }

  /** Steps 1 to 3 of G1: the lists of the objects and of the environment. */
  #listed(name: string, neededBy: LinkMap, main: LinkMap): SearchResult | null {
    const { runpath } = neededBy.dynamic;
    return (
      this.#rpathChain(name, neededBy, main) ??
      this.#environment(name, main) ??
      (runpath === null
        ? null
        : this.#places.list(this.#objectList(neededBy, runpath), name, `RUNPATH of ${neededBy.path}`))
    );
  }
}

/** Looks for the object that `name` asks for, in the order of `_dl_map_object` (G1 to G3, G7, G9, G12, G20 to G23). */
export function findObject(session: LoaderSession, name: string, neededBy: LinkMap, main: LinkMap): Search {
  return new ObjectSearch(session).search(name, neededBy, main);
}
