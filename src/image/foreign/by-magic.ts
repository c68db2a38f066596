import type { ForeignFile, SimpleKind } from './kinds.ts';

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

/** Of a 64-bit file. */
const elfHeaderSize = 64;

/** A file that its first bytes name, or those of a tar's first header. */
export function byMagic(bytes: Buffer): ForeignFile | null {
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
