import type { DynamicSection, ElfFile } from '../../elf/elf-file.ts';
import type { LinkMap } from './link-map.ts';
import type { SearchResult } from './place-search.ts';
import type { LoaderSession } from './session.ts';

const directoryOf = (path: string, cwd: string): string => {
  const absolute = path.startsWith('/') ? path : `${cwd}/${path}`;
  return absolute.slice(0, Math.max(absolute.lastIndexOf('/'), 1));
};

/** Used for an object without a dynamic segment: such a file is never loaded as a library. */
const emptyDynamic: DynamicSection = {
  needed: [],
  soname: null,
  rpath: null,
  runpath: null,
  filters: [],
  auxiliaries: [],
  flags: 0,
  flags1: 0,
  bindNow: false,
  textrel: false,
  symbolic: false,
  hash: 'none',
  verneed: [],
  verdef: [],
  hasVersym: false,
  symbols: [],
  relocations: {
    references: [],
    anonymousTypes: { data: [], plt: [] },
    irelative: false,
    relr: false,
    dataCount: 0,
    pltCount: 0,
  },
};

/** The strings that the kernel-started loader answers to (G8). */
export function interpreterMap(session: LoaderSession, dynamic: DynamicSection): LinkMap {
  const { loader } = session;
  const names = [loader.path, ...(dynamic.soname === null ? [] : [dynamic.soname])];
  return {
    name: dynamic.soname ?? loader.path,
    path: loader.path,
    elf: loader.elf,
    dynamic,
    inodeId: loader.inode.id,
    origin: directoryOf(loader.path, session.container.start.cwd),
    names: new Set(names),
    loadedFor: null,
    role: 'interpreter',
    foundBy: 'interpreter',
    trail: [],
    dependencies: [],
  };
}

/** The program's own link map: /proc/self/exe gives its $ORIGIN (G9), and its l_name is the empty string. */
export function mainMap(path: string, realPath: string, elf: ElfFile, inodeId: number | null): LinkMap {
  return {
    name: path,
    path,
    elf,
    dynamic: elf.dynamic ?? emptyDynamic,
    inodeId,
    origin: directoryOf(realPath, '/'),
    names: new Set(['']),
    loadedFor: null,
    role: 'main',
    foundBy: 'main',
    trail: [],
    dependencies: [],
  };
}

/** A file that was found for a name. */
interface FoundObject {
  readonly name: string;
  readonly found: Extract<SearchResult, { kind: 'found' }>;
  readonly loadedFor: LinkMap;
  readonly role: 'preload' | 'library';
  readonly trail: LinkMap['trail'];
}

/** The link map of a preload or of a library. */
export function loadedMap(
  session: LoaderSession,
  { name, found, loadedFor, role, trail }: FoundObject,
): LinkMap {
  const { path, inode, elf } = found.candidate;
  return {
    name,
    path,
    elf,
    dynamic: elf.dynamic ?? emptyDynamic,
    inodeId: inode.id,
    origin: directoryOf(path, session.container.start.cwd),
    names: new Set([path, name]),
    loadedFor,
    role,
    foundBy: role === 'preload' ? 'preload' : found.via,
    trail,
    dependencies: [],
  };
}
