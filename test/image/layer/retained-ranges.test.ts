import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { UnreadableRangeError } from '../../../src/elf/bytes/byte-source.ts';
import { fileSource } from '../../../src/elf/bytes/byte-sources.ts';
import { readElf } from '../../../src/elf/read-elf.ts';
import { maxRetained, RetainedRanges, wholeFileSize } from '../../../src/image/layer/retained-ranges.ts';

function streamed(bytes: Uint8Array, piece: number): RetainedRanges {
  const ranges = new RetainedRanges(bytes.length);
  for (let at = 0; at < bytes.length; at += piece) ranges.push(bytes.subarray(at, at + piece));
  return ranges;
}

/** A 64-bit ELF head with program headers [type, flags, offset, size]. */
function elfHead(segments: readonly (readonly [number, number, number, number])[]): Buffer {
  const head = Buffer.alloc(64 + 56 * segments.length);
  head.write('7f454c46020101', 'hex');
  head.writeBigUInt64LE(64n, 32);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(segments.length, 56);
  for (const [i, [type, flags, offset, size]] of segments.entries()) {
    const at = 64 + 56 * i;
    head.writeUInt32LE(type, at);
    head.writeUInt32LE(flags, at + 4);
    head.writeBigUInt64LE(BigInt(offset), at + 8);
    head.writeBigUInt64LE(BigInt(size), at + 32);
  }
  return head;
}

const MiB = 1024 * 1024;

describe('a file that streams by', () => {
  test.each([1, 7, 1000, 65_536])('of up to 24 MiB is whole, in pieces of %i bytes', (piece) => {
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, i) => i % 251));
    const ranges = streamed(bytes, piece);
    expect(Buffer.from(ranges.read(0, 5000)).equals(bytes)).toBe(true);
    expect(Buffer.from(ranges.read(1234, 100)).equals(bytes.subarray(1234, 1334))).toBe(true);
    expect(ranges.read(4990, 100).length).toBe(10);
    expect(ranges.read(5000, 1).length).toBe(0);
    expect(ranges.read(-1, 5).length).toBe(0);
  });

  test('of more keeps notes, dynamic segment and data, drops code, and says so when that is read', () => {
    const size = 60 * MiB;
    const bytes = Buffer.alloc(size);
    elfHead([
      [1, 5, 25 * MiB, 20 * MiB],
      [1, 6, 50 * MiB, MiB],
      [2, 6, 55 * MiB, 4096],
      [4, 4, 59 * MiB, 100],
    ]).copy(bytes);
    const marks = [50 * MiB, 51 * MiB - 1, 55 * MiB, 59 * MiB];
    for (const at of marks) bytes[at] = 0xaa;
    const ranges = streamed(bytes, 300_000);
    for (const at of marks) expect(ranges.read(at, 1)[0]).toBe(0xaa);
    expect(ranges.read(wholeFileSize - 10, 10).length).toBe(10);
    expect(() => ranges.read(52 * MiB, 10)).toThrow(UnreadableRangeError);
    expect(() => ranges.read(55 * MiB + 4000, 200)).toThrow(UnreadableRangeError);
  });

  test('never keeps more than 64 MiB, and the small segments before the large', () => {
    const size = 200 * MiB;
    const bytes = Buffer.alloc(size);
    elfHead([
      [1, 4, 30 * MiB, 150 * MiB],
      [1, 6, 190 * MiB, MiB],
      [2, 6, 199 * MiB, 512],
    ]).copy(bytes);
    const ranges = streamed(bytes, MiB);
    expect(ranges.read(190 * MiB, MiB).length).toBe(MiB);
    expect(ranges.read(199 * MiB, 512).length).toBe(512);
    expect(ranges.read(30 * MiB, 30 * MiB).length).toBe(30 * MiB);
    const dropped = 30 * MiB + (maxRetained - wholeFileSize);
    expect(() => ranges.read(dropped, MiB)).toThrow(UnreadableRangeError);
  });

  test.each([
    ['a program header table past what is kept', (head: Buffer) => void head.writeBigUInt64LE(2n ** 63n, 32)],
    ['65,535 program headers', (head: Buffer) => void head.writeUInt16LE(65_535, 56)],
    ['an entry size of zero', (head: Buffer) => void head.writeUInt16LE(0, 54)],
  ])('with %s does no harm', (_, change) => {
    const bytes = Buffer.alloc(26 * MiB, 0x41);
    const head = elfHead([[1, 4, 2 ** 52, 2 ** 52]]);
    change(head);
    head.copy(bytes);
    expect(streamed(bytes, MiB).read(0, 64).length).toBe(64);
  });
});

test('the facts of a large binary (this Node) are the same streamed and from the file', () => {
  const fd = openSync(process.execPath, 'r');
  try {
    const fromFile = readElf(fileSource(fd, fstatSync(fd).size));
    const fromStream = readElf(streamed(readFileSync(process.execPath), 256 * 1024));
    expect(fromFile.size).toBeGreaterThan(wholeFileSize);
    expect(fromStream).toEqual(fromFile);
  } finally {
    closeSync(fd);
  }
});
