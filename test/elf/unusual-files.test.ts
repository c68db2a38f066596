import { describe, expect, test } from 'vitest';
import { fixtureBytes, readElfBytes } from './elf-files.ts';
import { describeLayout, ElfWriter, layouts } from './elf-writer.ts';

const cases = layouts.map((layout) => ({ name: describeLayout(layout), layout }));
const bytes = (text: string) => Buffer.from(text, 'latin1');

describe.each(cases)('program headers, $name', ({ layout }) => {
  test.each([0, 1, 73, 74, 200, 1171, 2000])('%i headers besides PT_LOAD are all read', (count) => {
    const elf = new ElfWriter(layout, count + 2);
    for (let index = 0; index < count; index++)
      elf.segments.push({ type: 0x6fff0000 + index, offset: index, filesz: 1 });
    const read = readElfBytes(elf.bytes());
    expect(read.defects).toEqual([]);
    expect(read.phnum).toBe(count + 1);
    expect(read.segments.slice(1).map(({ type, offset }) => [type, offset])).toEqual(
      Array.from({ length: count }, (_, index) => [0x6fff0000 + index, index]),
    );
  });

  test('longer entries than native are stepped over', () => {
    const elf = new ElfWriter(layout);
    elf.phentsize += 8;
    elf.segments.push({ type: 3, offset: elf.place(bytes('/lib/ld.so\0')), filesz: 11 });
    expect(readElfBytes(elf.bytes()).interp).toEqual({ path: '/lib/ld.so', wellFormed: true });
  });

  test('shorter entries than native are a defect', () => {
    const short = new ElfWriter(layout);
    short.phentsize -= 8;
    expect(readElfBytes(short.bytes())).toMatchObject({
      segments: [],
      defects: [{ part: 'program-headers' }],
    });
  });

  test('a table that the file does not hold is read as far as it goes', () => {
    const elf = new ElfWriter(layout).bytes();
    elf.fill(0xff, layout.class === 64 ? 56 : 44, layout.class === 64 ? 58 : 46);
    const read = readElfBytes(elf);
    expect(read.phnum).toBe(0xffff);
    expect(read.segments[0]?.type).toBe(1);
    expect(read.defects).toMatchObject([{ part: 'program-headers' }]);
  });
});

describe.each(cases)('PT_INTERP, $name (K20)', ({ layout }) => {
  const interpOf = (...names: readonly string[]) => {
    const elf = new ElfWriter(layout);
    for (const name of names)
      elf.segments.push({ type: 3, offset: elf.place(bytes(name)), filesz: name.length });
    return readElfBytes(elf.bytes()).interp;
  };

  test('the first one counts', () => {
    expect(interpOf('/lib/one\0', '/lib/two\0')).toEqual({ path: '/lib/one', wellFormed: true });
  });

  test.each([
    ['without a NUL at its end', '/lib/ld.so', '/lib/ld.so'],
    ['of one byte', '\0', ''],
    ['of more than 4096 bytes', `${'a'.repeat(5000)}\0`, 'a'.repeat(4096)],
  ])('one %s is not well formed', (_, name, path) => {
    expect(interpOf(name)).toEqual({ path, wellFormed: false });
  });

  test.each([
    ['an empty name', '\0\0', ''],
    ['a newline', '/lib/ld.so\n\0', '/lib/ld.so\n'],
    ['bytes behind the first NUL', '/lib/ld.so\0rest\0', '/lib/ld.so'],
    ['4096 bytes', `${'a'.repeat(4095)}\0`, 'a'.repeat(4095)],
  ])('one with %s is as it stands', (_, name, path) => {
    expect(interpOf(name)).toEqual({ path, wellFormed: true });
  });
});

