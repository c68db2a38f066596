import { mayRead } from '../../rootfs/permissions.ts';
import type { Inode, LookupErrno } from '../../rootfs/rootfs.ts';
import type { TrailStep } from '../trace/problem.ts';
import { trailWords } from '../trace/trail-words.ts';
import { type Dso, searchListOf } from './dso.ts';
import type { MuslSession } from './session.ts';

/** What a search ends with. */
export type OpenResult =
  | { readonly kind: 'opened'; readonly path: string; readonly inode: Inode; readonly via: string }
  | { readonly kind: 'failed'; readonly errnoText: string };

/** `strerror` of musl. */
const texts: Readonly<Record<LookupErrno, string>> = {
  ENOENT: 'No such file or directory',
  ENOTDIR: 'Not a directory',
  EACCES: 'Permission denied',
  ENAMETOOLONG: 'File name too long',
  ELOOP: 'Symbolic link loop',
};

/** The value of `errno` that a message shows when nothing was ever tried. */
const noErrno = 'No error information';

/** One search for a library (`load_library`, M1, M6, M7, M10). */
export class LibrarySearch {
  readonly trail: TrailStep[] = [];
  readonly #session: MuslSession;
  /** The search came to the system path, whose file is read by the first search that does (M7). */
  readSystemPath = false;
  readonly #readsSystemPath: boolean;
  #errnoText: string = noErrno;

  constructor(session: MuslSession, readsSystemPath: boolean) {
    this.#session = session;
    this.#readsSystemPath = readsSystemPath;
  }

  #open(path: string, via: string): OpenResult | 'continue' {
    const { container, credentials } = this.#session;
    const found = container.rootfs.lookup(path, { cwd: container.start.cwd, credentials });
    const errno = !found.ok ? found.errno : mayRead(found.inode, credentials) ? null : 'EACCES';
    if (found.ok && errno === null) {
      this.trail.push({ path, via, outcome: 'found' });
      return { kind: 'opened', path, inode: found.inode, via };
    }
    const failed = errno ?? 'ENOENT';
    this.#errnoText = texts[failed];
    this.trail.push({ path, via, outcome: trailWords[failed] });
    return failed === 'ELOOP' ? { kind: 'failed', errnoText: this.#errnoText } : 'continue';
  }

  /** `path_open`: the first file that opens decides, and an odd error ends everything (M10). */
  #list(text: string, name: string, via: string): OpenResult | 'continue' {
    for (const directory of text.split(/[:\n]/)) {
      if (directory === '') continue;
      const result = this.#open(`${directory}/${name}`, via);
      if (result !== 'continue') return result;
    }
    return 'continue';
  }

  byPath(path: string): OpenResult {
    const result = this.#open(path, 'path in DT_NEEDED');
    return result === 'continue' ? { kind: 'failed', errnoText: this.#errnoText } : result;
  }

  byName(name: string, neededBy: Dso | null): OpenResult {
    const { libraryPath, systemPath, secure } = this.#session;
    if (libraryPath !== null) {
      const result = this.#list(libraryPath, name, 'LD_LIBRARY_PATH');
      if (result !== 'continue') return result;
    }
    for (let dso = neededBy; dso !== null; dso = dso.neededBy) {
      const text = searchListOf(dso, !(secure && dso.role === 'main'));
      if (text === null) continue;
      const result = this.#list(
        text,
        name,
        `${dso.dynamic.runpath === null ? 'RPATH' : 'RUNPATH'} of ${dso.path}`,
      );
      if (result !== 'continue') return result;
    }
    const tried = this.trail.length;
    this.readSystemPath = true;
    const result = this.#list(systemPath.text, name, systemPath.via);
    if (result !== 'continue') return result;
    const isOwn = tried === 0 ? this.trail.length === 0 : this.#readsSystemPath && systemPath.unreadable;
    return { kind: 'failed', errnoText: isOwn ? systemPath.errnoText : this.#errnoText };
  }
}
