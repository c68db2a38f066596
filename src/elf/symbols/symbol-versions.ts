import type { Bytes } from '../bytes/bytes.ts';
import type { RangeReader } from '../bytes/range-reader.ts';
import { sysvHash } from '../consistency/check-hash.ts';
import type { Verdef, Verneed } from '../elf-file.ts';
import type { StringTable } from './string-table.ts';

const VER_NEED_CURRENT = 1;
const VER_DEF_CURRENT = 1;
const VER_FLG_BASE = 1;
const VER_FLG_WEAK = 2;
const sizeOfVerneed = 16;
const sizeOfVernaux = 16;
const sizeOfVerdef = 20;
/** A table has one entry for each version of a version script; glibc has about fifty. */
const maxVersions = 65_536;

const wrongHash = 'the hash of a version is not that of its name';
const wrongCount = 'the versions of a file are more or fewer than their number says';

/** The meaning of a DT_VERSYM index; `file` only when it comes from verneed. */
export interface VersionName {
  readonly name: string;
  readonly file: string | null;
}

/** DT_VERNEED. vn_next and vna_next are followed until 0, whatever DT_VERNEEDNUM says, as glibc does (elf/dl-version.c). */
export function readVerneed(
  reader: RangeReader,
  bytes: Bytes,
  strings: StringTable,
  names: Map<number, VersionName>,
): Verneed[] {
  const needs: Verneed[] = [];
  let budget = maxVersions;
  for (const start of chain(reader, bytes, 0, sizeOfVerneed, 12)) {
    if (bytes.u16(start) !== VER_NEED_CURRENT)
      reader.defect('versions', 'a needed version has an unknown form');
    const file = strings.at(bytes.u32(start + 4));
    const versions = [];
    for (const aux of chain(reader, bytes, start + bytes.u32(start + 8), sizeOfVernaux, 12)) {
      if (budget-- <= 0) {
        reader.defect('versions', `more than ${maxVersions} versions needed`);
        return needs;
      }
      const name = strings.at(bytes.u32(aux + 8));
      if (bytes.u32(aux) !== sysvHash(name)) reader.defect('versions', wrongHash);
      versions.push({ name, weak: (bytes.u16(aux + 4) & VER_FLG_WEAK) !== 0 });
      names.set(bytes.u16(aux + 6) & 0x7fff, { name, file });
    }
    if (versions.length !== bytes.u16(start + 2)) reader.defect('versions', wrongCount);
    needs.push({ file, versions });
  }
  return needs;
}

/** DT_VERDEF. Only the first name of an entry is its version; the others are its parents. */
export function readVerdef(
  reader: RangeReader,
  bytes: Bytes,
  strings: StringTable,
  names: Map<number, VersionName>,
): Verdef[] {
  const defs: Verdef[] = [];
  for (const start of chain(reader, bytes, 0, sizeOfVerdef, 16)) {
    if (bytes.u16(start) !== VER_DEF_CURRENT)
      reader.defect('versions', 'a version definition has an unknown form');
    const nameAt = start + bytes.u32(start + 12);
    if (nameAt + 4 > bytes.length) {
      reader.defect('versions', 'a version definition points past the end of its segment');
      break;
    }
    const name = strings.at(bytes.u32(nameAt));
    if (bytes.u32(start + 8) !== sysvHash(name)) reader.defect('versions', wrongHash);
    const index = bytes.u16(start + 4) & 0x7fff;
    const base = (bytes.u16(start + 2) & VER_FLG_BASE) !== 0;
    defs.push({ index, name, base });
    names.set(index, { name, file: null });
  }
  return defs;
}

/** Starts of the entries of a chain, from `first` on; each has at `nextAt` the distance to the next one, and 0 is the end. */
function* chain(
  reader: RangeReader,
  bytes: Bytes,
  first: number,
  size: number,
  nextAt: number,
): Generator<number> {
  let start = first;
  for (let count = 0; count < maxVersions; count++) {
    if (start + size > bytes.length) {
      reader.defect('versions', 'a version entry points past the end of its segment');
      return;
    }
    yield start;
    const next = bytes.u32(start + nextAt);
    if (next === 0) return;
    start += next;
  }
  reader.defect('versions', `more than ${maxVersions} version entries`);
}
