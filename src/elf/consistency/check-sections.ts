import type { RangeReader } from '../bytes/range-reader.ts';
import {
  PF_W,
  PF_X,
  PT_DYNAMIC,
  PT_GNU_RELRO,
  PT_INTERP,
  PT_LOAD,
  PT_TLS,
  SHF_EXECINSTR,
  SHF_TLS,
  SHF_WRITE,
  SHT_DYNAMIC,
  SHT_NOBITS,
} from '../constants.ts';
import type { Segment } from '../elf-file.ts';
import { allocatedSections, type Section } from '../section-table.ts';
import { fileRangeOf, isTruncated } from '../segments.ts';

/** What a program writes to after its loader has made PT_GNU_RELRO read-only. */
const writtenLater = new Set(['.data', '.bss', '.sdata', '.sbss']);
const pageSize = 4096;

const isThreadLocal = ({ flags }: Section): boolean => (flags & SHF_TLS) !== 0;
const hasBytes = ({ type }: Section): boolean => type !== SHT_NOBITS;

/**
 * Records a defect where the program headers contradict the section headers, if there are any: linkers, strip, objcopy and
 * patchelf write both from one layout (gABI, Sections). `isEntered`: e_entry is not 0. What `objcopy --only-keep-debug` leaves has no bytes to compare.
 */
export function checkSegments(
  reader: RangeReader,
  segments: readonly Segment[],
  sections: readonly Section[],
  isEntered: boolean,
): void {
  const allocated = allocatedSections(sections);
  const reason =
    oddEnd(allocated, segments, reader.size) ??
    oddPlace(allocated, segments) ??
    oddThreadStorage(allocated, segments) ??
    oddSingle(allocated, segments, isEntered);
  if (reason !== null) reader.defect('sections', reason);
}

/** A file with all of its sections was not truncated. */
function oddEnd(allocated: readonly Section[], segments: readonly Segment[], size: number): string | null {
  const isWhole = allocated.every((section) => !hasBytes(section) || section.offset + section.size <= size);
  return allocated.length > 0 && isWhole && isTruncated(segments, size)
    ? 'a segment reaches past the end of the file, and no section does'
    : null;
}

function oddPlace(allocated: readonly Section[], segments: readonly Segment[]): string | null {
  for (const section of allocated) {
    const { address, offset, size, name } = section;
    if (hasBytes(section)) {
      const range = fileRangeOf(segments, address);
      if (range?.offset !== offset || range.available < size)
        return `the section ${name} lies elsewhere than the PT_LOAD segments say`;
    }
    if (isThreadLocal(section)) continue;
    const load = segments.findLast(
      ({ type, vaddr, memsz }) => type === PT_LOAD && address >= vaddr && address + size <= vaddr + memsz,
    );
    if (load === undefined) return `the section ${name} lies in no PT_LOAD segment`;
    const needed =
      ((section.flags & SHF_WRITE) === 0 ? 0 : PF_W) | ((section.flags & SHF_EXECINSTR) === 0 ? 0 : PF_X);
    if ((load.flags & needed) !== needed) return `the section ${name} has rights that its segment lacks`;
  }
  return null;
}

function oddThreadStorage(allocated: readonly Section[], segments: readonly Segment[]): string | null {
  const parts = allocated.filter(isThreadLocal);
  if (parts.length === 0) return null;
  const segment = segments.findLast(({ type }) => type === PT_TLS);
  const endOf = (some: readonly Section[]) => Math.max(...some.map(({ address, size }) => address + size));
  const start = Math.min(...parts.map(({ address }) => address));
  const data = parts.filter(hasBytes);
  const fits =
    segment?.vaddr === start &&
    segment.memsz === endOf(parts) - start &&
    segment.filesz === (data.length === 0 ? 0 : endOf(data) - start);
  return fits ? null : 'PT_TLS differs from the sections of thread-local storage';
}

/** Sections that are segments of their own, and those that PT_GNU_RELRO may not reach. */
function oddSingle(
  allocated: readonly Section[],
  segments: readonly Segment[],
  isEntered: boolean,
): string | null {
  const last = (type: number) => segments.findLast((segment) => segment.type === type);
  const dynamic = allocated.find(({ type }) => type === SHT_DYNAMIC);
  // Loaders refuse a library, and a program that names a loader, without one (G12, G13); a static PIE is entered all the same.
  const isStaticPie = isEntered && last(PT_INTERP) === undefined;
  const dynamicAt = last(PT_DYNAMIC)?.vaddr ?? (isStaticPie ? null : dynamic?.address);
  if (dynamic !== undefined && hasBytes(dynamic) && dynamicAt !== dynamic.address)
    return 'PT_DYNAMIC does not lead to the section .dynamic';
  const interp = allocated.find((section) => section.name === '.interp' && hasBytes(section));
  // The kernel takes the first one (K20).
  const interpAt = segments.find(({ type }) => type === PT_INTERP)?.vaddr;
  if (interp !== undefined && interpAt !== interp.address)
    return 'PT_INTERP does not lead to the section .interp';
  const relro = last(PT_GNU_RELRO);
  if (relro === undefined) return null;
  const from = Math.floor(relro.vaddr / pageSize) * pageSize;
  const to = Math.floor((relro.vaddr + relro.memsz) / pageSize) * pageSize;
  const covered = allocated.find(
    ({ name, address, size }) => writtenLater.has(name) && address < to && address + size > from,
  );
  return covered === undefined ? null : `PT_GNU_RELRO makes the section ${covered.name} read-only`;
}
