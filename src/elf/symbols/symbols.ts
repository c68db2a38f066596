import type { Bytes } from '../bytes/bytes.ts';
import type { RangeReader } from '../bytes/range-reader.ts';
import type { SymbolChecker } from '../consistency/check-symbols.ts';
import { SHN_UNDEF, STB_LOCAL, STT_NOTYPE } from '../constants.ts';
import type { DynamicSymbol } from '../elf-file.ts';
import type { MappedRange } from '../segments.ts';
import type { StringTable } from './string-table.ts';
import { symbolSize } from './symbol-count.ts';
import type { VersionName } from './symbol-versions.ts';

const hiddenVersion = 0x8000;

/** The entries of DT_VERSYM, one for each symbol, and the meaning of their indexes. */
export interface SymbolVersions {
  readonly versym: Bytes | null;
  readonly names: ReadonlyMap<number, VersionName>;
}

/** Where the fields of Elf32_Sym and Elf64_Sym stand. */
const fieldOffsets = {
  32: { value: 4, size: 8, info: 12, other: 13, section: 14 },
  64: { value: 8, size: 16, info: 4, other: 5, section: 6 },
} as const;

/** The first `count` entries of the dynamic symbol table. */
export function readSymbols(
  reader: RangeReader,
  table: MappedRange,
  count: number,
  strings: StringTable,
  versions: SymbolVersions,
  checker: SymbolChecker,
): DynamicSymbol[] {
  const size = symbolSize(reader.layout.class);
  const bytes = reader.read('symbols', table.offset, count * size);
  const at = fieldOffsets[reader.layout.class];
  const symbols: DynamicSymbol[] = [];
  for (let start = 0; start + size <= bytes.length; start += size) {
    const name = bytes.u32(start);
    const info = bytes.u8(start + at.info);
    const section = bytes.u16(start + at.section);
    const versionEntry = versionAt(versions.versym, symbols.length);
    const versionIndex = versionEntry === null ? null : versionEntry & ~hiddenVersion;
    // Indexes 0 (local) and 1 (global, or the base version) are not versions (G45).
    const version = versionIndex === null || versionIndex < 2 ? undefined : versions.names.get(versionIndex);
    const value = bytes.word(start + at.value);
    const symbol: DynamicSymbol = {
      name: name === 0 ? '' : strings.at(name),
      defined: section !== SHN_UNDEF,
      binding: info >> 4,
      type: info & 15,
      visibility: bytes.u8(start + at.other) & 3,
      section,
      valueIsZero: value === 0,
      size: bytes.word(start + at.size),
      versionIndex,
      versionHidden: versionEntry !== null && (versionEntry & hiddenVersion) !== 0,
      version: version?.name ?? null,
      versionFile: version?.file ?? null,
    };
    if (symbols.length > 0) {
      checker.check(symbol, value, symbols.length);
      if (versionIndex !== null) checkVersion(reader, symbol, version);
    }
    symbols.push(symbol);
  }
  return symbols;
}

function versionAt(versym: Bytes | null, index: number): number | null {
  return versym === null || index * 2 + 2 > versym.length ? null : versym.u16(index * 2);
}

/** Loaders take an index of DT_VERSYM for a place in a table of versions, and do not look whether it is there. */
function checkVersion(
  reader: RangeReader,
  { versionIndex, defined, type, binding }: DynamicSymbol,
  version: VersionName | undefined,
): void {
  if (versionIndex === null || versionIndex < 2) return;
  if (version === undefined) reader.defect('versions', 'DT_VERSYM has an index that no version has');
  else if (!defined && version.file === null)
    reader.defect('versions', 'an undefined symbol has a version that this file defines');
  // A linker takes both from the library that defines it.
  else if (!defined && type === STT_NOTYPE && binding !== STB_LOCAL)
    reader.defect('versions', 'an undefined symbol has a version and no type');
}
