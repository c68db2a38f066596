import type { Layout } from '../../src/elf/bytes/bytes.ts';
import { headerOffsets, tableSizes } from '../../src/elf/file-header.ts';

/** One program header to be written. */
export interface WrittenSegment {
  readonly type: number;
  readonly flags?: number;
  readonly offset: number;
  readonly vaddr?: number;
  readonly filesz: number;
  readonly memsz?: number;
  readonly align?: number;
}

/** Makes ELF files that no linker makes. Addresses are file offsets: one PT_LOAD covers the whole file. */
export class ElfWriter {
  readonly layout: Layout;
  machine = 62;
  type = 3;
  flags = 0;
  entry = 0;
  phentsize: number;
  /** Segments besides the one PT_LOAD, which is written first. */
  readonly segments: WrittenSegment[] = [];
  readonly #parts: Buffer[] = [];
  readonly #start: number;
  #end: number;

  /** `room` is for how many program headers there will be. */
  constructor(layout: Layout, room = 16) {
    this.layout = layout;
    this.phentsize = tableSizes[layout.class].programHeader;
    this.#start = tableSizes[layout.class].fileHeader + room * (this.phentsize + 8);
    this.#end = this.#start;
  }

  /** Puts bytes at the next multiple of 8 and gives their address. */
  place(bytes: Uint8Array): number {
    const padding = (8 - (this.#end % 8)) % 8;
    this.#parts.push(Buffer.alloc(padding), Buffer.from(bytes));
    const address = this.#end + padding;
    this.#end = address + bytes.length;
    return address;
  }

  /** 16-bit (`h`), 32-bit (`w`) and class-sized (`a`) numbers, and bytes (`b`), one letter a number. */
  pack(format: string, ...values: readonly number[]): Buffer {
    return Buffer.concat(
      values.map((value, index) => {
        const letter = format[index % format.length];
        const size = letter === 'b' ? 1 : letter === 'h' ? 2 : letter === 'w' ? 4 : this.layout.class / 8;
        return this.#number(value, size);
      }),
    );
  }

  /** A symbol: name offset, type, binding, section index, value. */
  symbol(name: number, type: number, binding: number, section: number, value = 0, size = 0): Buffer {
    const info = (binding << 4) | type;
    if (this.layout.class === 32) return this.pack('wwwbbh', name, value, size, info, 0, section);
    return this.pack('wbbhaa', name, info, 0, section, value, size);
  }

  /** Puts tags and DT_NULL into a PT_DYNAMIC segment. */
  dynamic(tags: readonly (readonly [tag: number, value: number])[]): void {
    const bytes = Buffer.concat([...tags, [0, 0] as const].map(([tag, value]) => this.pack('a', tag, value)));
    this.segments.push({ type: 2, offset: this.place(bytes), filesz: bytes.length });
  }

  bytes(): Buffer {
    const { layout } = this;
    const sizes = tableSizes[layout.class];
    const at = headerOffsets[layout.class];
    const head = Buffer.alloc(this.#start);
    const put = (offset: number, bytes: Buffer) => void bytes.copy(head, offset);
    put(
      0,
      Buffer.from([0x7f, 0x45, 0x4c, 0x46, layout.class / 32, layout.endianness === 'little' ? 1 : 2, 1]),
    );
    put(16, this.pack('hhw', this.type, this.machine, 1));
    put(at.entry, this.pack('a', this.entry));
    put(at.phoff, this.pack('a', sizes.fileHeader));
    put(at.shoff + layout.class / 8, this.pack('w', this.flags));
    const all = [{ type: 1, flags: 7, offset: 0, filesz: this.#end, align: 4096 }, ...this.segments];
    put(at.ehsize, this.pack('h', sizes.fileHeader, this.phentsize, all.length, sizes.sectionHeader));
    all.forEach((segment, index) => {
      put(sizes.fileHeader + index * this.phentsize, this.#programHeader(segment));
    });
    return Buffer.concat([head, ...this.#parts]);
  }

  #programHeader({
    type,
    flags = 4,
    offset,
    vaddr = offset,
    filesz,
    memsz = filesz,
    align = 8,
  }: WrittenSegment): Buffer {
    if (this.layout.class === 32)
      return this.pack('w', type, offset, vaddr, vaddr, filesz, memsz, flags, align);
    return this.pack('wwaaaaaa', type, flags, offset, vaddr, vaddr, filesz, memsz, align);
  }

  #number(value: number, size: number): Buffer {
    const bytes = Buffer.alloc(size);
    let left = BigInt(value);
    for (let index = 0; index < size; index++) {
      bytes[this.layout.endianness === 'little' ? index : size - 1 - index] = Number(left & 0xffn);
      left >>= 8n;
    }
    return bytes;
  }
}

/** The four ways to lay out an ELF file. */
export const layouts: readonly Layout[] = [
  { class: 64, endianness: 'little' },
  { class: 64, endianness: 'big' },
  { class: 32, endianness: 'little' },
  { class: 32, endianness: 'big' },
];

export const describeLayout = ({ class: elfClass, endianness }: Layout) =>
  `${elfClass} bit, ${endianness} endian`;
