// What UPX keeps of the programs that it packs (S20). fixtures/cases/recipes/kernel.sh makes the files with UPX 4.2.4.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bufferSource } from '../../../src/elf/bytes/byte-sources.ts';
import { readToolchainHints } from '../../../src/elf/describe/toolchain-hints.ts';
import type { Unpacked } from '../../../src/elf/elf-file.ts';
import { looksPacked } from '../../../src/elf/packed/looks-packed.ts';
import { readElf } from '../../../src/elf/read-elf.ts';

const bytesOf = (name: string): Buffer =>
  readFileSync(new URL(`../../../fixtures/cases/files/${name}`, import.meta.url));

function packedIn(bytes: Buffer): Unpacked | null {
  const source = bufferSource(bytes);
  return readToolchainHints(source, readElf(source)).upx;
}

const methods = ['nrv2b', 'nrv2d', 'nrv2e', 'lzma'] as const;

describe('UPX (S20)', () => {
  test.each(methods)('gives back loader, needs and symbols of what %s packed', (method) => {
    const packed = packedIn(bytesOf(`upx-methods/p.${method}`));
    const original = readElf(bufferSource(bytesOf('upx-methods/p')));
    expect(packed).toMatchObject({
      kind: 'dynamic',
      elf: {
        interp: original.interp,
        dynamic: original.dynamic,
        segments: original.segments,
        entry: original.entry,
        defects: [],
      },
    });
  });

  test('a static program stays one', () => {
    expect(packedIn(bytesOf('upx-static/p'))).toEqual({ kind: 'static' });
  });

  test('a file that is not packed has nothing to give back', () => {
    expect(packedIn(bytesOf('upx-methods/p'))).toBeNull();
  });

  test('names that are packed with filtered code are hidden', () => {
    expect(packedIn(bytesOf('upx-dynamic/p'))).toEqual({
      kind: 'hidden',
      reason: 'which loader and libraries it needs is packed together with its code',
    });
  });

  test('a method that is not known hides all', () => {
    const bytes = bytesOf('upx-methods/p.nrv2e');
    const method = bytes.indexOf('UPX!') - 4 + 24 + 8;
    expect(bytes[method]).toBe(8);
    bytes[method] = 15;
    expect(packedIn(bytes)).toEqual({ kind: 'hidden', reason: 'its method of packing is not known' });
  });

  test.each(methods)('damage to a file that %s packed is no error', (method) => {
    const whole = bytesOf(`upx-methods/p.${method}`);
    const start = whole.indexOf('UPX!') + 4;
    for (let at = start; at < whole.length - 1; at += 7) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      expect(['hidden', 'dynamic', 'static']).toContain(packedIn(bytes)?.kind);
      expect(['hidden', 'dynamic', 'static', undefined]).toContain(packedIn(whole.subarray(0, at))?.kind);
    }
  });

  test('a file of which only facts are left is known by its segments', () => {
    const looks = (name: string) => looksPacked(readElf(bufferSource(bytesOf(name))));
    expect(methods.map((method) => looks(`upx-methods/p.${method}`))).toEqual([true, true, true, true]);
    expect(looks('upx-static/p')).toBe(true);
    expect(looks('upx-methods/p')).toBe(false);
  });
});
