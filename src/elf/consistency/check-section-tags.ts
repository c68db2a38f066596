import type { RangeReader } from '../bytes/range-reader.ts';
import { hex } from '../bytes/range-reader.ts';
import {
  DT_FINI,
  DT_FINI_ARRAY,
  DT_FINI_ARRAYSZ,
  DT_GNU_HASH,
  DT_HASH,
  DT_INIT,
  DT_INIT_ARRAY,
  DT_INIT_ARRAYSZ,
  DT_JMPREL,
  DT_PLTRELSZ,
  DT_PREINIT_ARRAY,
  DT_PREINIT_ARRAYSZ,
  DT_REL,
  DT_RELA,
  DT_RELASZ,
  DT_RELR,
  DT_RELRSZ,
  DT_RELSZ,
  DT_STRSZ,
  DT_STRTAB,
  DT_SYMTAB,
  DT_VERDEF,
  DT_VERDEFNUM,
  DT_VERNEED,
  DT_VERNEEDNUM,
  DT_VERSYM,
  EM_ARM,
  EM_MIPS,
  EM_PPC64,
  SHT_DYNSYM,
  SHT_FINI_ARRAY,
  SHT_GNU_HASH,
  SHT_GNU_VERDEF,
  SHT_GNU_VERNEED,
  SHT_GNU_VERSYM,
  SHT_HASH,
  SHT_INIT_ARRAY,
  SHT_NOBITS,
  SHT_PREINIT_ARRAY,
  SHT_PROGBITS,
  SHT_REL,
  SHT_RELA,
  SHT_RELR,
} from '../constants.ts';
import type { DynamicTags } from '../dynamic-tags.ts';
import { allocatedSections, type Section } from '../section-table.ts';
import type { FunctionStarts } from './function-starts.ts';
import type { MemoryView } from './memory-view.ts';

/** A section type of which a linked file has one, the tag of its address, and the tag of its size or of sh_info. */
interface Pair {
  readonly type: number;
  readonly tag: number;
  readonly size?: number;
  readonly count?: number;
}

const pairs: readonly Pair[] = [
  { type: SHT_DYNSYM, tag: DT_SYMTAB },
  { type: SHT_HASH, tag: DT_HASH },
  { type: SHT_GNU_HASH, tag: DT_GNU_HASH },
  { type: SHT_GNU_VERSYM, tag: DT_VERSYM },
  { type: SHT_GNU_VERNEED, tag: DT_VERNEED, count: DT_VERNEEDNUM },
  { type: SHT_GNU_VERDEF, tag: DT_VERDEF, count: DT_VERDEFNUM },
  { type: SHT_INIT_ARRAY, tag: DT_INIT_ARRAY, size: DT_INIT_ARRAYSZ },
  { type: SHT_FINI_ARRAY, tag: DT_FINI_ARRAY, size: DT_FINI_ARRAYSZ },
  { type: SHT_PREINIT_ARRAY, tag: DT_PREINIT_ARRAY, size: DT_PREINIT_ARRAYSZ },
  { type: SHT_RELR, tag: DT_RELR, size: DT_RELRSZ },
];

const tables = [
  [DT_RELA, DT_RELASZ],
  [DT_REL, DT_RELSZ],
  [DT_JMPREL, DT_PLTRELSZ],
] as const;

/**
 * Records a defect where the dynamic segment contradicts the section headers, if there are any that have bytes. Linkers and
 * patchelf make the tags from the sections (gABI, Dynamic Section); a loader reads the tags alone.
 */
export function checkSectionTags(
  reader: RangeReader,
  tags: DynamicTags,
  sections: readonly Section[],
  machine: number,
  { starts }: MemoryView,
): void {
  const allocated = allocatedSections(sections).filter(({ type }) => type !== SHT_NOBITS);
  if (!allocated.some(({ type }) => type === SHT_DYNSYM)) return;
  const reason =
    oddPair(tags, allocated) ??
    oddStrings(tags, allocated, sections) ??
    oddFunction(tags, allocated, machine, starts) ??
    oddRelocations(tags, allocated);
  if (reason !== null) reader.defect('sections', reason);
}

const differs = (tag: number, { name }: Section): string =>
  `the tag ${hex(tag)} of the dynamic segment differs from the section ${name}`;

function oddPair(tags: DynamicTags, allocated: readonly Section[]): string | null {
  for (const { type, tag, size, count } of pairs) {
    const section = allocated.find((each) => each.type === type);
    if (section === undefined) {
      if ((tags.value(tag) ?? 0) === 0 || (size !== undefined && tags.value(size) === 0)) continue;
      return `the tag ${hex(tag)} of the dynamic segment leads to a section that is not there`;
    }
    if (tags.value(tag) !== section.address) return differs(tag, section);
    if (size !== undefined && tags.value(size) !== section.size) return differs(size, section);
    if (count !== undefined && tags.value(count) !== section.info) return differs(count, section);
  }
  return null;
}

function oddStrings(
  tags: DynamicTags,
  allocated: readonly Section[],
  sections: readonly Section[],
): string | null {
  const link = allocated.find(({ type }) => type === SHT_DYNSYM)?.link ?? 0;
  const strings = sections[link];
  if (strings === undefined) return null;
  if (tags.value(DT_STRTAB) !== strings.address) return differs(DT_STRTAB, strings);
  return tags.value(DT_STRSZ) === strings.size ? null : differs(DT_STRSZ, strings);
}

/**
 * DT_INIT and DT_FINI are the addresses of the sections that crti.o begins, with the bit of Thumb or of microMIPS; or of
 * functions that the linker was told (`-init`), which have unwind information as all others.
 */
function oddFunction(
  tags: DynamicTags,
  allocated: readonly Section[],
  machine: number,
  starts: FunctionStarts,
): string | null {
  // Functions of PowerPC 64 (ELFv1) are descriptors in data.
  if (machine === EM_PPC64) return null;
  const mode = machine === EM_ARM || machine === EM_MIPS ? 1 : 0;
  for (const [wanted, tag] of [
    ['.init', DT_INIT],
    ['.fini', DT_FINI],
  ] as const) {
    const section = allocated.find(({ name, type }) => name === wanted && type === SHT_PROGBITS);
    const address = tags.value(tag);
    if (section === undefined) continue;
    const isOther = address !== null && starts.isKnownBegin(address);
    if (isOther || (address !== null && address - (address % 2) * mode === section.address)) continue;
    return differs(tag, section);
  }
  return null;
}

/** The tables of relocations begin and end with sections, and leave none out. */
function oddRelocations(tags: DynamicTags, allocated: readonly Section[]): string | null {
  const sections = allocated.filter(({ type }) => type === SHT_REL || type === SHT_RELA);
  const ranges = tables.flatMap(([tag, sizeTag]) => {
    const [from, size] = [tags.value(tag), tags.value(sizeTag)];
    return from === null || size === null || size === 0 ? [] : [{ tag, from, to: from + size }];
  });
  const lost = sections.find(
    ({ address, size }) => !ranges.some(({ from, to }) => address >= from && address + size <= to),
  );
  if (lost !== undefined) return `the section ${lost.name} is in no table of relocations`;
  const odd = ranges.find(
    ({ from, to }) =>
      !sections.some(({ address }) => address === from) ||
      !sections.some(({ address, size }) => address + size === to),
  );
  return odd === undefined
    ? null
    : `the tag ${hex(odd.tag)} of the dynamic segment differs from the sections of relocations`;
}
