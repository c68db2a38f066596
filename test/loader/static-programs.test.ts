import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bufferSource } from '../../src/elf/bytes/byte-sources.ts';
import { readToolchainHints } from '../../src/elf/describe/toolchain-hints.ts';
import { isStatic, kindOf } from '../../src/elf/kind.ts';
import { readElf } from '../../src/elf/read-elf.ts';

function facts(path: string) {
  const source = bufferSource(readFileSync(new URL(`../../fixtures/${path}`, import.meta.url)));
  const elf = readElf(source);
  return { elf, hints: readToolchainHints(source, elf) };
}

describe('static programs', () => {
  test.each(['bin/glibc-static', 'bin/glibc-static-pie'])(
    '%s is glibc and links iconv and dlopen (S1, S2)',
    (path) => {
      const { elf, hints } = facts(path);
      expect(elf.interp).toBeNull();
      expect(hints.staticGlibc).toMatchObject({ iconv: true, dlopen: true, nss: false });
    },
  );

  test.each(['bin/musl-static', 'cases/files/static-hello/p'])('%s is not glibc (S2)', (path) => {
    expect(facts(path).hints.staticGlibc).toBeNull();
  });

  test.each([
    ['cases/files/static-pie-hello/p', false],
    ['cases/files/pie-without-needs/p', true],
    ['bin/glibc-static-pie', false],
    ['bin/musl-dynamic', true],
  ])(
    '%s: PT_INTERP tells whether a loader is needed, not the kind of file (S12): %s',
    (path, needsLoader) => {
      expect(facts(path).elf.interp !== null).toBe(needsLoader);
    },
  );

  test('DT_NEEDED without PT_INTERP makes no library of a PIE (K30)', () => {
    const { elf } = facts('cases/files/pie-with-needs/p');
    expect(elf.dynamic?.needed).toEqual(['libfoo.so.1']);
    expect(isStatic(kindOf(elf))).toBe(true);
  });

  test('the magic of an AppImage is seen (S21)', () => {
    expect(facts('cases/files/appimage-magic/p').hints.appImage).toBe(2);
  });
});
