import { PF_R, PF_W, PF_X, PT_GNU_RELRO, PT_LOAD, PT_PHDR, PT_TLS } from '../../elf/constants.ts';
import type { ElfFile, Segment } from '../../elf/elf-file.ts';
import { fileRangeOf } from '../../elf/segments.ts';
import { pageSize } from './lost-pages.ts';

/** More than any machine that runs containers has for one segment. */
const mostMemory = 2 ** 40;
const mostThreadStorage = 2 ** 30;

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
  if (load.memsz > mostMemory) return 'a segment requires more memory than machines have';
  return load.filesz > 0 && (load.flags & (PF_R | PF_W | PF_X)) === 0
    ? 'a segment may not even be read'
    : null;
}

/** `_dl_allocate_tls_init` of glibc and `copy_tls` of musl trust these numbers. */
function oddThreadStorage({ vaddr, filesz, memsz, align }: Segment, all: readonly Segment[]): string | null {
  if (filesz > memsz) return 'PT_TLS is smaller in memory than in the file';
  if (memsz > mostThreadStorage || !isAlignment(align)) return 'PT_TLS has an impossible size or alignment';
  const available = filesz === 0 ? 0 : (fileRangeOf(all, vaddr)?.available ?? -1);
  return available < filesz ? 'PT_TLS lies in no PT_LOAD segment' : null;
}

/** `_dl_protect_relro`: whole pages only, without the last one; mprotect of unmapped pages ends the start. */
function oddRelro({ vaddr, memsz }: Segment, loads: readonly Segment[]): string | null {
  const [start, end] = [pageOf(vaddr) * pageSize, pageOf(vaddr + memsz) * pageSize];
  if (start >= end || (hasPage(loads, start) && hasPage(loads, end - 1))) return null;
  return 'PT_GNU_RELRO reaches out of the PT_LOAD segments';
}

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

function findOdd(segments: readonly Segment[]): string | null {
  const loads = segments.filter(({ type, memsz }) => type === PT_LOAD && memsz > 0);
  for (const [index, load] of loads.entries()) {
    const reason = oddLoad(load, index, loads);
    if (reason !== null) return reason;
  }
  for (const segment of segments) {
    const reason =
      segment.type === PT_TLS
        ? oddThreadStorage(segment, segments)
        : segment.type === PT_GNU_RELRO
          ? oddRelro(segment, loads)
          : segment.type === PT_PHDR
            ? oddHeaderPlace(segment, segments)
            : null;
    if (reason !== null) return reason;
  }
  return null;
}
