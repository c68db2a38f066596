import type { ByteSource } from './bytes/byte-source.ts';
import { readOrNull } from './bytes/byte-sources.ts';
import { Bytes, type Layout } from './bytes/bytes.ts';
import { ELFCLASS32, ELFDATA2MSB } from './constants.ts';
import { ElfError } from './elf-error.ts';
import type { ElfClass, ElfFile, Endianness } from './elf-file.ts';

/** The file header (Elf64_Ehdr / Elf32_Ehdr): the fields that a loader checks. */
export interface FileHeader
  extends Pick<
    ElfFile,
    | 'identClass'
    | 'identData'
    | 'identVersion'
    | 'osabi'
    | 'abiVersion'
    | 'identPadding'
    | 'type'
    | 'machine'
    | 'entry'
    | 'phentsize'
    | 'phnum'
  > {
  /** How the file is laid out, which is not always what e_ident says (see `layoutOf`). */
  readonly layout: Layout;
  readonly phoff: number;
  readonly shnum: number;
  /** The bytes of the header itself. */
  readonly bytes: Bytes;
}

/** Sizes of Ehdr, Phdr and Shdr. */
export const tableSizes = {
  32: { fileHeader: 52, programHeader: 32, sectionHeader: 40 },
  64: { fileHeader: 64, programHeader: 56, sectionHeader: 64 },
} as const;

/** Where fields stand that the two classes have at different places. */
export const headerOffsets = {
  32: {
    entry: 24,
    phoff: 28,
    shoff: 32,
    ehsize: 40,
    phentsize: 42,
    phnum: 44,
    shentsize: 46,
    shnum: 48,
    shstrndx: 50,
  },
  64: {
    entry: 24,
    phoff: 32,
    shoff: 40,
    ehsize: 52,
    phentsize: 54,
    phnum: 56,
    shentsize: 58,
    shnum: 60,
    shstrndx: 62,
  },
} as const;

/** Throws ElfError when there is no ELF magic or the file is shorter than its file header. */
export function readFileHeader(source: ByteSource): FileHeader {
  const head = readOrNull(source, 0, tableSizes[64].fileHeader);
  if (head === null) throw new ElfError('the file header cannot be read');
  if (head.length < 4 || head[0] !== 0x7f || head[1] !== 0x45 || head[2] !== 0x4c || head[3] !== 0x46) {
    throw new ElfError('not an ELF file: it does not start with the ELF magic');
  }
  if (head.length < tableSizes[32].fileHeader) throw tooShort(head.length);
  const layout = layoutOf(head);
  const size = tableSizes[layout.class].fileHeader;
  if (head.length < size) throw tooShort(head.length);
  const bytes = new Bytes(head.subarray(0, size), layout);
  const at = headerOffsets[layout.class];
  return {
    layout,
    identClass: bytes.u8(4),
    identData: bytes.u8(5),
    identVersion: bytes.u8(6),
    osabi: bytes.u8(7),
    abiVersion: bytes.u8(8),
    identPadding: bytes.raw.subarray(9, 16).some((byte) => byte !== 0),
    type: bytes.u16(16),
    machine: bytes.u16(18),
    entry: entryOf(bytes, layout),
    phoff: bytes.word(at.phoff),
    phentsize: bytes.u16(at.phentsize),
    phnum: bytes.u16(at.phnum),
    shnum: bytes.u16(at.shnum),
    bytes,
  };
}

/**
 * The kernel never looks at EI_CLASS and EI_DATA of a program on most machines (K10), so a file with a wrong byte there
 * still runs. Trust them, unless e_ehsize and e_phentsize fit another layout and not this one; nothing checks e_ehsize,
 * so e_phentsize alone decides where both fit none.
 */
function layoutOf(head: Uint8Array): Layout {
  const declared: Layout = {
    class: head[4] === ELFCLASS32 ? 32 : 64,
    endianness: head[5] === ELFDATA2MSB ? 'big' : 'little',
  };
  const classes: readonly ElfClass[] = [32, 64];
  const orders: readonly Endianness[] = ['little', 'big'];
  const others = classes.flatMap((elfClass) => orders.map((endianness) => ({ class: elfClass, endianness })));
  const layouts = [declared, ...others];
  return (
    layouts.find((layout) => fits(head, layout, ['ehsize', 'phentsize'])) ??
    layouts.find((layout) => fits(head, layout, ['phentsize'])) ??
    declared
  );
}

type SizeField = 'ehsize' | 'phentsize';

function fits(head: Uint8Array, layout: Layout, fields: readonly SizeField[]): boolean {
  const sizes = tableSizes[layout.class];
  if (head.length < sizes.fileHeader) return false;
  const bytes = new Bytes(head, layout);
  const at = headerOffsets[layout.class];
  const native = { ehsize: sizes.fileHeader, phentsize: sizes.programHeader };
  return fields.every((field) => bytes.u16(at[field]) === native[field]);
}

function entryOf(bytes: Bytes, layout: Layout): string {
  const at = headerOffsets[layout.class].entry;
  if (layout.class === 32) return `0x${bytes.u32(at).toString(16)}`;
  const entry =
    layout.endianness === 'little' ? bytes.raw.readBigUInt64LE(at) : bytes.raw.readBigUInt64BE(at);
  return `0x${entry.toString(16)}`;
}

function tooShort(size: number): ElfError {
  return new ElfError(`not a whole ELF file: ${size} bytes are less than a file header`);
}
