import {
  PF_R,
  PF_W,
  PF_X,
  PT_DYNAMIC,
  PT_GNU_PROPERTY,
  PT_GNU_RELRO,
  PT_INTERP,
  PT_LOAD,
  PT_NOTE,
  PT_PHDR,
  PT_TLS,
} from '../../elf/constants.ts';
import type { ElfFile, Segment } from '../../elf/elf-file.ts';
import { fileRangeOf } from '../../elf/segments.ts';
import { pageSize } from './lost-pages.ts';

/** More than any machine that runs containers has for one segment. */
const mostMemory = 2 ** 32;
/** Kernels since 5.10 place a program by it; linkers write 2 MiB at most, or what one was told. */
const mostAlignment = 2 ** 26;
const mostThreadStorage = 2 ** 30;

/** Neither R, W and X nor the bits of systems and processors (PF_MASKOS, PF_MASKPROC). */
const unusualFlags = 0x000f_fff8;

const pageOf = (address: number): number => Math.floor(address / pageSize);

function hasPage(loads: readonly Segment[], address: number): boolean {
  return loads.some(
    ({ vaddr, memsz }) => pageOf(address) >= pageOf(vaddr) && pageOf(address) <= pageOf(vaddr + memsz - 1),
  );
}

/** 0, 1 and powers of two: no linker writes an alignment above 2^31. */
const isAlignment = (align: number): boolean => align <= 2 ** 31 && (align & (align - 1)) === 0;

function oddLoad(load: Segment, index: number, loads: readonly Segment[]): string | null {
  const before = loads[index - 1];
  if (before !== undefined && load.vaddr < before.vaddr + before.memsz)
    return 'its PT_LOAD segments overlap or are out of order';
  // UPX makes two segments that begin with the first byte of the file.
  const shares =
    before !== undefined &&
    load.offset !== before.offset &&
    Math.min(load.filesz, before.filesz) > 0 &&
    load.offset < before.offset + before.filesz;
  if (shares) return 'its PT_LOAD segments share bytes of the file';
  if ((load.flags & unusualFlags) !== 0) return 'a segment has unknown flags';
  if (load.align > mostAlignment) return 'a segment has an impossible alignment';
  if (load.memsz > mostMemory) return 'a segment requires more memory than many machines have';
  return load.filesz > 0 && (load.flags & (PF_R | PF_W | PF_X)) === 0
    ? 'a segment may not even be read'
    : null;
}

/** `_dl_allocate_tls_init` of glibc and `copy_tls` of musl trust these numbers. */
function oddThreadStorage(
  { vaddr, offset, filesz, memsz, align }: Segment,
  all: readonly Segment[],
): string | null {
  if (filesz > memsz) return 'PT_TLS is smaller in memory than in the file';
  if (memsz > mostThreadStorage || (align === 0 && memsz > 0) || !isAlignment(align))
    return 'PT_TLS has an impossible size or alignment';
  const available = filesz === 0 ? 0 : (fileRangeOf(all, vaddr)?.available ?? -1);
  if (available < filesz) return 'PT_TLS lies in no PT_LOAD segment';
  return filesz > 0 && fileRangeOf(all, vaddr)?.offset !== offset
    ? 'PT_TLS does not lead to its bytes'
    : null;
}

/**
 * `_dl_protect_relro`: whole pages only, without the last one; mprotect of unmapped pages ends the start. glibc also
 * rounds where nothing remains, so the place must be one of the file.
 */
function oddRelro({ vaddr, offset, filesz, memsz }: Segment, loads: readonly Segment[]): string | null {
  const [start, end] = [pageOf(vaddr) * pageSize, pageOf(vaddr + memsz) * pageSize];
  if (filesz > 0 && fileRangeOf(loads, vaddr)?.offset !== offset)
    return 'PT_GNU_RELRO does not lead to its bytes';
  if (start >= end || (hasPage(loads, start) && hasPage(loads, end - 1))) return null;
  return 'PT_GNU_RELRO reaches out of the PT_LOAD segments';
}

/** The bytes of a segment lie within a PT_LOAD, at the same place of the file and of memory. */
function isContent({ vaddr, offset, filesz }: Segment, all: readonly Segment[]): boolean {
  if (filesz === 0) return true;
  const range = fileRangeOf(all, vaddr);
  return range?.offset === offset && range.available >= filesz;
}

