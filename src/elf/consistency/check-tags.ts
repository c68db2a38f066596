import type { RangeReader } from '../bytes/range-reader.ts';
import { hex } from '../bytes/range-reader.ts';
import {
  DT_AUXILIARY,
  DT_FILTER,
  DT_FINI,
  DT_FINI_ARRAY,
  DT_FINI_ARRAYSZ,
  DT_FLAGS,
  DT_FLAGS_1,
  DT_INIT,
  DT_INIT_ARRAY,
  DT_INIT_ARRAYSZ,
  DT_JMPREL,
  DT_NEEDED,
  DT_PLTGOT,
  DT_PLTREL,
  DT_PLTRELSZ,
  DT_PREINIT_ARRAY,
  DT_PREINIT_ARRAYSZ,
  DT_REL,
  DT_RELA,
  DT_RELAENT,
  DT_RELASZ,
  DT_RELENT,
  DT_RELR,
  DT_RELRENT,
  DT_RELRSZ,
  DT_RELSZ,
  DT_STRSZ,
  DT_STRTAB,
  DT_SYMENT,
  DT_SYMTAB,
  DT_VERDEF,
  DT_VERDEFNUM,
  DT_VERNEED,
  DT_VERNEEDNUM,
  DT_VERSYM,
  PF_W,
} from '../constants.ts';
import type { DynamicTags } from '../dynamic-tags.ts';
import type { ElfClass } from '../elf-file.ts';
import { functionArrays } from './function-arrays.ts';
import type { MemoryView } from './memory-view.ts';

/** The highest tag of the gABI (DT_SYMTABSZ), then what systems and processors have for themselves. */
const highestTag = 39;
const lowestOfSystems = 0x6000_0000;

/** Between these no tag is free for systems: Sun, GNU and prelink have them (binutils include/elf/common.h). */
const lowestOfGnu = 0x6fff_fd00;
const highestOfGnu = 0x6fff_ffff;
const gnuTags: readonly (readonly [from: number, to: number])[] = [
  [0x6fff_fdf4, 0x6fff_fdff],
  [0x6fff_fef5, 0x6fff_feff],
  [0x6fff_fff0, 0x6fff_fff0],
  [0x6fff_fff9, 0x6fff_ffff],
];
const highestOfProcessors = 0x7fff_ffff;

const repeatable = new Set([DT_NEEDED, DT_AUXILIARY, DT_FILTER]);

/** Tags that linkers write together; a loader that finds the first reads the others without asking. */
const companions: readonly (readonly [tag: number, others: readonly number[]])[] = [
  [DT_RELA, [DT_RELASZ, DT_RELAENT]],
  [DT_RELASZ, [DT_RELA]],
  [DT_REL, [DT_RELSZ, DT_RELENT]],
  [DT_RELSZ, [DT_REL]],
  [DT_RELR, [DT_RELRSZ, DT_RELRENT]],
  [DT_RELRSZ, [DT_RELR]],
  [DT_JMPREL, [DT_PLTRELSZ, DT_PLTREL, DT_PLTGOT]],
  [DT_PLTRELSZ, [DT_JMPREL]],
  [DT_INIT_ARRAY, [DT_INIT_ARRAYSZ]],
  [DT_INIT_ARRAYSZ, [DT_INIT_ARRAY]],
  [DT_FINI_ARRAY, [DT_FINI_ARRAYSZ]],
  [DT_FINI_ARRAYSZ, [DT_FINI_ARRAY]],
  [DT_PREINIT_ARRAY, [DT_PREINIT_ARRAYSZ]],
  [DT_STRTAB, [DT_STRSZ, DT_SYMTAB]],
  [DT_SYMTAB, [DT_STRTAB, DT_SYMENT]],
  [DT_VERNEED, [DT_VERNEEDNUM, DT_VERSYM]],
  [DT_VERNEEDNUM, [DT_VERNEED]],
  [DT_VERDEF, [DT_VERDEFNUM, DT_VERSYM]],
  [DT_VERDEFNUM, [DT_VERDEF]],
];

