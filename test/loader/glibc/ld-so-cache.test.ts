import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GlibcRelease } from '../../../src/loader/glibc/glibc-version.ts';
import { legacyHwcapBits } from '../../../src/loader/glibc/hwcaps.ts';
import { type CacheEntry, chooseEntry, readCache } from '../../../src/loader/glibc/ld-so-cache.ts';

const folder = new URL('../../../fixtures/cases/', import.meta.url);
const bytesOf = (name: string) => readFileSync(new URL(name, folder));

/** The line that `ldconfig -p` prints for an entry, without the ABI tag. */
function printed({ soname, path, flags, hwcaps }: CacheEntry): string {
  const kind = flags === 0x303 ? 'libc6,x86-64' : flags === 1 ? 'ELF' : `flags ${flags}`;
  return `${soname} (${kind}${hwcaps === null ? '' : `, hwcap: "${hwcaps}"`}) => ${path}`;
}

const linesOf = (text: string) =>
  [...text.matchAll(/^\t(.*)$/gm)].map(([, line]) => (line ?? '').replace(/, OS ABI: Linux [\d.]+/, ''));

describe('ld.so.cache (G20)', () => {
  test.each(['2.31', '2.36', '2.41', '2.43'])(
    'of the Debian with glibc %s reads as its ldconfig -p prints it',
    (release) => {
      const recorded = linesOf(bytesOf(`ldconfig/${release}.txt`).toString());
      expect(recorded.length).toBeGreaterThan(20);
      expect(readCache(bytesOf(`ldconfig/${release}.cache`), 'little').map(printed)).toEqual(recorded);
    },
  );

  test.each([
    [
      'glibc-hwcaps',
      'cache-of-hwcaps/ld.so.cache',
      [
        'libfoo.so.1 (libc6,x86-64, hwcap: "x86-64-v2") => /t/lib/glibc-hwcaps/x86-64-v2/libfoo.so.1',
        'libfoo.so.1 (libc6,x86-64, hwcap: "x86-64-v3") => /t/lib/glibc-hwcaps/x86-64-v3/libfoo.so.1',
        'libfoo.so.1 (libc6,x86-64) => /t/lib/libfoo.so.1',
      ],
    ],
    [
      'two classes',
      'cache-of-two-classes/ld.so.cache',
      ['libfoo.so.1 (libc6,x86-64) => /t/lib/libfoo.so.1', 'libfoo.so.1 (ELF) => /t/other-class/libfoo.so.1'],
    ],
    [
      'the old format',
      'cache-old-format/ld.so.cache-old',
      ['libfoo.so.1 (libc6,x86-64) => /t/lib/libfoo.so.1'],
    ],
    [
      'both formats in one',
      'cache-old-format/ld.so.cache-compat',
      ['libfoo.so.1 (libc6,x86-64) => /t/lib/libfoo.so.1'],
    ],
  ])('%s', (_name, file, expected) => {
    const entries = readCache(bytesOf(`files/${file}`), 'little').filter(
      ({ soname }) => soname === 'libfoo.so.1',
    );
    expect(entries.map(printed)).toEqual(expected);
  });

  test.each([
    [0, true],
    [2, true],
    [0x32, true],
    [1, false],
    [3, false],
    [0x30, false],
  ])('flags of %i in its header: its entries count: %s', (flags, counts) => {
    const bytes = Buffer.from(bytesOf('ldconfig/2.36.cache'));
    bytes[28] = flags;
    expect(readCache(bytes, 'little').length > 0).toBe(counts);
  });

  /** As `ldconfig -c compat` writes it: seen with 2.36 and 2.41, whose loaders find nothing that is only in glibc-hwcaps. */
  test('behind an old part, no glibc-hwcaps entry has a name that the loader knows', () => {
    const old = Buffer.concat([Buffer.from('ld.so-1.7.0\0'), Buffer.alloc(4)]);
    const bytes = Buffer.concat([old, bytesOf('files/cache-of-hwcaps/ld.so.cache')]);
    const shift = (at: number) => bytes.writeUInt32LE(bytes.readUInt32LE(at) + old.length, at);
    const extensionAt = old.length + 32;
    shift(extensionAt);
    const extension = bytes.readUInt32LE(extensionAt);
    const sections = bytes.readUInt32LE(extension + 4);
    for (let section = 0; section < sections; section++) shift(extension + 8 + 16 * section + 8);
    const choice = { accepted: [0x303], hwcaps: ['x86-64-v3', 'x86-64-v2'], legacyHwcap: 0n };
    expect(chooseEntry(readCache(bytes, 'little'), 'libfoo.so.1', choice)?.path).toBe('/t/lib/libfoo.so.1');
  });

  test('a file of the other byte order is not a cache', () => {
    expect(readCache(bytesOf('ldconfig/2.36.cache'), 'big')).toEqual([]);
  });

  test.each(['2.36', '2.31'])(
    'whatever bytes of the cache of %s are changed or cut off, it is read without harm',
    (release) => {
      const whole = bytesOf(`ldconfig/${release}.cache`);
      const change = fc.record({ at: fc.nat(600), byte: fc.nat(255) });
      fc.assert(
        fc.property(fc.array(change, { maxLength: 6 }), fc.nat(whole.length), (changes, length) => {
          const bytes = Buffer.from(whole.subarray(0, length));
          for (const { at, byte } of changes) if (at < bytes.length) bytes[at] = byte;
          for (const { soname, path } of readCache(bytes, 'little'))
            expect(`${soname}${path}`).not.toContain('\0');
        }),
        { numRuns: 300 },
      );
    },
  );
});