describe.each(cases)('the dynamic segment, $name', ({ layout }) => {
  test('lists, strings and flags', () => {
    const elf = new ElfWriter(layout);
    const strings = elf.place(bytes('\0liba.so\0libb.so\0/r\0/p\0\xe9\0'));
    elf.dynamic([
      [1, 1],
      [1, 9],
      [5, strings],
      [6, elf.place(Buffer.alloc(24))],
      [11, layout.class === 64 ? 24 : 16],
      [10, 26],
      [15, 17],
      [29, 20],
      [0x7ffffffd, 23],
      [0x7fffffff, 1],
      // DF_TEXTREL alone: no relocation writes into a read-only segment.
      [30, 0x8 | 0x4 | 0x2],
      [0x6ffffffb, 0x08000000],
    ]);
    expect(readElfBytes(elf.bytes())).toMatchObject({
      defects: [],
      dynamic: {
        needed: ['liba.so', 'libb.so'],
        rpath: '/r',
        runpath: '/p',
        auxiliaries: ['\xe9'],
        filters: ['liba.so'],
        bindNow: true,
        textrel: false,
        symbolic: true,
        flags1: 0x08000000,
      },
    });
  });

  test('the last PT_DYNAMIC counts, by its address, up to DT_NULL', () => {
    const elf = new ElfWriter(layout);
    const strings = elf.place(bytes('\0first\0second\0'));
    elf.dynamic([
      [1, 1],
      [5, strings],
      [10, 14],
    ]);
    elf.dynamic([
      [1, 7],
      [5, strings],
      [10, 14],
    ]);
    const last = elf.segments.pop();
    // One entry is all that p_filesz promises, and p_offset leads nowhere.
    if (last !== undefined)
      elf.segments.push({ ...last, vaddr: last.offset, offset: 0, filesz: layout.class / 4 });
    expect(readElfBytes(elf.bytes()).dynamic?.needed).toEqual(['second']);
  });

  test('one outside of every PT_LOAD is a defect', () => {
    const elf = new ElfWriter(layout);
    elf.segments.push({ type: 2, offset: 64, vaddr: 0x7000_0000, filesz: 64 });
    expect(readElfBytes(elf.bytes())).toMatchObject({ dynamic: null, defects: [{ part: 'dynamic' }] });
  });

  test('an empty one is none', () => {
    const elf = new ElfWriter(layout);
    elf.segments.push({ type: 2, offset: 64, filesz: 0, memsz: 64 });
    expect(readElfBytes(elf.bytes())).toMatchObject({ dynamic: null, defects: [] });
  });

  test('undefined symbols that no hash table counts are found', () => {
    const elf = new ElfWriter(layout);
    const symbols = Buffer.concat([
      elf.symbol(0, 0, 0, 0),
      elf.symbol(0, 3, 0, 8, 0x1000),
      elf.symbol(1, 2, 1, 0),
      elf.symbol(5, 2, 2, 0),
    ]);
    const symtab = elf.place(symbols);
    const strings = elf.place(bytes('\0one\0two\0'));
    const hash = elf.place(Buffer.concat([elf.pack('w', 1, 1, 1, 0), elf.pack('a', 0), elf.pack('w', 0)]));
    elf.dynamic([
      [6, symtab],
      [11, symbols.length / 4],
      [5, strings],
      [10, 9],
      [0x6ffffef5, hash],
    ]);
    const read = readElfBytes(elf.bytes());
    expect(read.dynamic?.symbols.map(({ name, defined }) => [name, defined])).toEqual([
      ['', false],
      ['', true],
      ['one', false],
      ['two', false],
    ]);
    expect(read.defects).toEqual([]);
  });
});

/** A file with `tags` and relocation entries of x86-64, as REL or RELA, of (symbol, type). */
function withRelocations(
  layout: (typeof layouts)[number],
  form: 'rel' | 'rela',
  entries: readonly (readonly [symbol: number, type: number])[],
  tags: (table: number, entrySize: number) => readonly (readonly [number, number])[],
) {
  const elf = new ElfWriter(layout);
  const wide = layout.class === 64;
  const info = (symbol: number, type: number) => (wide ? symbol * 2 ** 32 + type : symbol * 256 + type);
  const slots = [5, 6, 7];
  const rows = entries.map(([symbol, type], index) =>
    elf.pack(
      'a',
      // Three words of the loader lie before the first slot of the PLT.
      0x100 + 8 * index + (type === 7 ? 24 : 0),
      info(symbol, type),
      ...(form === 'rela' ? [slots.includes(type) ? 0 : type === 8 ? 0x200 : 7] : []),
    ),
  );
  const table = elf.place(Buffer.concat(rows));
  // What is copied has a place of its own in the program, where the relocation is.
  const copied = entries.findIndex(([, type]) => type === 5);
  const symtab = elf.place(
    Buffer.concat(
      [0, 1, 3, 5].map((name, index) =>
        copied >= 0 && entries[copied]?.[0] === index
          ? elf.symbol(name, 1, 1, 1, 0x100 + 8 * copied, 8)
          : elf.symbol(name, 2, name === 0 ? 0 : 1, 0),
      ),
    ),
  );
  const strings = elf.place(bytes('\0a\0b\0c\0'));
  elf.dynamic([
    [6, symtab],
    [11, wide ? 24 : 16],
    [5, strings],
    [10, 7],
    ...tags(table, rows[0]?.length ?? 0),
  ]);
  return readElfBytes(elf.bytes());
}

