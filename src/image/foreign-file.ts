/** A file that is neither an ELF file nor a script, by its first bytes. */
export type ForeignFile =
  /** `machines` as `uname -m` has them there; a fat file has several. `role` is null where the head does not show it. */
  | {
      readonly kind: 'mach-o';
      readonly role: 'program' | 'library' | 'object' | null;
      readonly machines: readonly string[];
    }
  | { readonly kind: 'pe'; readonly role: 'program' | 'library'; readonly machine: string | null }
  /** A PE file whose code is .NET's: it runs wherever the dotnet runtime does. */
  | { readonly kind: 'dotnet' }
  /** `size` in bytes is that of the file that the pointer takes the place of; null when it does not say. */
  | { readonly kind: 'git-lfs'; readonly size: number | null }
  /** A script that does not begin with its `#!`, and what stands before that. */
  | { readonly kind: 'late-shebang'; readonly before: 'byte-order-mark' | 'utf-16' | 'blank' | 'comment' }
  /** One word that can be the target of a symbolic link. */
  | { readonly kind: 'word'; readonly target: string }
  | { readonly kind: SimpleKind };

type SimpleKind =
  | 'empty'
  | 'wasm'
  | 'bitcode'
  | 'static-library'
  | 'debian-package'
  | 'rpm-package'
  | 'zip'
  | 'gzip'
  | 'xz'
  | 'zstd'
  | 'bzip2'
  | '7z'
  | 'rar'
  | 'lz4'
  | 'compress'
  | 'tar'
  | 'squashfs'
  | 'python-bytecode'
  | 'aix'
  | 'plan9'
  | 'elf-stump'
  | 'java-class'
  | 'linker-script'
  | 'dockerfile'
  | 'web-page'
  | 'server-answer'
  | 'text'
  | 'data';

/** How many bytes of a file `recogniseForeign` looks at. */
export const foreignHeadSize = 512;

/** A longer text of one word is no link's: names of files are not longer (NAME_MAX). */
const longestTarget = 255;
/** `nfat_arch` of a fat file is below this, the version of a Java class at the same place is not. */
const firstClassVersion = 45;

const machoMachines: ReadonlyMap<number, string> = new Map([
  [0x7, 'i386'],
  [0x1000007, 'x86_64'],
  [0xc, 'arm'],
  [0x100000c, 'arm64'],
  [0x200000c, 'arm64_32'],
  [0x12, 'ppc'],
  [0x1000012, 'ppc64'],
]);
const machoRoles: ReadonlyMap<number, 'program' | 'library' | 'object'> = new Map([
  [1, 'object'],
  [2, 'program'],
  [6, 'library'],
  [8, 'library'],
]);
const peMachines: ReadonlyMap<number, string> = new Map([
  [0x14c, 'x86'],
  [0x8664, 'x64'],
  [0x1c0, 'arm'],
  [0x1c4, 'arm'],
  [0xaa64, 'arm64'],
]);

/** First bytes, in Latin-1, of formats that need no other look. */
const magics: readonly (readonly [magic: string, kind: SimpleKind])[] = [
  ['\0asm', 'wasm'],
  ['BC\xc0\xde', 'bitcode'],
  ['\xde\xc0\x17\x0b', 'bitcode'],
  ['!<arch>\ndebian-binary', 'debian-package'],
  ['!<arch>\n', 'static-library'],
  ['!<thin>\n', 'static-library'],
  ['\xed\xab\xee\xdb', 'rpm-package'],
  ['PK\x03\x04', 'zip'],
  ['PK\x05\x06', 'zip'],
  ['\x1f\x8b', 'gzip'],
  ['\xfd7zXZ\0', 'xz'],
  ['\x28\xb5\x2f\xfd', 'zstd'],
  ['BZh', 'bzip2'],
  ['7z\xbc\xaf\x27\x1c', '7z'],
  ['Rar!\x1a\x07', 'rar'],
  ['\x04\x22\x4d\x18', 'lz4'],
  ['\x1f\x9d', 'compress'],
  ['hsqs', 'squashfs'],
  ['\x01\xf7', 'aix'],
  ['\x01\xdf', 'aix'],
  ['\0\0\x8a\x97', 'plan9'],
  ['\0\0\x01\xeb', 'plan9'],
];

