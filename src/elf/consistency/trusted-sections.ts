import {
  SHF_ALLOC,
  SHF_TLS,
  SHT_DYNAMIC,
  SHT_DYNSYM,
  SHT_FINI_ARRAY,
  SHT_GNU_HASH,
  SHT_GNU_VERDEF,
  SHT_GNU_VERNEED,
  SHT_GNU_VERSYM,
  SHT_HASH,
  SHT_INIT_ARRAY,
  SHT_NOBITS,
  SHT_NOTE,
  SHT_NULL,
  SHT_PREINIT_ARRAY,
  SHT_PROGBITS,
  SHT_REL,
  SHT_RELA,
  SHT_RELR,
  SHT_STRTAB,
} from '../constants.ts';
import { allocatedSections, type Section } from '../section-table.ts';

/** Types of which a linked file has one section, the name that all linkers give it, and the type of what sh_link leads to. */
const single = new Map<number, { readonly name: string; readonly linked: number | null }>([
  [SHT_DYNSYM, { name: '.dynsym', linked: SHT_STRTAB }],
  [SHT_DYNAMIC, { name: '.dynamic', linked: SHT_STRTAB }],
  [SHT_HASH, { name: '.hash', linked: SHT_DYNSYM }],
  [SHT_GNU_HASH, { name: '.gnu.hash', linked: SHT_DYNSYM }],
  [SHT_GNU_VERSYM, { name: '.gnu.version', linked: SHT_DYNSYM }],
  [SHT_GNU_VERNEED, { name: '.gnu.version_r', linked: SHT_STRTAB }],
  [SHT_GNU_VERDEF, { name: '.gnu.version_d', linked: SHT_STRTAB }],
  [SHT_INIT_ARRAY, { name: '.init_array', linked: null }],
  [SHT_FINI_ARRAY, { name: '.fini_array', linked: null }],
  [SHT_PREINIT_ARRAY, { name: '.preinit_array', linked: null }],
  [SHT_RELR, { name: '.relr.dyn', linked: null }],
]);
const typeOfName = new Map([...single].map(([type, { name }]) => [name, type]));

/** With SHT_GNU_ATTRIBUTES; what is above SHT_LOPROC belongs to a machine. */
const others = new Set([SHT_PROGBITS, SHT_STRTAB, SHT_RELA, SHT_NOBITS, SHT_REL, SHT_NOTE, 0x6fff_fff5]);
const lowestOfMachine = 0x7000_0000;
const withEntries = new Set([SHT_DYNSYM, SHT_DYNAMIC, SHT_REL, SHT_RELA]);
/** SHF_* that gABI and GNU define, and those of a machine (SHF_MASKPROC). */
const knownFlags = 0xf020_0ff7;
const pageSize = 4096;
const userSpace = 2 ** 47;

const isAllocated = ({ flags }: Section): boolean => (flags & SHF_ALLOC) !== 0;
const hasBytes = ({ type, size }: Section): boolean => type !== SHT_NOBITS && type !== SHT_NULL && size > 0;

/**
 * The section headers as evidence: all of them where they agree with one another, else none. Neither kernel nor loaders read
 * them (gABI, Sections), so headers that contradict each other change no start, and what they say against segments says nothing.
 */
export function trustedSections(sections: readonly Section[], size: number): readonly Section[] {
  if (isDebugFile(sections)) return sections;
  const agree =
    sections.slice(1).every((section) => isPlausible(section, sections, size)) && followEachOther(sections);
  return agree ? sections : [];
}

/** What `objcopy --only-keep-debug` leaves: of all that is loaded the notes alone have bytes. */
export function isDebugFile(sections: readonly Section[]): boolean {
  const loaded = allocatedSections(sections);
  return loaded.length > 0 && loaded.every(({ type }) => type === SHT_NOBITS || type === SHT_NOTE);
}

function isPlausible(section: Section, sections: readonly Section[], size: number): boolean {
  const { type, flags, address, offset, alignment } = section;
  if (type === SHT_NULL || flags >= 2 ** 32 || (flags & ~knownFlags) !== 0) return false;
  if (hasBytes(section) && offset + section.size > size) return false;
  // `.gnu.build.attributes` has an address and is part of no segment.
  if (!isAllocated(section)) return (address === 0 || type === SHT_NOTE) && !single.has(type);
  if (address + section.size > userSpace || (alignment > 1 && address % alignment !== 0)) return false;
  if (hasBytes(section) && address % pageSize !== offset % pageSize) return false;
  return isKnownKind(section, sections);
}

function isKnownKind(
  { name, type, flags, size, entrySize, link }: Section,
  sections: readonly Section[],
): boolean {
  const kind = single.get(type);
  if (typeOfName.has(name) && typeOfName.get(name) !== type) return false;
  if (kind === undefined ? !others.has(type) && type < lowestOfMachine : kind.name !== name) return false;
  if (((flags & SHF_TLS) !== 0) !== /^\.t(data|bss)\b/.test(name)) return false;
  if (/^\.rela?(\.|$)/.test(name) !== (type === SHT_REL || type === SHT_RELA)) return false;
  if (/^\.t?bss$/.test(name) && type !== SHT_NOBITS) return false;
  if (withEntries.has(type) && (entrySize === 0 || size % entrySize !== 0)) return false;
  const linked = kind?.linked ?? null;
  return linked === null || sections[link]?.type === linked;
}

/** No two sections share bytes of the file or of memory, and both have one order. */
function followEachOther(sections: readonly Section[]): boolean {
  const inFile = sections.filter(hasBytes).toSorted((a, b) => a.offset - b.offset);
  if (inFile.some(({ offset }, at) => offset < endOf(inFile[at - 1], 'offset'))) return false;
  const loaded = inFile.filter(isAllocated);
  if (loaded.some(({ address }, at) => address < endOf(loaded[at - 1], 'address'))) return false;
  const isInMemory = (section: Section) =>
    isAllocated(section) && section.size > 0 && (hasBytes(section) || (section.flags & SHF_TLS) === 0);
  const inMemory = sections.filter(isInMemory).toSorted((a, b) => a.address - b.address);
  return !inMemory.some(({ address }, at) => address < endOf(inMemory[at - 1], 'address'));
}

const endOf = (section: Section | undefined, field: 'offset' | 'address'): number =>
  section === undefined ? 0 : section[field] + section.size;
