import type { ByteSource } from '../bytes/byte-source.ts';
import { bufferSource, readOrNull } from '../bytes/byte-sources.ts';
import { EM_X86_64, PF_X, PT_INTERP, PT_LOAD } from '../constants.ts';
import { ElfError } from '../elf-error.ts';
import type { ElfFile, Segment, Unpacked } from '../elf-file.ts';
import { readElf } from '../read-elf.ts';
import { unpackLzma } from './lzma.ts';
import { unpackNrv } from './nrv.ts';

const hidden = (reason: string): Unpacked => ({ kind: 'hidden', reason });

/** A file that is larger when unpacked is not looked into. */
const largestUnpacked = 128 * 1024 * 1024;
/** `l_info` and `p_info` before the first block: checksum, `UPX!`, sizes; then id, file size, block size. */
const headersSize = 24;
const blockHeaderSize = 12;

interface Block {
  readonly bytes: Buffer;
  /** Its code was changed to compress better, and is changed back when it runs. */
  readonly filtered: boolean;
  readonly next: number;
}

/** Methods by their numbers in UPX's conf.h. */
function unpackBlock(method: number, packed: Buffer, size: number): Buffer | null {
  switch (method) {
    case 2:
      return unpackNrv('nrv2b', packed, size);
    case 5:
      return unpackNrv('nrv2d', packed, size);
    case 8:
      return unpackNrv('nrv2e', packed, size);
    case 14:
      return unpackLzma(
        packed.subarray(2),
        {
          pb: packed.readUInt8(0) & 7,
          lp: packed.readUInt8(1) >> 4,
          lc: packed.readUInt8(1) & 15,
        },
        size,
      );
    default:
      return null;
  }
}

/** One block behind its `b_info`; null for a method that is not known here. Throws RangeError for what is no block. */
function readBlock(source: ByteSource, at: number, largest: number): Block | null {
  const header = readOrNull(source, at, blockHeaderSize);
  if (header === null || header.length < blockHeaderSize) throw new RangeError('no block');
  const size = header.readUInt32LE(0);
  const packedSize = header.readUInt32LE(4);
  const [method = 0, filter] = header.subarray(8);
  if (size === 0 || size > largest || packedSize > size) throw new RangeError('no block');
  const packed = readOrNull(source, at + blockHeaderSize, packedSize);
  if (packed === null || packed.length < packedSize) throw new RangeError('the block is cut off');
  const bytes = packedSize === size ? packed : unpackBlock(method, packed, size);
  return bytes === null ? null : { bytes, filtered: filter !== 0, next: at + blockHeaderSize + packedSize };
}

/** The bytes of all segments at their places in the file; null where they are hidden from the loader's facts. */
function unpackSegments(
  source: ByteSource,
  first: Block,
  segments: readonly Segment[],
  sizes: { readonly file: number; readonly block: number },
): Buffer | null {
  const file = Buffer.alloc(sizes.file);
  first.bytes.copy(file);
  let next = first.next;
  for (const { offset, filesz, flags } of segments) {
    let at = offset === 0 ? first.bytes.length : offset;
    const stop = offset + filesz;
    if (stop > sizes.file) throw new RangeError('a segment outside of the file');
    while (at < stop) {
      const block = readBlock(source, next, Math.min(sizes.block, stop - at));
      if (block === null || (block.filtered && (offset === 0 || (flags & PF_X) === 0))) return null;
      block.bytes.copy(file, at);
      at += block.bytes.length;
      next = block.next;
    }
  }
  return file;
}

function lookInside(source: ByteSource, outer: ElfFile, start: number): Unpacked {
  const header = readOrNull(source, start, headersSize);
  if (header === null || header.length < headersSize) return hidden('its headers are cut off');
  const sizes = { file: header.readUInt32LE(16), block: header.readUInt32LE(20) };
  if (sizes.file > largestUnpacked) return hidden('what is packed in it is too large to look into');
  const first = readBlock(source, start + headersSize, 64 * 1024);
  if (first === null) return hidden('its method of packing is not known');
  const head = readElf(bufferSource(first.bytes));
  if (head.machine !== outer.machine || head.class !== outer.class)
    return hidden('what is packed in it is not a program for its machine');
  const tables = (head.class === 64 ? 64 : 52) + head.phnum * head.phentsize;
  if (tables !== first.bytes.length) return hidden('what is packed in it cannot be read');
  if (!head.segments.some(({ type }) => type === PT_INTERP)) return { kind: 'static' };
  if (outer.machine !== EM_X86_64 || outer.class !== 64)
    return hidden('which loader and libraries it needs is not read for its machine');
  const loads = head.segments.filter(({ type }) => type === PT_LOAD);
  const file = unpackSegments(source, first, loads, sizes);
  if (file === null) return hidden('which loader and libraries it needs is packed together with its code');
  return { kind: 'dynamic', elf: readElf(bufferSource(file)) };
}

/**
 * What UPX packed into a program (S20): behind the program headers stand `l_info` and `p_info`, then blocks, of which the first is
 * the file header and the program headers of the packed program, and the others are its segments in order. `start` is where
 * `l_info` begins.
 */
export function unpackUpx(source: ByteSource, outer: ElfFile, start: number): Unpacked {
  if (outer.endianness !== 'little') return hidden('what is packed in it is not read for its byte order');
  try {
    return lookInside(source, outer, start);
  } catch (error) {
    if (error instanceof RangeError || error instanceof ElfError)
      return hidden('what is packed in it cannot be read');
    throw error;
  }
}
