import { ElfWriter } from '../../elf/elf-writer.ts';

const loader = '/lib64/ld-linux-x86-64.so.2\0';

/** What is put into a program or library that no linker makes. */
export interface CountedElf {
  /** The string table, after its first empty string. */
  readonly strings: Buffer;
  /** Tags of the dynamic segment beside those of the tables, by value. */
  readonly tags: (at: {
    readonly place: (bytes: Uint8Array) => number;
  }) => Iterable<readonly [number, number]>;
  readonly symbols?: Buffer;
  /** Bytes that the file has behind everything that the dynamic segment names. */
  readonly tail?: Buffer;
  readonly library?: true;
}

export const DT = {
  needed: 1,
  hash: 4,
  strtab: 5,
  symtab: 6,
  rela: 7,
  relasz: 8,
  relaent: 9,
  strsz: 10,
  syment: 11,
  init: 12,
  soname: 14,
  rpath: 15,
  runpath: 29,
  versym: 0x6ffffff0,
  verdef: 0x6ffffffc,
  verdefnum: 0x6ffffffd,
  verneed: 0x6ffffffe,
  verneednum: 0x6fffffff,
} as const;

/** A program for x86-64 that a loader would start on: one segment, an interpreter, and whatever tables are wanted. */
export function countedElf({ strings, tags, symbols, tail, library }: CountedElf): Buffer {
  const elf = new ElfWriter({ class: 64, endianness: 'little' });
  elf.entry = library === true ? 0 : elf.place(Buffer.from([0xc3]));
  if (library !== true) {
    // Room for what is written below: the one PT_LOAD, these two and the dynamic segment.
    elf.segments.push({ type: 6, offset: 64, filesz: 4 * 56 });
    const interp = Buffer.from(loader);
    elf.segments.push({ type: 3, offset: elf.place(interp), filesz: interp.length });
  }
  const table = Buffer.concat([Buffer.from([0]), strings, Buffer.from([0])]);
  const strtab = elf.place(table);
  const symtab = elf.place(symbols ?? Buffer.alloc(24));
  const own = [...tags({ place: (bytes) => elf.place(bytes) })];
  const all: (readonly [number, number])[] = [
    [DT.strtab, strtab],
    [DT.strsz, table.length],
    [DT.symtab, symtab],
    [DT.syment, 24],
  ];
  const bytes = Buffer.alloc((all.length + own.length + 1) * 16);
  let at = 0;
  for (const list of [own, all])
    for (const [tag, value] of list) {
      bytes.writeBigUInt64LE(BigInt(tag), at);
      bytes.writeBigUInt64LE(BigInt(value), at + 8);
      at += 16;
    }
  elf.segments.push({ type: 2, offset: elf.place(bytes), filesz: bytes.length });
  if (tail !== undefined) elf.place(tail);
  const whole = elf.bytes();
  // PT_PHDR comes before PT_LOAD (gABI), which is what the writer begins with.
  if (library !== true) Buffer.concat([whole.subarray(120, 176), whole.subarray(64, 120)]).copy(whole, 64);
  return whole;
}
