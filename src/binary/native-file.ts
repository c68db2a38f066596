import { ET_REL } from '../elf/constants.ts';
import { isLibraryName } from '../image/foreign/library-name.ts';
import { recogniseForeign } from '../image/foreign/recognise.ts';
import type { SkipReason } from './skipped-files.ts';

/** EI_OSABI of NetBSD, Solaris, FreeBSD and OpenBSD. */
const otherAbis = new Set([2, 6, 9, 12]);

/** A part of a path that names another system whose files are ELF files too: `prebuilds/android-arm64`, `FreeBSD/x86_64`. */
const otherElfSystem =
  /(?:^|[\\/_.-])(?:android|freebsd|openbsd|netbsd|dragonfly(?:bsd)?|sunos|solaris|illumos|aix|openharmony)(?=[\\/_.-]|$)/i;
/** A part of a path that names macOS or Windows: `prebuilds/darwin-arm64`, `@esbuild/win32-x64`, `addon.win32-x64-msvc.node`. */
const otherSystem =
  /(?:^|[\\/_.@-])(?:darwin|mac(?:os|osx)?|osx|apple|ios|win(?:32|64|dows|nt)?|msvc|mingw(?:32|64)?)(?=[\\/_.-]|$)/i;
/** Folders in which packages ship their builds for all systems. */
const forEverySystem = /(?:^|[\\/])(?:prebuilds|prebuilt|prebuilt-binaries)[\\/]/i;
/** What only Windows and macOS give a file to load or execute. */
const otherName = /\.(?:dll|exe|pyd|dylib|jnilib|lib|sys)$/i;

/** Whether a file starts as an ELF file does. */
export const isElfHead = (head: Uint8Array): boolean =>
  head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;

/** e_type, in the file's own byte order. */
const typeOf = (head: Uint8Array): number =>
  head[5] === 2 ? (head[16] ?? 0) * 256 + (head[17] ?? 0) : (head[17] ?? 0) * 256 + (head[16] ?? 0);

/** A file of a folder or archive, as much as decides whether it is checked. */
export interface FileHead {
  /** Inside the folder or archive. */
  readonly path: string;
  /** Its first 512 bytes, or all of it. */
  readonly head: Uint8Array;
  /** In bytes. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** Whether a file of that name lies beside it. */
  hasNeighbour(name: string): boolean;
}

/**
 * Whether a file that a folder or archive holds is checked, or why not; null for a file that no kernel or loader meets. One of
 * `one-of-several` is for another system as its path says: skipped beside builds for others, and checked where it is the only
 * one, as an install on that system leaves it.
 */
export type NativeFileJudgement = 'checked' | SkipReason | 'one-of-several' | null;

/** Judges one file by its path and first bytes. */
export function judgeNativeFile(file: FileHead): NativeFileJudgement {
  const { path, head } = file;
  if (!isElfHead(head)) return judgeForeign(file);
  if (typeOf(head) === ET_REL) return 'object-file';
  return otherAbis.has(head[7] ?? 0) || otherElfSystem.test(path) ? 'other-platform' : 'checked';
}

/** A file that is there to be loaded on Linux and cannot be: that is for a finding. */
function judgeForeign({ path, head, size, mode, hasNeighbour }: FileHead): NativeFileJudgement {
  const foreign = recogniseForeign(head, size);
  const isLibrary = isLibraryName(path) && !otherName.test(path);
  const named = forEverySystem.test(path) ? 'other-platform' : 'one-of-several';
  switch (foreign.kind) {
    case 'mach-o':
      if (foreign.role === 'object') return 'object-file';
      if (otherName.test(path)) return 'other-platform';
      return otherSystem.test(path) ? named : 'checked';
    case 'pe':
      if (!isLibrary) return 'other-platform';
      return otherSystem.test(path) ? named : 'checked';
    case 'bitcode':
      return 'object-file';
    case 'git-lfs':
      return isLibrary || (mode & 0o111) !== 0 ? 'checked' : null;
    case 'empty':
    case 'web-page':
      return isLibrary ? 'checked' : null;
    case 'word':
      return isLibrary && hasNeighbour(foreign.target) ? 'checked' : null;
    default:
      return null;
  }
}
