import type { Container } from '../../container/container.ts';
import { keptText } from '../../container/kept-text.ts';
import { libcVersion } from '../../container/libc.ts';
import { runningCredentials } from '../../container/process-start.ts';
import { whyUnread } from '../../container/unread-file.ts';
import { mayRead } from '../../rootfs/permissions.ts';
import type { Credentials } from '../../rootfs/rootfs.ts';
import type { OpenedFile } from '../kernel/execve.ts';

/** The loader of one start with everything that it reads before it looks for libraries (M0, M7). */
export interface MuslSession {
  readonly container: Container;
  readonly loader: OpenedFile;
  readonly version: string | null;
  readonly credentials: Credentials;
  readonly secure: boolean;
  readonly libraryPath: string | null;
  /** The system path and where it came from; `errnoText` is the error text of a search that ends there (M7). */
  readonly systemPath: {
    readonly text: string;
    readonly via: string;
    readonly errnoText: string;
    /** Its file is there and cannot be read: the search that tries to ends with that errno. */
    readonly unreadable: boolean;
    /** Why its content is unknown; null where it is known. */
    readonly unread: string | null;
  };
  /** The loader applies DT_RELR (M40). */
  readonly relr: boolean;
  /** An empty PT_LOAD after the first is not an error (compared with 1.1.16 to 1.2.5). */
  readonly mapsEmptySegments: boolean;
  /** dlopen refuses an object whose own TLS is required at a fixed offset: not yet in 1.1.18, in 1.1.20 (M44). */
  readonly refusesLateThreadOffsets: boolean;
}

const builtInPath = '/lib:/usr/local/lib:/usr/lib';

/** PREFIX of M7: the parent of the directory of the PT_INTERP string. */
function loaderPrefix(interp: string): string {
  if (!interp.startsWith('/')) return '';
  const directory = interp.slice(0, interp.lastIndexOf('/'));
  return directory.slice(0, Math.max(directory.lastIndexOf('/'), 0));
}

function readSystemPath(container: Container, loader: OpenedFile): MuslSession['systemPath'] {
  const text = loader.elf.libcText;
  const file = `${loaderPrefix(loader.path)}/etc/ld-musl-${text?.muslArch ?? ''}.path`;
  const found = container.rootfs.lookup(file, { credentials: runningCredentials(container.start) });
  if (!found.ok && found.errno === 'ENOENT') {
    return {
      text: text?.muslSystemPath ?? builtInPath,
      via: 'default directory',
      errnoText: 'No such file or directory',
      unreadable: false,
      unread: null,
    };
  }
  const unreadable = (errnoText: string) => ({
    text: '',
    via: file,
    errnoText,
    unreadable: true,
    unread: null,
  });
  if (!found.ok) return unreadable(found.errno === 'EACCES' ? 'Permission denied' : 'No error information');
  if (!mayRead(found.inode, runningCredentials(container.start))) {
    return unreadable('Permission denied');
  }
  if (found.inode.type === 'directory') return unreadable('Is a directory');
  const [content = ''] = (keptText(container.rootfs, file) ?? '').split('\0', 1);
  const errnoText = /[^:\n]/.test(content) ? 'No such file or directory' : 'No error information';
  const unread = whyUnread(container.rootfs, file);
  return { text: content, via: file, errnoText, unreadable: false, unread };
}

/** A musl of this release or a later one; one without a version counts as late. */
function isSince(version: string | null, minor: number, patch: number): boolean {
  const match = /^1\.(\d+)\.(\d+)/.exec(version ?? '');
  return match === null || Number(match[1]) * 100 + Number(match[2]) >= minor * 100 + patch;
}

/** Alpine backported DT_RELR to 1.2.2-r7 and later; upstream has it since 1.2.4 (M40). */
function supportsRelr(container: Container, version: string | null): boolean {
  const match = /^1\.(\d+)\.(\d+)/.exec(version ?? '');
  if (match === null) return true;
  const release = Number(match[1]) * 100 + Number(match[2]);
  if (release >= 204) return true;
  const apk =
    keptText(container.rootfs, '/lib/apk/db/installed') ??
    keptText(container.rootfs, '/usr/lib/apk/db/installed');
  const packaged = /(?:^|\n)P:musl\nV:1\.(\d+)\.(\d+)-r(\d+)/.exec(apk ?? '');
  if (packaged === null) return false;
  const packagedRelease = Number(packaged[1]) * 100 + Number(packaged[2]);
  return packagedRelease > 202 || (packagedRelease === 202 && Number(packaged[3]) >= 7);
}

/** Reads the loader's parameters from its own file and from the image (M0, M7, M40, M60). */
export function startSession(container: Container, loader: OpenedFile, secure: boolean): MuslSession {
  const version = libcVersion(container.rootfs, loader.elf, 'musl');
  return {
    container,
    loader,
    version,
    credentials: runningCredentials(container.start),
    secure,
    libraryPath: secure ? null : (container.start.env.get('LD_LIBRARY_PATH') ?? null),
    systemPath: readSystemPath(container, loader),
    relr: supportsRelr(container, version),
    mapsEmptySegments: isSince(version, 2, 3),
    refusesLateThreadOffsets: isSince(version, 1, 20),
  };
}
