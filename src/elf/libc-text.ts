import type { ByteSource } from './bytes/byte-source.ts';
import { UnreadableRangeError } from './bytes/byte-source.ts';
import type { DynamicSection, LibcText } from './elf-file.ts';

const largestLibc = 24 * 1024 * 1024;
const libcSoname = /^(ld[-.]|ld64\.so|ld\.so|libc\.so|libc\.musl-|libuClibc|ld-uClibc|linker)/;

/** Whether an object is a loader or libc: by its soname, or without one by symbols that only a libc defines (Debian's musl has no DT_SONAME). */
function looksLikeLibc(dynamic: DynamicSection): boolean {
  if (dynamic.soname !== null) return libcSoname.test(dynamic.soname);
  if (dynamic.needed.length > 0) return false;
  return dynamic.symbols.some((symbol) => symbol.defined && symbol.name === '__libc_start_main');
}

/** Versions, paths and banners are shorter; a longer run without a NUL is not text of a libc. */
const longestText = 4096;

/** Every string that stands between two NULs around an occurrence of `needle`, in file order. */
function stringsAround(bytes: Buffer, needle: string, limit: number): string[] {
  const found: string[] = [];
  for (let at = bytes.indexOf(needle); at >= 0 && found.length < limit; ) {
    const start = bytes.lastIndexOf(0, at) + 1;
    const end = bytes.indexOf(0, at);
    if (end < 0) break;
    if (end - start <= longestText) found.push(bytes.toString('latin1', start, end));
    at = bytes.indexOf(needle, end);
  }
  return found;
}

const directoryString = /^\/[\x21-\x7e]*\/$/;

/**
 * glibc's `system_dirs` (G0): the first run of NUL-separated strings that begin and end with a slash and name a
 * library directory, as elf/gen-trusted-dirs.awk writes them.
 */
function readSystemDirs(bytes: Buffer): string[] {
  for (let at = bytes.indexOf('lib'); at >= 0; ) {
    const start = startOfPath(bytes, at);
    const dirs = start < 0 ? [] : directoriesFrom(bytes, start);
    if (dirs.length > 0) return dirs;
    // Only the start of a string can begin the list: go on behind this one.
    const end = bytes.indexOf(0, at);
    at = end < 0 ? -1 : bytes.indexOf('lib', end);
  }
  return [];
}

/** The first slash of the printable text before `at`, or -1: where code stands before the list, no NUL does (32-bit ARM). */
function startOfPath(bytes: Buffer, at: number): number {
  let start = at;
  while (start > 0 && isPrintable(bytes[start - 1] ?? 0)) start--;
  const slash = bytes.subarray(start, at).indexOf('/');
  return slash < 0 ? -1 : start + slash;
}

function isPrintable(byte: number): boolean {
  return byte >= 0x21 && byte <= 0x7e;
}

/** The strings that read as directories, one after the other from `first` on, without their last slash. */
function directoriesFrom(bytes: Buffer, first: number): string[] {
  const dirs: string[] = [];
  for (let start = first; bytes[start] === 0x2f; ) {
    const end = bytes.indexOf(0, start);
    if (end < 0 || end - start > longestText) break;
    const text = bytes.toString('latin1', start, end);
    if (!directoryString.test(text)) break;
    dirs.push(text.length > 1 ? text.slice(0, -1) : text);
    start = end + 1;
  }
  return dirs;
}

function firstMatch(strings: readonly string[], pattern: RegExp): string | null {
  for (const text of strings) {
    const match = pattern.exec(text);
    if (match?.[1] !== undefined) return match[1];
  }
  return null;
}

function readMuslVersion(bytes: Buffer): string | null {
  for (let at = bytes.indexOf('1.'); at >= 0; at = bytes.indexOf('1.', at + 2)) {
    if (bytes[at - 1] !== 0) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return null;
    const text = bytes.toString('latin1', at, Math.min(end, at + 40));
    if (/^1\.[0-9]\.[0-9]+(_git\d+|[-_][\w.]+)?$/.test(text)) return text;
  }
  return null;
}

/** The names behind musl's `get_lfs64` (M42): a run of strings that an empty one ends. */
function readLfs64Names(bytes: Buffer): string[] {
  const start = bytes.indexOf('aio_cancel\0aio_error\0aio_fsync\0');
  const end = start < 0 ? -1 : bytes.indexOf('\0\0', start);
  return end < 0 || end - start > 4096 ? [] : bytes.toString('latin1', start, end).split('\0');
}

/**
 * Reads the facts in the read-only text of a loader or libc (G0, M0); null for every other object, and when the
 * bytes are no longer there to read.
 */
export function readLibcText(source: ByteSource, dynamic: DynamicSection | null): LibcText | null {
  if (dynamic === null || source.size > largestLibc || !looksLikeLibc(dynamic)) return null;
  let bytes: Buffer;
  try {
    const range = source.read(0, source.size);
    bytes = Buffer.from(range.buffer, range.byteOffset, range.byteLength);
  } catch (error) {
    if (error instanceof UnreadableRangeError) return null;
    throw error;
  }
  const muslArch = firstMatch(stringsAround(bytes, 'musl libc (', 4), /^musl libc \(([\w.-]+)\)/);
  const isMusl = muslArch !== null || bytes.includes('/etc/ld-musl-');
  return {
    glibcVersion: isMusl
      ? null
      : firstMatch(
          stringsAround(bytes, ' release version ', 4),
          /(?:GLIBC|GNU C Library)[\s\S]*? release version (\d+\.\d+)/,
        ),
    systemDirs: isMusl ? [] : readSystemDirs(bytes),
    cachePath: firstMatch(stringsAround(bytes, '/ld.so.cache', 8), /^(\/[\x21-\x7e]*\/ld\.so\.cache)$/),
    muslVersion: isMusl ? readMuslVersion(bytes) : null,
    muslArch:
      muslArch ?? firstMatch(stringsAround(bytes, '/etc/ld-musl-', 4), /\/etc\/ld-musl-([\w.-]+)\.path$/),
    muslSystemPath: isMusl
      ? firstMatch(stringsAround(bytes, '/usr/local/lib', 8), /^(\/[\x21-\x7e]*:[\x21-\x7e]*)$/)
      : null,
    muslLfs64: isMusl ? readLfs64Names(bytes) : [],
    uclibcVersion: firstMatch(stringsAround(bytes, 'uClibc', 64), /uClibc(?:-ng)?[ -]v?(\d+\.\d+\.\d+)/),
  };
}
