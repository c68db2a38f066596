import { Bytes, type Layout } from './bytes/bytes.ts';
import { hex, type RangeReader } from './bytes/range-reader.ts';
import { PT_LOAD } from './constants.ts';
import type { Segment } from './elf-file.ts';
import { type FileHeader, tableSizes } from './file-header.ts';
import type { FixedTables, FixedTablesDecoder } from './fixed-tables.ts';

/** The program headers as far as the file holds them. e_phnum 0xffff is an ordinary number here, as it is for kernel and loaders. */
export function readFixedTables(
  reader: RangeReader,
  header: FileHeader,
  decode: FixedTablesDecoder,
): FixedTables {
  const native = tableSizes[header.layout.class].programHeader;
  const { phnum, phentsize, phoff } = header;
  if (phnum === 0) return decode(header, new Bytes(new Uint8Array(0), header.layout));
  if (phentsize < native) {
    reader.defect('program-headers', `e_phentsize is ${phentsize}, a program header has ${native} bytes`);
    return decode(header, new Bytes(new Uint8Array(0), header.layout));
  }
  const bytes = reader.read('program-headers', phoff, phnum * phentsize);
  return decode(header, phentsize === native ? bytes : closeUp(bytes, phentsize, native, header.layout));
}

/** Entries longer than native are legal to some loaders (musl steps by e_phentsize); the rest behind the native part is ignored. */
function closeUp(bytes: Bytes, step: number, native: number, layout: Layout): Bytes {
  const count = Math.floor(bytes.length / step);
  const closed = Buffer.alloc(count * native);
  for (let index = 0; index < count; index++) {
    bytes.raw.copy(closed, index * native, index * step, index * step + native);
  }
  return new Bytes(closed, layout);
}

/** Some PT_LOAD promises bytes past the end of the file (K14, G14). */
export function isTruncated(segments: readonly Segment[], size: number): boolean {
  return segments.some(
    ({ type, offset, filesz }) => type === PT_LOAD && filesz > 0 && offset + filesz > size,
  );
}

/** A place in the file and how many bytes of its segment follow there. */
export interface MappedRange {
  readonly offset: number;
  readonly available: number;
}

/** Where in the file the bytes of an address lie; null when no PT_LOAD has file bytes for it. A later PT_LOAD is mapped over an earlier one. */
export function fileRangeOf(segments: readonly Segment[], address: number): MappedRange | null {
  if (!Number.isSafeInteger(address)) return null;
  const segment = segments.findLast(
    ({ type, vaddr, filesz }) => type === PT_LOAD && address >= vaddr && address < vaddr + filesz,
  );
  if (segment === undefined || !Number.isSafeInteger(segment.vaddr + segment.filesz)) return null;
  const inside = address - segment.vaddr;
  return { offset: segment.offset + inside, available: segment.filesz - inside };
}

/** An address as text, for defects. */
export function describeAddress(address: number): string {
  return `address ${hex(address)} lies in no PT_LOAD segment`;
}
