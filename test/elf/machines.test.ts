import { describe, expect, test } from 'vitest';
import type { ElfFile, RelocationTable } from '../../src/elf/elf-file.ts';
import { machineName, platformOf } from '../../src/elf/machine.ts';
import { fixtureBytes, readElfBytes } from './elf-files.ts';

interface Machine {
  readonly name: string;
  readonly class: 32 | 64;
  readonly endianness: 'little' | 'big';
  readonly platform: string;
  readonly hash: 'gnu' | 'sysv' | 'both';
  /** The copy relocation type of the fixed-address program; null where the linker needed none. */
  readonly copy: number | null;
  /** The type that binds a called function at its first call. */
  readonly jumpSlot: number;
}

const machines: readonly Machine[] = [
  { name: 'x86_64', class: 64, endianness: 'little', platform: 'amd64', hash: 'gnu', copy: 5, jumpSlot: 7 },
  { name: 'x32', class: 32, endianness: 'little', platform: 'amd64', hash: 'gnu', copy: 5, jumpSlot: 7 },
  { name: 'i386', class: 32, endianness: 'little', platform: '386', hash: 'both', copy: 5, jumpSlot: 7 },
  {
    name: 'aarch64',
    class: 64,
    endianness: 'little',
    platform: 'arm64',
    hash: 'gnu',
    copy: 1024,
    jumpSlot: 1026,
  },
  { name: 'arm', class: 32, endianness: 'little', platform: 'arm/v7', hash: 'gnu', copy: 20, jumpSlot: 22 },
  {
    name: 'riscv64',
    class: 64,
    endianness: 'little',
    platform: 'riscv64',
    hash: 'gnu',
    copy: 4,
    jumpSlot: 5,
  },
  { name: 's390x', class: 64, endianness: 'big', platform: 's390x', hash: 'sysv', copy: 9, jumpSlot: 11 },
  { name: 'ppc', class: 32, endianness: 'big', platform: 'ppc', hash: 'gnu', copy: 19, jumpSlot: 21 },
  { name: 'ppc64', class: 64, endianness: 'big', platform: 'ppc64', hash: 'gnu', copy: null, jumpSlot: 21 },
  { name: 'mips', class: 32, endianness: 'big', platform: 'mips', hash: 'sysv', copy: null, jumpSlot: 127 },
  {
    name: 'mips64el',
    class: 64,
    endianness: 'little',
    platform: 'mips64le',
    hash: 'sysv',
    copy: null,
    jumpSlot: 127,
  },
];

function references(elf: ElfFile) {
  const { symbols = [], relocations } = elf.dynamic ?? {};
  return (relocations?.references ?? []).map((reference) => ({
    ...reference,
    name: symbols[reference.symbol]?.name,
  }));
}

/** The symbol that a name and version belong to, as `name@version file`. */
function symbolsOf(elf: ElfFile, defined: boolean): string[] {
  const named = (elf.dynamic?.symbols ?? []).filter(
    (symbol) => symbol.name !== '' && symbol.defined === defined,
  );
  return named.map(({ name, version, versionHidden, versionFile, binding }) => {
    const text = version === null ? name : `${name}${versionHidden ? '@' : '@@'}${version}`;
    return `${text}${versionFile === null ? '' : ` of ${versionFile}`}${binding === 2 ? ' weak' : ''}`;
  });
}