/** What HTTP servers send in place of a file, and download commands without `--fail` save: a reason phrase, or JSON of an API. */
const serverAnswer =
  /^\s*(?:(?:error:? ?)?\d{3}:? )?(?:not found|forbidden|unauthorized|access denied|moved permanently|bad gateway|service unavailable|too many requests|internal server error)\.?\s*$|^\s*\{\s*"(?:message|error|errors|documentation_url|detail)"\s*:/i;

/** Of a 64-bit file. */
const elfHeaderSize = 64;

const lfsPointer = 'version https://git-lfs.github.com/spec/';
const machoMagics = new Set([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe]);
const fatMagics = new Set([0xcafebabe, 0xcafebabf]);

const bufferOf = (head: Uint8Array): Buffer =>
  Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, foreignHeadSize));

/** What a file is that is neither ELF nor script. `head` is its start, `foreignHeadSize` bytes or all of it; `size` its length in bytes. */
export function recogniseForeign(head: Uint8Array, size: number): ForeignFile {
  if (size === 0) return { kind: 'empty' };
  const bytes = bufferOf(head);
  return machO(bytes) ?? fat(bytes) ?? portableExecutable(bytes) ?? byMagic(bytes) ?? textual(bytes, size);
}

/** A thin Mach-O file (mach-o/loader.h: magic, cputype, cpusubtype, filetype). */
function machO(bytes: Buffer): ForeignFile | null {
  if (bytes.length < 16 || !machoMagics.has(bytes.readUInt32BE(0))) return null;
  const isLittle = bytes[0] !== 0xfe;
  const word = (at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  return { kind: 'mach-o', role: machoRoles.get(word(12)) ?? null, machines: [machoMachine(word(4))] };
}

/** A fat Mach-O file (mach-o/fat.h): big-endian whatever it holds; a Java class has the same magic. */
function fat(bytes: Buffer): ForeignFile | null {
  if (bytes.length < 8 || !fatMagics.has(bytes.readUInt32BE(0))) return null;
  const count = bytes.readUInt32BE(4);
  if (count >= firstClassVersion) return { kind: 'java-class' };
  const entrySize = bytes[3] === 0xbf ? 32 : 20;
  const machines: string[] = [];
  for (let at = 8; machines.length < count && at + 4 <= bytes.length; at += entrySize)
    machines.push(machoMachine(bytes.readUInt32BE(at)));
  return { kind: 'mach-o', role: null, machines };
}

const machoMachine = (cpuType: number): string => machoMachines.get(cpuType) ?? `CPU type ${cpuType}`;

/** A PE file, by the header that its DOS header leads to (PE format, "COFF file header" and "optional header"). */
function portableExecutable(bytes: Buffer): ForeignFile | null {
  if (bytes.length < 64 || bytes.toString('latin1', 0, 2) !== 'MZ') return null;
  const at = bytes.readUInt32LE(0x3c);
  if (at + 24 > bytes.length) return { kind: 'pe', role: 'program', machine: null };
  if (bytes.toString('latin1', at, at + 4) !== 'PE\0\0') return null;
  if (hasManagedCode(bytes, at + 24)) return { kind: 'dotnet' };
  const isLibrary = (bytes.readUInt16LE(at + 22) & 0x2000) !== 0;
  return {
    kind: 'pe',
    role: isLibrary ? 'library' : 'program',
    machine: peMachines.get(bytes.readUInt16LE(at + 4)) ?? null,
  };
}

/** Whether the data directory of the CLI header, the fifteenth, is in use. */
function hasManagedCode(bytes: Buffer, optionalHeader: number): boolean {
  if (optionalHeader + 2 > bytes.length) return false;
  const directories = optionalHeader + (bytes.readUInt16LE(optionalHeader) === 0x20b ? 112 : 96);
  const cli = directories + 14 * 8;
  return cli + 4 <= bytes.length && bytes.readUInt32LE(cli) !== 0;
}

function byMagic(bytes: Buffer): ForeignFile | null {
  const start = bytes.toString('latin1', 0, 24);
  if (start.startsWith('\x7fELF') && bytes.length < elfHeaderSize) return { kind: 'elf-stump' };
  const kind = magics.find(([magic]) => start.startsWith(magic))?.[1];
  if (kind !== undefined) return { kind };
  if (isPythonBytecode(bytes)) return { kind: 'python-bytecode' };
  return bytes.toString('latin1', 257, 262) === 'ustar' ? { kind: 'tar' } : null;
}

/** CPython 3's magic number (importlib): from 3000 on, low byte first, then a line end. */
const isPythonBytecode = (bytes: Buffer): boolean =>
  bytes.length >= 4 &&
  bytes.readUInt16LE(0) >= 3000 &&
  bytes.readUInt16LE(0) < 4000 &&
  bytes.readUInt16BE(2) === 0x0d0a;

/** What stands before the `#!` of a script; null for all that is no script, or begins with it. */
function beforeShebang(text: string): Extract<ForeignFile, { kind: 'late-shebang' }>['before'] | null {
  if (text.startsWith('\xef\xbb\xbf#!')) return 'byte-order-mark';
  if (text.startsWith('\xff\xfe#\0!\0') || text.startsWith('\xfe\xff\0#\0!')) return 'utf-16';
  if (/^\s+#!/.test(text)) return 'blank';
  return /^(?:\s*\n|#(?!!)[^\n]*\n)+#![ \t]*\//.test(text) ? 'comment' : null;
}

function textual(bytes: Buffer, size: number): ForeignFile {
  const text = bytes.toString('latin1');
  const before = beforeShebang(text);
  if (before !== null) return { kind: 'late-shebang', before };
  if (/[^\s\x20-\x7e\x80-\xff]/.test(text) || (/[\x80-\x9f]/.test(text) && !isUtf8(bytes)))
    return { kind: 'data' };
  if (text.startsWith(lfsPointer)) {
    const digits = /^size (\d{1,15})$/m.exec(text)?.[1];
    return { kind: 'git-lfs', size: digits === undefined ? null : Number(digits) };
  }
  if (text.includes('GNU ld script') || /^\s*(?:OUTPUT_FORMAT|GROUP|INPUT)\s*\(/.test(text))
    return { kind: 'linker-script' };
  if (/^\s*(?:<!doctype html|<html|<\?xml)/i.test(text)) return { kind: 'web-page' };
  if (serverAnswer.test(text)) return { kind: 'server-answer' };
  if (isDockerfile(text)) return { kind: 'dockerfile' };
  const target = wordOf(text, size);
  return target === null ? { kind: 'text' } : { kind: 'word', target };
}

/** Whether the head of a file is UTF-8; a character may be cut off at its end. */
const isUtf8 = (bytes: Buffer): boolean => !/\ufffd(?!$)/.test(bytes.toString('utf8'));

/** Whether the first instruction is one that a Dockerfile begins with. */
function isDockerfile(text: string): boolean {
  const line = text.split(/\r?\n/).find((each) => each.trim() !== '' && !each.startsWith('#'));
  return line !== undefined && /^(?:FROM\s+\S+|ARG\s+\w+)/i.test(line.trim()) && !/[;{}()]/.test(line);
}

/** The only word of a text, as a link that became a text holds its target; null when there is more, or less. */
function wordOf(text: string, size: number): string | null {
  if (size > Math.min(longestTarget, text.length)) return null;
  return /^(\S+)\n?$/.exec(text)?.[1] ?? null;
}

const libraryName = /\.(?:so|node|dylib|dll|pyd|jnilib)$|\.so\.[\w.+-]+$/;

/** Whether a file is named as one that programs open by dlopen or need as a library. */
export const isLibraryName = (path: string): boolean =>
  libraryName.test(path.slice(path.lastIndexOf('/') + 1));

/**
 * Whether the head of a file of an image is worth keeping: loaders and kernel may meet it, and it says more than that it is
 * no ELF file. `head` is at least the first 52 bytes, or all of the file.
 */
export function isForeignOfInterest(path: string, head: Uint8Array, size: number): boolean {
  if (size === 0) return false;
  if (isLibraryName(path)) return true;
  const bytes = bufferOf(head);
  const first = bytes.length < 4 ? 0 : bytes.readUInt32BE(0);
  if (machoMagics.has(first) || (fatMagics.has(first) && fat(bytes)?.kind === 'mach-o')) return true;
  const start = bytes.toString('latin1', 0, lfsPointer.length);
  if (
    start.startsWith('\x7fELF') ||
    start.startsWith('MZ') ||
    start.startsWith('\0asm') ||
    start === lfsPointer
  )
    return true;
  const text = bytes.toString('latin1');
  if (beforeShebang(text) !== null || (size <= bytes.length && serverAnswer.test(text))) return true;
  const word = size <= bytes.length ? wordOf(text, size) : null;
  return word !== null && /[./]/.test(word);
}
