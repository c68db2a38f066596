import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { UnreadableRangeError } from '../../../src/elf/bytes/byte-source.ts';
import { bufferSource, fileSource } from '../../../src/elf/bytes/byte-sources.ts';

const folder = mkdtempSync(join(tmpdir(), 'libc-check-bytes-'));
const path = join(folder, 'file');
const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 251));
writeFileSync(path, content);
afterAll(() => rmSync(folder, { recursive: true }));

const ranges: readonly (readonly [offset: number, length: number])[] = [
  [0, 10],
  [65_530, 12],
  [65_536, 65_536],
  [10, 200_000],
  [299_990, 100],
  [300_000, 10],
  [400_000, 10],
  [5, 0],
  [-5, 10],
];

describe('a file source', () => {
  test('gives the bytes of any range, cut at the end of the file', () => {
    const fd = openSync(path, 'r');
    const source = fileSource(fd, content.length);
    const memory = bufferSource(content);
    for (const [offset, length] of [...ranges, ...ranges]) {
      expect(Buffer.from(source.read(offset, length)).equals(memory.read(offset, length))).toBe(true);
    }
    closeSync(fd);
  });

  test('keeps what it gave when later reads push blocks out', () => {
    const fd = openSync(path, 'r');
    const source = fileSource(fd, content.length);
    const first = source.read(100, 50);
    for (let offset = 0; offset < content.length; offset += 1000) source.read(offset, 10);
    expect(Buffer.from(first).equals(content.subarray(100, 150))).toBe(true);
    closeSync(fd);
  });

  test('gives fewer bytes when the file has become shorter', () => {
    const short = join(folder, 'short');
    writeFileSync(short, content);
    const fd = openSync(short, 'r');
    const source = fileSource(fd, content.length);
    truncateSync(short, 1000);
    expect(source.read(990, 50).length).toBe(10);
    expect(source.read(2000, 50).length).toBe(0);
    closeSync(fd);
  });

  test('tells an I/O error as a range that cannot be read', () => {
    const fd = openSync(path, 'r');
    closeSync(fd);
    expect(() => fileSource(fd, content.length).read(0, 10)).toThrow(UnreadableRangeError);
    const directory = openSync(folder, 'r');
    expect(() => fileSource(directory, 100).read(0, 10)).toThrow(/cannot read 100 bytes at 0: EISDIR/);
    closeSync(directory);
  });
});
