import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bufferSource } from '../../../src/elf/bytes/byte-sources.ts';
import { type ElfInspection, inspectElf } from '../../../src/elf/describe/inspect.ts';
import { readToolchainHints } from '../../../src/elf/describe/toolchain-hints.ts';
import { readElf } from '../../../src/elf/read-elf.ts';
import { elfFixtures, programFixtures } from '../elf-files.ts';
import { ElfWriter } from '../elf-writer.ts';

function inspectBytes(bytes: Buffer): ElfInspection {
  const source = bufferSource(bytes);
  const elf = readElf(source);
  return inspectElf(elf, readToolchainHints(source, elf));
}

const inspectProgram = (name: string) => inspectBytes(readFileSync(join(programFixtures, name)));
const inspectMachine = (name: string) => inspectBytes(readFileSync(join(elfFixtures, name)));

describe('the kind of a program and the libc that it requires', () => {
  test.each([
    ['glibc-dynamic', 'pie', 'glibc', 'interpreter /lib64/ld-linux-x86-64.so.2'],
    ['aarch64-glibc-dynamic', 'pie', 'glibc', 'interpreter /lib/ld-linux-aarch64.so.1'],
    ['musl-dynamic', 'pie', 'musl', 'interpreter /lib/ld-musl-x86_64.so.1'],
    ['glibc-static', 'static-executable', 'none', 'it is static: no interpreter'],
    ['glibc-static-pie', 'static-pie', 'none', 'it is static: no interpreter'],
    ['musl-static', 'static-executable', 'none', 'it is static: no interpreter'],
    ['go-like-pie', 'pie', 'glibc', 'interpreter /lib64/ld-linux-x86-64.so.2'],
    ['addon.node', 'shared-object', 'glibc', 'needs libc.so.6'],
  ])('%s is %s of %s', (name, kind, family, evidence) => {
    expect(inspectProgram(name)).toMatchObject({ kind, libc: { family, evidence } });
  });

  test.each([
    ['libfact-mips.so', 'shared-object', 'unknown'],
    ['prog-s390x', 'executable', 'unknown'],
  ])('%s is %s, and nothing names its libc', (name, kind, family) => {
    expect(inspectMachine(name)).toMatchObject({ kind, libc: { family } });
  });

  test.each([
    ['/lib/ld-uClibc.so.0', 'uclibc'],
    ['/lib/ld64-uClibc.so.1', 'uclibc'],
    ['/system/bin/linker64', 'bionic'],
    ['/nix/store/abc-glibc-2.39/lib/ld-linux-x86-64.so.2', 'glibc'],
    ['/lib64/ld64.so.2', 'glibc'],
    ['/lib/ld.so.1', 'glibc'],
    ['/lib/ld-musl-armhf.so.1', 'musl'],
    ['/opt/my/loader', 'none'],
  ])('interpreter %s means %s', (path, family) => {
    const elf = new ElfWriter({ class: 64, endianness: 'little' });
    elf.segments.push({ type: 3, offset: elf.place(Buffer.from(`${path}\0`)), filesz: path.length + 1 });
    expect(inspectBytes(elf.bytes()).libc.family).toBe(family);
  });

  test.each([
    [['libc.so.6'], 'glibc'],
    [['libm.so', 'libc.musl-x86_64.so.1'], 'musl'],
    [['libc.so.1'], 'uclibc'],
    [['libc.so'], 'musl'],
    [['liblog.so', 'libc.so'], 'bionic'],
    [['libz.so.1'], 'unknown'],
    [[], 'none'],
  ])('a library that needs %j requires %s', (needed, family) => {
    const elf = new ElfWriter({ class: 32, endianness: 'big' });
    const strings = Buffer.from(`\0${needed.join('\0')}\0`);
    const address = elf.place(strings);
    const offset = (name: string) => strings.indexOf(`\0${name}\0`) + 1;
    elf.dynamic([...needed.map((name) => [1, offset(name)] as const), [5, address], [10, strings.length]]);
    expect(inspectBytes(elf.bytes())).toMatchObject({ kind: 'shared-object', libc: { family } });
  });
});