describe.each(cases)('relocations, $name', ({ layout }) => {
  test.each(['rel', 'rela'] as const)('%s tables name symbols in their order', (form) => {
    const entries = [
      [2, 6],
      [0, 8],
      [1, 6],
      [2, 1],
      [3, 5],
      [0, 37],
      [2, 7],
      [1, 7],
    ] as const;
    const elf = withRelocations(layout, form, entries, (table, size) => [
      [form === 'rela' ? 7 : 17, table],
      [form === 'rela' ? 8 : 18, 6 * size],
      [form === 'rela' ? 9 : 19, size],
      [3, 0x100 + 8 * 6 + (layout.class === 32 ? 12 : 0)],
      [20, form === 'rela' ? 7 : 17],
      [23, table + 6 * size],
      [2, 2 * size],
    ]);
    expect(elf.defects).toEqual([]);
    expect(elf.dynamic?.relocations).toEqual({
      references: [
        { symbol: 2, table: 'data', types: [6, 1], copy: false, lazy: false },
        { symbol: 1, table: 'data', types: [6], copy: false, lazy: false },
        { symbol: 3, table: 'data', types: [5], copy: true, lazy: false },
        { symbol: 2, table: 'plt', types: [7], copy: false, lazy: true },
        { symbol: 1, table: 'plt', types: [7], copy: false, lazy: true },
      ],
      anonymousTypes: { data: [8, 37], plt: [] },
      irelative: true,
      relr: false,
      dataCount: 6,
      pltCount: 2,
    });
  });

  test('a DT_JMPREL inside of DT_RELA is not counted twice', () => {
    const { dynamic } = withRelocations(
      layout,
      'rela',
      [
        [1, 6],
        [2, 7],
      ],
      (table, size) => [
        [7, table],
        [8, 2 * size],
        [20, 7],
        [23, table + size],
        [2, size],
      ],
    );
    expect(dynamic?.relocations).toMatchObject({ dataCount: 1, pltCount: 1 });
    expect(dynamic?.relocations.references.map(({ symbol, table }) => [symbol, table])).toEqual([
      [1, 'data'],
      [2, 'plt'],
    ]);
  });

  test.each([
    [
      'true',
      3,
      [
        [0, 8],
        [0, 8],
        [0, 8],
        [1, 6],
      ],
    ],
    [
      'too high',
      4,
      [
        [0, 8],
        [0, 8],
        [0, 8],
        [1, 6],
      ],
    ],
    [
      'larger than the table',
      4_000_000_000,
      [
        [0, 8],
        [0, 8],
        [0, 8],
        [1, 6],
      ],
    ],
  ] as const)('a DT_RELACOUNT that is %s hides no symbol', (_, count, entries) => {
    const { dynamic } = withRelocations(layout, 'rela', entries, (table, size) => [
      [7, table],
      [8, 4 * size],
      [0x6ffffff9, count],
    ]);
    expect(dynamic?.relocations).toMatchObject({
      references: [{ symbol: 1 }],
      anonymousTypes: { data: [8], plt: [] },
      dataCount: 4,
    });
  });

  test("Android's packed relocations are unpacked", () => {
    const leb = (value: number): number[] =>
      value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...leb(Math.floor(value / 128))];
    const info = (symbol: number, type: number) =>
      leb(layout.class === 64 ? symbol * 2 ** 32 + type : symbol * 256 + type);
    const elf = new ElfWriter(layout);
    const packed = Buffer.from([
      ...bytes('APS2'),
      ...[...leb(5), ...leb(0x1000)],
      // three RELATIVE entries grouped by everything, without a byte of their own
      ...[3, 1 | 2, ...leb(8), ...info(0, 8)],
      // two with an offset, an info and an addend each
      ...[2, 8, ...leb(4), ...info(1, 6), ...leb(1), ...leb(4), ...info(2, 1), ...leb(2)],
    ]);
    const table = elf.place(packed);
    const symtab = elf.place(
      Buffer.concat([0, 1, 3].map((name) => elf.symbol(name, 2, name === 0 ? 0 : 1, 0))),
    );
    const strings = elf.place(bytes('\0a\0b\0'));
    elf.dynamic([
      [6, symtab],
      [11, layout.class === 64 ? 24 : 16],
      [5, strings],
      [10, 5],
      [0x60000011, table],
      [0x60000012, packed.length],
      [0x6fffe000, 1],
    ]);
    const read = readElfBytes(elf.bytes());
    expect(read.defects).toEqual([]);
    expect(read.dynamic?.relocations).toMatchObject({
      references: [
        { symbol: 1, types: [6] },
        { symbol: 2, types: [1] },
      ],
      anonymousTypes: { data: [8] },
      dataCount: 5,
      relr: true,
    });
  });
});

