import type { ElfFile } from '../../elf/elf-file.ts';
import type { Rootfs } from '../../rootfs/rootfs.ts';
import { PlaceSearch, type Search, type SearchSetting } from './place-search.ts';

/** The searches with the same result for every object without search lists of its own: the cache and the default directories. */
export class SystemSearch {
  readonly setting: SearchSetting;
  readonly #queries = new Map<string, (rootfs: Rootfs) => Search>();

  constructor(setting: SearchSetting) {
    this.setting = setting;
  }

  inSystem(rootfs: Rootfs, name: string): Search {
    const query = this.#queries.get(name) ?? ((of: Rootfs) => this.#search(of, name));
    this.#queries.set(name, query);
    return rootfs.query(query);
  }

  #search(rootfs: Rootfs, name: string): Search {
    const places = new PlaceSearch(this.setting, rootfs);
    return { result: places.system(name, false), trail: places.trail };
  }
}

const known = new WeakMap<ElfFile, Map<string, SystemSearch>>();

/** The one for this setting. */
export function systemSearch(setting: SearchSetting): SystemSearch {
  const { loader, cpu, kernel, cwd, credentials } = setting;
  const searches = known.get(loader) ?? new Map<string, SystemSearch>();
  known.set(loader, searches);
  const { uid, gids, searchAll } = credentials;
  const key = `${cpu} ${kernel} ${uid} ${gids} ${searchAll} ${cwd}`;
  const search = searches.get(key) ?? new SystemSearch(setting);
  searches.set(key, search);
  return search;
}