describe.each(machines)('a library built for $name', (machine) => {
  const elf = readElfBytes(fixtureBytes(`libfact-${machine.name}.so`));

  test('is known by its machine, class, endianness and platform', () => {
    expect(machineName(elf)).toBe(machine.name);
    expect([elf.class, elf.endianness]).toEqual([machine.class, machine.endianness]);
    const { architecture, variant } = platformOf(elf);
    expect([architecture, variant].filter((part) => part !== null).join('/')).toBe(machine.platform);
    expect(elf.dynamic?.hash).toBe(machine.hash);
    expect(elf.defects).toEqual([]);
  });

  test('says what it needs, what it is called and where it looks', () => {
    expect(elf.dynamic).toMatchObject({
      needed: ['libdep.so.1'],
      soname: 'libfact.so.1',
      rpath: null,
      runpath: '$ORIGIN/lib',
      bindNow: false,
      textrel: false,
      verneed: [
        {
          file: 'libdep.so.1',
          versions: [
            { name: 'DEP_1.0', weak: false },
            { name: 'DEP_2.0', weak: false },
          ],
        },
      ],
      verdef: [
        { index: 1, name: 'libfact.so.1', base: true },
        { index: 2, name: 'FACT_1.0', base: false },
        { index: 3, name: 'FACT_2.0', base: false },
      ],
    });
    expect(elf.tlsSize).toBe(4);
    expect(elf.notes.buildId).toMatch(/^[0-9a-f]{40}$/);
  });

  test('names its symbols with their versions', () => {
    expect(symbolsOf(elf, false).sort()).toEqual([
      'dep_address@@DEP_1.0 of libdep.so.1',
      'dep_call@@DEP_2.0 of libdep.so.1',
      'dep_data@@DEP_1.0 of libdep.so.1',
      'dep_maybe weak',
    ]);
    expect(symbolsOf(elf, true).sort()).toEqual([
      'FACT_1.0@@FACT_1.0',
      'FACT_2.0@@FACT_2.0',
      'fact@@FACT_2.0',
      'fact@FACT_1.0',
      'fact_pointer@@FACT_1.0',
      'fact_relative@@FACT_1.0',
      'fact_tls@@FACT_1.0',
      'fact_weak@@FACT_1.0 weak',
    ]);
  });

  test('binds data and addresses at start, and calls when they are made', () => {
    const bound = (name: string) => references(elf).filter((reference) => reference.name === name);
    const onMips = machine.name.startsWith('mips');
    const table: RelocationTable = onMips ? 'data' : 'plt';
    expect(bound('dep_call')).toMatchObject([{ table, lazy: true, copy: false, types: [machine.jumpSlot] }]);
    for (const name of ['dep_data', 'dep_address', 'dep_maybe']) {
      expect(bound(name)[0]).toMatchObject({ table: 'data', lazy: false, copy: false });
    }
    expect(elf.dynamic?.relocations.relr).toBe(machine.name === 'x86_64');
  });

  test('reads the same without its section table', () => {
    const bytes = fixtureBytes(`libfact-${machine.name}.so`);
    bytes.fill(0, machine.class === 64 ? 40 : 32, machine.class === 64 ? 48 : 36);
    bytes.fill(0, machine.class === 64 ? 58 : 46, machine.class === 64 ? 64 : 52);
    expect(readElfBytes(bytes)).toEqual({ ...elf, hasSectionTable: false });
  });
});

describe.each(machines)('a program built for $name', (machine) => {
  const elf = readElfBytes(fixtureBytes(`prog-${machine.name}`));

  test('names its interpreter and its search path', () => {
    expect(elf.interp).toEqual({ path: '/lib/ld-test.so.1', wellFormed: true });
    expect(elf.dynamic).toMatchObject({
      needed: ['libdep.so.1'],
      soname: null,
      rpath: '/opt/dep',
      runpath: null,
    });
    expect(elf.type).toBe(2);
  });

  test('copies data where its linker says so', () => {
    const data = references(elf).filter(({ name }) => name === 'dep_data');
    expect(data).toMatchObject([{ copy: machine.copy !== null, table: 'data', lazy: false }]);
    if (machine.copy !== null) expect(data[0]?.types).toEqual([machine.copy]);
  });
});

describe('names of machines', () => {
  const fields = { class: 64, endianness: 'little', flags: 0 } as const;
  test.each([
    [{ ...fields, machine: 258 }, 'loongarch64', 'loong64'],
    [{ ...fields, machine: 21 }, 'ppc64le', 'ppc64le'],
    [{ ...fields, machine: 243, class: 32 as const }, 'riscv32', 'riscv32'],
    [{ ...fields, machine: 8, class: 32 as const, flags: 0x20 }, 'mipsn32el', 'mips64p32le'],
    [{ ...fields, machine: 22, class: 32 as const, endianness: 'big' as const }, 's390', 's390'],
    [{ ...fields, machine: 999 }, 'machine 999', 'machine 999'],
  ])('%o is %s', (machine, name, architecture) => {
    expect(machineName(machine)).toBe(name);
    expect(platformOf(machine)).toEqual({ os: 'linux', architecture, variant: null });
  });
});