describe('a wrong EI_CLASS or EI_DATA does not change how the file is laid out (K10)', () => {
  test.each([
    ['EI_CLASS', 4, 1, { identClass: 1, identData: 1 }],
    ['EI_CLASS', 4, 0, { identClass: 0, identData: 1 }],
    ['EI_DATA', 5, 2, { identClass: 2, identData: 2 }],
    ['EI_DATA', 5, 77, { identClass: 2, identData: 77 }],
  ])('%s (byte %i) is %i', (_, at, value, ident) => {
    const file = fixtureBytes('prog-x86_64');
    const whole = readElfBytes(file);
    file[at] = value;
    expect(readElfBytes(file)).toEqual({ ...whole, ...ident });
  });
});

test('addresses above 2^53 do not lose the other program headers', () => {
  const file = fixtureBytes('prog-x86_64');
  const whole = readElfBytes(file);
  const stack = whole.segments.findIndex(({ type }) => type === 0x6474e551);
  file.writeBigUInt64LE(0xffff_ffff_8100_0000n, 64 + stack * 56 + 16);
  const elf = readElfBytes(file);
  expect(elf.segments[stack]?.vaddr).toBe(0xffff_ffff_8100_0000);
  expect(elf.segments.toSpliced(stack, 1)).toEqual(whole.segments.toSpliced(stack, 1));
  expect(elf.dynamic).toEqual(whole.dynamic);
});

describe('a file that ends before its segments do', () => {
  const file = fixtureBytes('libfact-riscv64.so');
  const lastLoaded = Math.max(
    ...readElfBytes(file)
      .segments.filter(({ type }) => type === 1)
      .map(({ offset, filesz }) => offset + filesz),
  );

  test('is truncated when PT_LOAD promises more than there is (K14, G14)', () => {
    expect(readElfBytes(file.subarray(0, lastLoaded)).truncated).toBe(false);
    expect(readElfBytes(file.subarray(0, lastLoaded - 1)).truncated).toBe(true);
  });

  test('keeps the facts that are still there', () => {
    const { dynamic, truncated, notes } = readElfBytes(file.subarray(0, lastLoaded - 1));
    expect({ truncated, notes }).toEqual({ truncated: true, notes: readElfBytes(file).notes });
    expect(dynamic?.needed).toEqual(['libdep.so.1']);
  });
});

test('the last PT_GNU_STACK says whether the stack is executable, and how large it is', () => {
  const elf = new ElfWriter({ class: 32, endianness: 'big' });
  expect(readElfBytes(elf.bytes()).stack).toBeNull();
  elf.segments.push({ type: 0x6474e551, flags: 6, offset: 0, filesz: 0, memsz: 0 });
  expect(readElfBytes(elf.bytes()).stack).toEqual({ executable: false, size: 0 });
  elf.segments.push({ type: 0x6474e551, flags: 7, offset: 0, filesz: 0, memsz: 0x10000 });
  expect(readElfBytes(elf.bytes()).stack).toEqual({ executable: true, size: 0x10000 });
});