/**
 * glibc reads the notes of a library by their offset and those of a program by their address, p_memsz bytes of them. Where
 * `strip --remove-section` removed their section, the address is 0.
 */
function oddNotes(segment: Segment, all: readonly Segment[]): string | null {
  if (segment.memsz !== segment.filesz) return 'PT_NOTE has another size in memory than in the file';
  const isStripped = segment.vaddr === 0 && segment.memsz <= pageSize;
  return isStripped || isContent(segment, all) ? null : 'PT_NOTE does not lie in a PT_LOAD segment';
}

/** glibc reads these by their address, which need not lead to their bytes: patchelf leaves such a PT_GNU_PROPERTY behind. */
function oddAddress({ vaddr, memsz }: Segment, name: string, loads: readonly Segment[]): string | null {
  return memsz === 0 || hasPage(loads, vaddr) ? null : `${name} is not mapped`;
}

/** The gABI's types, GNU's and other systems', and the processors'. */
const isKnownType = (type: number): boolean => type <= 7 || (type >= 0x6000_0000 && type <= 0x7fff_ffff);

/** Loaders use the distance between PT_PHDR's address and AT_PHDR as the program's load address. */
function oddHeaderPlace({ vaddr, offset }: Segment, all: readonly Segment[]): string | null {
  return fileRangeOf(all, vaddr)?.offset === offset ? null : 'PT_PHDR does not lead to the program headers';
}

const known = new WeakMap<readonly Segment[], { readonly reason: string | null }>();

/**
 * Program headers that no linker writes and that kernel and loaders trust without a check: their effect depends on what
 * is in memory by chance. Null when there are none (K15).
 */
export function oddSegments({ segments }: Pick<ElfFile, 'segments'>): string | null {
  const had = known.get(segments);
  if (had !== undefined) return had.reason;
  const reason = findOdd(segments);
  known.set(segments, { reason });
  return reason;
}

function oddSegment(
  segment: Segment,
  segments: readonly Segment[],
  loads: readonly Segment[],
): string | null {
  const { type } = segment;
  if (!isKnownType(type)) return `a segment has the unknown type 0x${type.toString(16)}`;
  switch (type) {
    case PT_DYNAMIC:
      return isContent(segment, segments) ? null : 'PT_DYNAMIC does not lie in a PT_LOAD segment';
    case PT_NOTE:
      return oddNotes(segment, segments);
    case PT_TLS:
      return oddThreadStorage(segment, segments);
    case PT_GNU_RELRO:
      return oddRelro(segment, loads);
    case PT_GNU_PROPERTY:
      return oddAddress(segment, 'PT_GNU_PROPERTY', loads);
    case PT_INTERP:
      return oddAddress(segment, 'PT_INTERP', loads);
    case PT_PHDR:
      return oddHeaderPlace(segment, segments);
    default:
      return null;
  }
}

function findOdd(segments: readonly Segment[]): string | null {
  const addresses = segments.flatMap(({ type, vaddr }) => (type === PT_LOAD ? [vaddr] : []));
  if (addresses.some((address, index) => address < (addresses[index - 1] ?? 0)))
    return 'its PT_LOAD segments are out of order';
  const loads = segments.filter(({ type, memsz }) => type === PT_LOAD && memsz > 0);
  for (const [index, load] of loads.entries()) {
    const reason = oddLoad(load, index, loads);
    if (reason !== null) return reason;
  }
  const headersAt = segments.findLastIndex(({ type }) => type === PT_PHDR);
  const firstLoad = segments.findIndex(({ type }) => type === PT_LOAD);
  if (firstLoad >= 0 && headersAt > firstLoad) return 'PT_PHDR comes after a PT_LOAD segment';
  const needsHeaders = segments.some(
    ({ type }) => type === PT_TLS || type === PT_INTERP || type === PT_DYNAMIC,
  );
  const first = segments[headersAt]?.offset ?? 0;
  if (needsHeaders && !loads.some(({ offset, filesz }) => first >= offset && first < offset + filesz))
    return 'its program headers are not mapped';
  for (const segment of segments) {
    const reason = oddSegment(segment, segments, loads);
    if (reason !== null) return reason;
  }
  return null;
}