/** Tables of words or of structures with words. */
const aligned = [
  DT_RELA,
  DT_REL,
  DT_RELR,
  DT_JMPREL,
  DT_SYMTAB,
  DT_INIT_ARRAY,
  DT_FINI_ARRAY,
  DT_PREINIT_ARRAY,
];

/** What an entry of a table has in bytes. DT_SYMENT is left out: no loader reads it. */
const entrySizes = (elfClass: ElfClass): readonly (readonly [tag: number, size: number])[] => [
  [DT_RELAENT, (3 * elfClass) / 8],
  [DT_RELENT, (2 * elfClass) / 8],
  [DT_RELRENT, elfClass / 8],
];

function isKnownTag(tag: number): boolean {
  if (tag <= highestTag) return true;
  if (tag < lowestOfSystems || tag > highestOfProcessors) return false;
  return tag < lowestOfGnu || tag > highestOfGnu || gnuTags.some(([from, to]) => tag >= from && tag <= to);
}

function unusualTag(tags: DynamicTags): string | null {
  const seen = new Set<number>();
  for (const tag of tags.all()) {
    if (!isKnownTag(tag)) return `it has the tag ${hex(tag)}, which no linker writes`;
    if (seen.has(tag) && !repeatable.has(tag)) return `it has the tag ${hex(tag)} twice`;
    seen.add(tag);
  }
  return null;
}

function missingCompanion(tags: DynamicTags): string | null {
  for (const [tag, others] of companions) {
    const absent = tags.has(tag) ? others.find((other) => !tags.has(other)) : undefined;
    if (absent !== undefined) return `it has the tag ${hex(tag)} without ${hex(absent)}`;
  }
  return null;
}

function badPlace(tags: DynamicTags, { memory, starts }: MemoryView, elfClass: ElfClass): string | null {
  const pltGot = tags.value(DT_PLTGOT);
  if (pltGot !== null && !memory.has(pltGot, elfClass / 8, PF_W)) return 'DT_PLTGOT is not writable';
  for (const tag of [DT_INIT, DT_FINI]) {
    const address = tags.value(tag);
    const reason =
      address === null || address === 0
        ? null
        : starts.reasonAgainst(address, `the address of the tag ${hex(tag)}`);
    if (reason !== null) return reason;
  }
  const crooked = aligned.find((tag) => (tags.value(tag) ?? 0) % (elfClass / 8) !== 0);
  if (crooked !== undefined) return `the address of the tag ${hex(crooked)} is not aligned`;
  if ([DT_FLAGS, DT_FLAGS_1].some((tag) => (tags.value(tag) ?? 0) > 0xffff_ffff))
    return 'it has flags that no linker writes';
  const rela = tags.value(DT_RELA);
  const plt = tags.value(DT_JMPREL);
  const relaEnd = (rela ?? 0) + (tags.value(DT_RELASZ) ?? 0);
  const pltEnd = (plt ?? 0) + (tags.value(DT_PLTRELSZ) ?? 0);
  if (rela !== null && plt !== null && plt < relaEnd && rela < pltEnd && pltEnd !== relaEnd)
    return 'its relocation tables overlap';
  const odd = functionArrays(tags).find(
    ({ from, to }) => (to - from) % (elfClass / 8) !== 0 || memory.flagsAt(from, to - from) === null,
  );
  return odd === undefined ? null : 'the pointers to its first and last functions are not mapped';
}

/**
 * Records a defect where the tags of the dynamic segment contradict each other or the segments in a way that no linker
 * writes (K15): loaders trust them without a check.
 */
export function checkTags(reader: RangeReader, tags: DynamicTags, view: MemoryView): void {
  const { class: elfClass } = reader.layout;
  const wrongSize = entrySizes(elfClass).find(([tag, size]) => (tags.value(tag) ?? size) !== size);
  const reason =
    unusualTag(tags) ??
    missingCompanion(tags) ??
    (wrongSize === undefined ? null : `the tag ${hex(wrongSize[0])} tells a wrong size of an entry`) ??
    badPlace(tags, view, elfClass);
  if (reason !== null) reader.defect('relocations', `the dynamic segment: ${reason}`);
}
