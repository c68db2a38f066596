import { whyUnread } from '../../container/unread-file.ts';
import { ET_DYN } from '../../elf/constants.ts';
import type { DynamicSection, ElfFile } from '../../elf/elf-file.ts';
import { machineName } from '../../elf/machine.ts';
import { mayRead } from '../../rootfs/permissions.ts';
import type { Inode } from '../../rootfs/rootfs.ts';
import { isCutOff, libraryCutStatus } from '../doubt/lost-pages.ts';
import type { LoadedObject } from '../trace/load-trace.ts';
import type { Problem, TrailStep, UnreadableFile } from '../trace/problem.ts';
import { libraryMissing, preloadIgnored, truncated } from '../trace/problems.ts';
import { trailWords } from '../trace/trail-words.ts';
import { unreadableFiles } from '../unreadable-files.ts';
import type { UclibcSession } from './session.ts';

/** One object in the process: uclibc's struct elf_resolve. */
export interface Module {
  readonly name: string;
  readonly path: string;
  readonly elf: ElfFile;
  readonly dynamic: DynamicSection;
  readonly inodeId: number | null;
  readonly role: 'main' | 'loader' | 'preload' | 'library';
}

/** `_dl_loaded_modules` of one start and the results of loading. */
export interface ModuleList {
  readonly modules: Module[];
  readonly objects: LoadedObject[];
  readonly problems: Problem[];
  /** Lines about files that were skipped (U4). */
  readonly printed: string[];
  readonly missing: Set<string>;
  unknown: string | null;
}

interface Found {
  readonly path: string;
  readonly inode: Inode;
  readonly elf: ElfFile;
  readonly via: string;
}

/** ELF_TARGET of the ports, where it is not the machine's usual name. */
const targetNames: Readonly<Record<string, string>> = {
  i386: '386',
  arm: 'ARM',
  mips: 'MIPS',
  mipsel: 'MIPS',
  ppc: 'powerpc',
  riscv64: 'RISC-V',
};

const lastComponent = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** One search for a library (`_dl_load_shared_library`, U2 to U5). */
class LibrarySearch {
  readonly trail: TrailStep[] = [];
  readonly #session: UclibcSession;
  readonly #list: ModuleList;

  constructor(session: UclibcSession, list: ModuleList) {
    this.#session = session;
    this.#list = list;
  }

