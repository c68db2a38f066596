import { crc32 } from 'node:zlib';
import { temporaryPattern } from './own-file.ts';

interface Compiled {
  /** Of this program. */
  readonly version: string;
  readonly commit: string;
  /** Of Node, with the `v` in front. */
  readonly node: string;
  readonly architecture: string;
  /** A command, or a package that few runs need. */
  readonly part: string;
}

/** The path in the cache folder of the code that V8 compiled of the bundle. */
export const compiledCodePath = ({ version, commit, node, architecture, part }: Compiled): string =>
  `code/${version}-${commit}-${node}-${architecture}-${part}`;

/** As a regular expression: those paths, also of a file that a killed process left behind, and no others. */
export const compiledCodePattern = `code/(?:\\d+\\.\\d+\\.\\d+-\\w+-v\\d+\\.\\d+\\.\\d+-[a-z0-9]+-[a-z-]+(?:\\.\\d+)?|${temporaryPattern})`;

const magic = Buffer.from('lccode\x01\n', 'latin1');
/** The magic, and the checksums of source and code. V8 wants its code at a multiple of eight. */
const headLength = magic.length + 8;

/**
 * A file of compiled code: V8 itself checks no more than its own version and the length of the source, and ends the process
 * with a signal over a damaged page.
 */
export function packCode(code: Uint8Array, sourceChecksum: number): Buffer {
  const head = Buffer.alloc(headLength, magic);
  head.writeUInt32LE(sourceChecksum, magic.length);
  head.writeUInt32LE(crc32(code), magic.length + 4);
  return Buffer.concat([head, code]);
}

/** The code of such a file; null when it is damaged, or was compiled from another source. */
export function unpackCode(file: Buffer, sourceChecksum: number): Buffer | null {
  if (file.length < headLength || !file.subarray(0, magic.length).equals(magic)) return null;
  if (file.readUInt32LE(magic.length) !== sourceChecksum) return null;
  const code = file.subarray(headLength);
  return crc32(code) === file.readUInt32LE(magic.length + 4) ? code : null;
}
