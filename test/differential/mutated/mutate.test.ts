import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { recordsOf } from './elf-records.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';

const original = readFileSync('fixtures/prediction-api');
const records = recordsOf(original);

describe('mutations', () => {
  test('are the same for the same seed, and others for another', () => {
    const withSeed = (seed: string) => mutate(original, records, new Random(seed, 1)).bytes;
    const seeds = Array.from({ length: 20 }, (_, i) => `seed ${i}`);
    for (const seed of seeds) expect(withSeed(seed).equals(withSeed(seed))).toBe(true);
    expect(new Set(seeds.map((seed) => withSeed(seed).toString('base64'))).size).toBeGreaterThan(15);
  });

  test('change the one table that they name, and leave the original alone', () => {
    const before = Buffer.from(original);
    for (let index = 0; index < 150; index++) {
      const { kind, bytes, what } = mutate(original, records, new Random('1', index));
      if (kind === 'length') {
        expect(bytes.length).not.toBe(original.length);
        continue;
      }
      const changed: number[] = [];
      for (let at = 0; at < bytes.length; at++) if (bytes[at] !== original[at]) changed.push(at);
      expect(changed, what).not.toHaveLength(0);
      const table = records.filter((record) => record.kind === kind);
      const inside = (at: number) => table.some(({ offset, size }) => at >= offset && at < offset + size);
      expect(changed.every(inside), what).toBe(true);
    }
    expect(original.equals(before)).toBe(true);
  });

  test('reach every table that the file has', () => {
    const kinds = new Set(
      Array.from({ length: 400 }, (_, index) => mutate(original, records, new Random('2', index)).kind),
    );
    expect([...new Set(records.map(({ kind }) => kind))].filter((kind) => !kinds.has(kind))).toEqual([]);
    expect(kinds.size).toBeGreaterThan(10);
  });
});
