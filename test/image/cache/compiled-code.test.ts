import { describe, expect, test } from 'vitest';
import { packCode, unpackCode } from '../../../src/image/cache/compiled-code.ts';

const code = Buffer.from(Array.from({ length: 10_000 }, (_, i) => i % 251));

describe('compiled code that is kept', () => {
  const file = packCode(code, 0xfedc_ba98);

  test('is given back whole', () => {
    expect(unpackCode(file, 0xfedc_ba98)?.equals(code)).toBe(true);
  });

  test('is not given for another source', () => {
    expect(unpackCode(file, 0xfedc_ba99)).toBeNull();
  });

  test('is not given when any part of it is zeroed, turned or missing', () => {
    for (let at = 0; at < file.length - 64; at += 64) {
      const zeroed = Buffer.from(file).fill(0, at, at + 64);
      expect(unpackCode(zeroed, 0xfedc_ba98), `zeroed at ${at}`).toBeNull();
      const turned = Buffer.from(file);
      turned[at] = (turned[at] ?? 0) ^ 4;
      expect(unpackCode(turned, 0xfedc_ba98), `turned at ${at}`).toBeNull();
      expect(unpackCode(file.subarray(0, at), 0xfedc_ba98), `cut at ${at}`).toBeNull();
    }
  });
});