const entry = (path: string, more: Partial<CacheEntry> = {}): CacheEntry => ({
  flags: 0x303,
  soname: 'l.so.1',
  path,
  hwcaps: null,
  legacyHwcap: 0n,
  ...more,
});

describe('names in the cache (G20)', () => {
  test.each([
    ['libfoo.so.1', 'libfoo.so.1', true],
    ['libfoo.so.01', 'libfoo.so.1', true],
    ['libfoo.so.10', 'libfoo.so.1', false],
    ['lib2.so.007', 'lib002.so.7', true],
    ['libfoo.so.0', 'libfoo.so.00', true],
    ['libfoo.so', 'libfoo.so.1', false],
  ])('%s finds %s: %s', (asked, soname, expected) => {
    const found = chooseEntry([entry('/l', { soname })], asked, {
      accepted: [0x303],
      hwcaps: [],
      legacyHwcap: 0n,
    });
    expect(found !== null).toBe(expected);
  });
});

describe('the one entry that is tried (G20, G22)', () => {
  const chosen = (entries: readonly CacheEntry[], hwcaps: readonly string[], legacyHwcap = 0n) =>
    chooseEntry(entries, 'l.so.1', { accepted: [0x303], hwcaps, legacyHwcap })?.path ?? null;
  const copies = [
    entry('/v2', { hwcaps: 'x86-64-v2' }),
    entry('/v3', { hwcaps: 'x86-64-v3' }),
    entry('/plain'),
  ];
  test.each<[string, readonly CacheEntry[], readonly string[], string | null]>([
    ['the best copy for the processor', copies, ['x86-64-v4', 'x86-64-v3', 'x86-64-v2'], '/v3'],
    ['a lower one for a lower processor', copies, ['x86-64-v2'], '/v2'],
    ['the plain one for the lowest, and before 2.33', copies, [], '/plain'],
    ['entries of other machines do not count', [entry('/other', { flags: 3 }), entry('/own')], [], '/own'],
    [
      'entries for old processor names do not count',
      [entry('/old', { legacyHwcap: 1n << 63n }), entry('/own')],
      [],
      '/own',
    ],
    ['none', [], [], null],
  ])('%s', (_name, entries, hwcaps, expected) => {
    expect(chosen(entries, hwcaps)).toBe(expected);
  });

  /** Seen under 2.36: an entry of the directories tls (bit 63) and x86_64 (bit 1) is used. */
  test.each<[GlibcRelease, bigint, string]>([
    [236, 1n << 63n, '/old'],
    [236, 1n << 1n, '/old'],
    [236, 1n << 7n, '/own'],
    [241, 1n << 63n, '/own'],
    [241, 1n << 1n, '/own'],
  ])('by release %i, an entry with the legacy hwcap %i: %s', (release, legacyHwcap, expected) => {
    const bits = legacyHwcapBits({ machine: 'x86_64', cpu: 'x86-64', release });
    expect(chosen([entry('/old', { legacyHwcap }), entry('/own')], [], bits)).toBe(expected);
  });
});