  /** One file; null when the search goes on, with or without a message. */
  #open(path: string, via: string): Found | null {
    const { container, credentials, loader, argv0 } = this.#session;
    const step = (outcome: string) => this.trail.push({ path, via, outcome });
    const found = container.rootfs.lookup(path, { cwd: container.start.cwd, credentials });
    if (!found.ok || !mayRead(found.inode, credentials)) {
      step(found.ok || found.errno === 'EACCES' ? trailWords.EACCES : trailWords.ENOENT);
      return null;
    }
    const { content } = found.inode;
    const unread = whyUnread(container.rootfs, found.path);
    if (unread !== null) {
      this.#list.unknown ??= unread;
      return null;
    }
    const skip = (words: string) => {
      step(words);
      this.#list.printed.push(`${argv0}: '${path}' is ${words}`);
      return null;
    };
    if (content?.kind !== 'elf') return skip('not an ELF file');
    const { elf } = content;
    if (elf.type !== ET_DYN || elf.machine !== loader.elf.machine) {
      const machine = machineName(loader.elf);
      return skip(`not an ELF executable for ${targetNames[machine] ?? machine}`);
    }
    step('found');
    return { path, inode: found.inode, elf, via };
  }

  /** `search_for_named_library`: $ORIGIN counts at the start of an element, relative directories do not count (U3). */
  #directories(list: string, name: string, via: string, origin: string | null): Found | null {
    for (const element of list.split(':')) {
      const slash = origin?.lastIndexOf('/') ?? -1;
      const usesOrigin = element.startsWith('$ORIGIN');
      if (usesOrigin && slash <= 0) continue;
      const directory = usesOrigin ? `${origin?.slice(0, slash)}${element.slice('$ORIGIN'.length)}` : element;
      if (!directory.startsWith('/')) continue;
      const result = this.#open(`${directory}${directory.endsWith('/') ? '' : '/'}${name}`, via);
      if (result !== null) return result;
    }
    return null;
  }

  #cache(name: string): Found | null {
    for (const { soname, path } of this.#session.cache) {
      const result = soname === name ? this.#open(path, 'ld.so.cache') : null;
      if (result !== null) return result;
    }
    return null;
  }

  search(asked: string, neededBy: Module | null): Found | null {
    const name = lastComponent(asked);
    const { libraryPath, systemPaths } = this.#session;
    const { rpath = null, runpath = null } = neededBy?.dynamic ?? {};
    const by = neededBy?.path ?? '';
    const oldPath = runpath === null ? rpath : null;
    return (
      (asked.includes('/') ? this.#open(asked, 'path in DT_NEEDED') : null) ??
      (oldPath === null ? null : this.#directories(oldPath, name, `RPATH of ${by}`, by)) ??
      (libraryPath === null ? null : this.#directories(libraryPath, name, 'LD_LIBRARY_PATH', null)) ??
      (runpath === null ? null : this.#directories(runpath, name, `RUNPATH of ${by}`, null)) ??
      this.#cache(name) ??
      systemPaths.reduce<Found | null>(
        (found, { list, via }) => found ?? this.#directories(list, name, via, null),
        null,
      )
    );
  }
}

/** Loads the preloads, then every need of every module in turn, going on after failures (U1, U2, U8). */
export class ModuleLoader {
  readonly list: ModuleList;
  readonly #session: UclibcSession;

  constructor(session: UclibcSession, main: Module) {
    this.#session = session;
    const empty = { objects: [], problems: [], printed: [], missing: new Set<string>() };
    this.list = { modules: [main], ...empty, unknown: session.cacheUnread };
  }

  load(): void {
    for (const name of this.#session.preloads) this.#preload(name);
    for (let index = 0; index < this.list.modules.length; index++) {
      const module = this.list.modules[index];
      if (module === undefined || module.role === 'loader') continue;
      for (const name of module.dynamic.needed) this.#need(name, module);
    }
    this.#addLoader();
  }

  #preload(name: string): void {
    const search = new LibrarySearch(this.#session, this.list);
    const found = search.search(name, null);
    if (found !== null) {
      this.#add(name, found, null, 'preload', search.trail);
      return;
    }
    const seen = `${this.#session.argv0}: library '${name}' from LD_PRELOAD can't be preloaded: ignored.`;
    this.list.printed.push(seen);
    this.list.problems.push(
      preloadIgnored(
        {
          name,
          from: 'LD_PRELOAD',
          reason: 'not found',
          unreadable: this.#unreadable(search.trail),
        },
        seen,
      ),
    );
  }

  #unreadable(trail: readonly TrailStep[]): readonly UnreadableFile[] {
    return unreadableFiles(this.#session.container, trail, this.#session.loader.elf);
  }

  #need(name: string, neededBy: Module): void {
    if (lastComponent(name) === lastComponent(this.#session.loader.path)) {
      this.#addLoader();
      return;
    }
    const search = new LibrarySearch(this.#session, this.list);
    const found = search.search(name, neededBy);
    if (found !== null) {
      this.#add(name, found, neededBy, 'library', search.trail);
      return;
    }
    this.list.missing.add(name);
    const { trail } = search;
    this.list.objects.push({ name, path: null, neededBy: neededBy.path, foundBy: null, trail, elf: null });
    const seen = `${this.#session.argv0}: can't load library '${name}'`;
    const need = { soname: name, neededBy: neededBy.path, trail, unreadable: this.#unreadable(trail) };
    this.list.problems.push(libraryMissing(need, { seen, exitStatus: 16 }));
  }

  #add(
    name: string,
    { path, inode, elf, via }: Found,
    neededBy: Module | null,
    role: 'preload' | 'library',
    trail: readonly TrailStep[],
  ): void {
    const { modules, problems, objects } = this.list;
    if (modules.some(({ inodeId }) => inodeId === inode.id)) return;
    if (isCutOff(elf)) problems.push(truncated(path, 'library', libraryCutStatus(elf)));
    const main = modules[0];
    const dynamic = elf.dynamic;
    if (dynamic !== null) modules.push({ name, path, elf, dynamic, inodeId: inode.id, role });
    const by = neededBy?.path ?? main?.path ?? null;
    objects.push({ name, path, neededBy: by, foundBy: role === 'preload' ? 'preload' : via, trail, elf });
  }

  /** The loader joins the modules where a need names it, at the latest behind all others. */
  #addLoader(): void {
    const { path, elf, inode } = this.#session.loader;
    if (elf.dynamic === null || this.list.modules.some(({ role }) => role === 'loader')) return;
    const name = lastComponent(path);
    this.list.modules.push({ name, path, elf, dynamic: elf.dynamic, inodeId: inode.id, role: 'loader' });
  }
}