describe('the oldest glibc that suffices', () => {
  test.each([
    ['needs-glibc-2.17', '2.17'],
    ['needs-glibc-2.38', '2.38'],
    ['needs-glibc-2.41', '2.41'],
  ])('%s needs %s', (name, oldest) => {
    const { glibc } = inspectProgram(name);
    expect(glibc).toMatchObject({ oldest, forcedByRelr: false, needsPrivate: false });
    expect(glibc?.forcedBy.map(({ file, version }) => [file, version])).toEqual([
      ['libc.so.6', `GLIBC_${oldest}`],
    ]);
    expect(glibc?.forcedBy[0]?.symbols.length).toBeGreaterThan(0);
  });

  test('programs of musl and static ones need none', () => {
    for (const name of ['musl-dynamic', 'glibc-static', 'go-like-pie'])
      expect(inspectProgram(name).glibc).toBeNull();
  });

  /** A library that needs the versions of a file, with DT_RELR or without. */
  const needing = (versions: readonly string[], relr: boolean) => {
    const elf = new ElfWriter({ class: 64, endianness: 'little' });
    const text = `\0libc.so.6\0${versions.join('\0')}\0`;
    const at = (name: string) => text.indexOf(`\0${name}\0`) + 1;
    const strings = elf.place(Buffer.from(text));
    const auxiliaries = versions.map((name, index) =>
      elf.pack('whhww', 0, 0, index + 2, at(name), index + 1 < versions.length ? 16 : 0),
    );
    const need = elf.pack('hhwww', 1, versions.length, at('libc.so.6'), 16, 0);
    const verneed = elf.place(Buffer.concat([need, ...auxiliaries]));
    const tags: [number, number][] = [
      [5, strings],
      [10, text.length],
      [0x6ffffffe, verneed],
    ];
    elf.dynamic(relr ? [...tags, [36, strings]] : tags);
    return inspectBytes(elf.bytes());
  };

  test.each([
    [['GLIBC_2.2.5', 'GLIBC_2.9', 'GLIBC_2.10'], false, '2.10', ['GLIBC_2.10'], false],
    [['GLIBC_2.2.5', 'GLIBC_2.3', 'GLIBC_2.3.4'], false, '2.3.4', ['GLIBC_2.3.4'], false],
    [['GLIBC_2.34', 'GLIBC_ABI_DT_RELR'], true, '2.36', ['GLIBC_ABI_DT_RELR'], false],
    [['GLIBC_2.34'], true, '2.36', [], true],
    [['GLIBC_2.38', 'GLIBC_ABI_DT_RELR'], true, '2.38', ['GLIBC_2.38'], false],
    [['GLIBC_2.36', 'GLIBC_ABI_DT_RELR'], true, '2.36', ['GLIBC_2.36', 'GLIBC_ABI_DT_RELR'], false],
  ])('%j (DT_RELR: %s) means %s', (versions, relr, oldest, forcing, forcedByRelr) => {
    const { glibc } = needing(versions, relr);
    expect(glibc).toMatchObject({ oldest, forcedByRelr, needsPrivate: false });
    expect(glibc?.forcedBy.map(({ version }) => version)).toEqual(forcing);
  });

  test('GLIBC_PRIVATE is reported, and is not a number', () => {
    expect(needing(['GLIBC_2.4', 'GLIBC_PRIVATE'], false).glibc).toMatchObject({
      oldest: '2.4',
      needsPrivate: true,
    });
  });

  test('the highest version of each line is listed', () => {
    const { versions } = needing(
      ['GLIBC_2.9', 'GLIBC_2.10', 'GCC_3.0', 'GLIBC_PRIVATE', 'OPENSSL_3.0.0'],
      false,
    );
    expect(versions.map(({ version }) => version)).toEqual([
      'GLIBC_2.10',
      'GCC_3.0',
      'GLIBC_PRIVATE',
      'OPENSSL_3.0.0',
    ]);
  });
});

