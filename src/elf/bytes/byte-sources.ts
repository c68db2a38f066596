import { readSync } from 'node:fs';
import { type ByteSource, UnreadableRangeError } from './byte-source.ts';

const blockSize = 64 * 1024;
const keptBlocks = 16;

/** A file that is already in memory. */
export function bufferSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.byteLength,
    read: (offset, length) => {
      const start = clamp(offset, bytes.byteLength);
      return bytes.subarray(start, clamp(start + length, bytes.byteLength));
    },
  };
}

/**
 * A file that is open for reading; the caller closes `fd`. Short reads come in blocks of 64 KiB, of which the last
 * sixteen used are kept; longer ones go straight to the file. An I/O error becomes an `UnreadableRangeError`.
 */
export function fileSource(fd: number, size: number): ByteSource {
  const blocks = new Map<number, Uint8Array>();

  function block(index: number): Uint8Array {
    const bytes =
      blocks.get(index) ?? readRange(fd, index * blockSize, Math.min(blockSize, size - index * blockSize));
    blocks.delete(index);
    blocks.set(index, bytes);
    const oldest = blocks.keys().next();
    if (blocks.size > keptBlocks && !oldest.done) blocks.delete(oldest.value);
    return bytes;
  }

  return {
    size,
    read(offset, length) {
      const start = clamp(offset, size);
      const end = clamp(start + length, size);
      if (start === end) return new Uint8Array(0);
      const first = Math.floor(start / blockSize);
      if (first !== Math.floor((end - 1) / blockSize)) return readRange(fd, start, end - start);
      return block(first).subarray(start - first * blockSize, end - first * blockSize);
    },
  };
}

/** The bytes of a range, sharing memory, or null where the source no longer holds them. */
export function readOrNull(source: ByteSource, offset: number, length: number): Buffer | null {
  try {
    const bytes = source.read(offset, length);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (error) {
    if (error instanceof UnreadableRangeError) return null;
    throw error;
  }
}

function readRange(fd: number, offset: number, length: number): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  try {
    while (filled < length) {
      const got = readSync(fd, bytes, filled, length - filled, offset + filled);
      if (got === 0) break;
      filled += got;
    }
  } catch (error) {
    throw new UnreadableRangeError(`cannot read ${length} bytes at ${offset}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
  return bytes.subarray(0, filled);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function clamp(offset: number, size: number): number {
  return Math.min(Math.max(0, offset), size);
}