describe('the toolchain', () => {
  test('the demo is Rust, stripped, and says its compiler', () => {
    const { toolchain, stripped, buildId } = inspectBytes(
      readFileSync(join(programFixtures, '../prediction-api')),
    );
    expect(toolchain.rust?.commit).toMatch(/^[0-9a-f]{40}$/);
    expect(toolchain).toMatchObject({ go: null, packer: null, appImage: null });
    expect(toolchain.comments.some((line) => line.startsWith('rustc version '))).toBe(true);
    expect(stripped).toBe(true);
    expect(buildId).toMatch(/^[0-9a-f]{40}$/);
  });

  test('a static program of glibc tells what it links of NSS and iconv, one of musl nothing', () => {
    const hintsOf = (name: string) => {
      const source = bufferSource(readFileSync(join(programFixtures, name)));
      return readToolchainHints(source, readElf(source));
    };
    expect(hintsOf('glibc-static').staticGlibc).toEqual({
      iconv: true,
      nss: false,
      nssBuiltIn: false,
      dlopen: true,
    });
    expect(hintsOf('glibc-static-pie').staticGlibc).toEqual({
      iconv: true,
      nss: false,
      nssBuiltIn: false,
      dlopen: true,
    });
    expect(hintsOf('musl-static').staticGlibc).toBeNull();
    expect(hintsOf('glibc-dynamic').staticGlibc).toBeNull();
  });

  const program = () => new ElfWriter({ class: 64, endianness: 'little' });
  const magic = Buffer.from('\xff Go buildinf:', 'latin1');

  test('Go since 1.18 has its version beside the magic', () => {
    const elf = program();
    elf.place(Buffer.concat([magic, Buffer.from([8, 2]), Buffer.alloc(16), Buffer.from('\x08go1.22.1rest')]));
    expect(inspectBytes(elf.bytes()).toolchain.go).toEqual({ version: 'go1.22.1' });
  });

  test.each([
    ['big', 1],
    ['little', 0],
  ] as const)('older Go points to it (%s endian)', (endianness, flag) => {
    const elf = new ElfWriter({ class: 32, endianness });
    const text = elf.place(Buffer.from('go1.13.15'));
    const header = elf.place(elf.pack('w', text, 9));
    elf.place(Buffer.concat([magic, Buffer.from([4, flag]), elf.pack('w', header, 0), Buffer.alloc(16)]));
    expect(inspectBytes(elf.bytes()).toolchain.go).toEqual({ version: 'go1.13.15' });
  });

  test('Go whose version leads nowhere is still Go', () => {
    const elf = program();
    elf.place(Buffer.concat([magic, Buffer.from([8, 0]), elf.pack('a', 0x7fff_0000, 0), Buffer.alloc(16)]));
    expect(inspectBytes(elf.bytes()).toolchain.go).toEqual({ version: null });
  });

  test('UPX writes its mark behind the program headers', () => {
    const elf = new ElfWriter({ class: 64, endianness: 'little' }, 1);
    elf.place(Buffer.from('\0\0\0\0UPX!\x0c\x08\x0d\x16', 'latin1'));
    const { toolchain, stripped } = inspectBytes(elf.bytes());
    expect(toolchain.packer).toBe('UPX');
    expect(stripped).toBeNull();
  });

  test.each([1, 2] as const)('AppImage type %i is marked in e_ident', (type) => {
    const bytes = program().bytes();
    bytes.set([0x41, 0x49, type], 8);
    expect(inspectBytes(bytes).toolchain.appImage).toBe(type);
  });

  test.each([
    [1, null],
    [3, 'x86-64-v2'],
    [7, 'x86-64-v3'],
    [15, 'x86-64-v4'],
  ])('ISA bits %i mean %s', (bits, level) => {
    const elf = program();
    const desc = elf.pack('w', 0xc0008002, 4, bits, 0);
    const note = Buffer.concat([elf.pack('w', 4, desc.length, 5), Buffer.from('GNU\0'), desc]);
    elf.segments.push({ type: 4, offset: elf.place(note), filesz: note.length, align: 8 });
    expect(inspectBytes(elf.bytes()).cpuLevel).toBe(level);
  });
});
