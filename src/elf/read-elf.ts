import type { ByteSource } from './bytes/byte-source.ts';
import { RangeReader } from './bytes/range-reader.ts';
import { checkEntry, checkFixedPlace } from './consistency/check-entry.ts';
import { checkSegments } from './consistency/check-sections.ts';
import { checkStaticProgram } from './consistency/check-static.ts';
import { viewMemory } from './consistency/memory-view.ts';
import { isDebugFile, trustedSections } from './consistency/trusted-sections.ts';
import { ET_REL, PF_X, PT_GNU_STACK, PT_TLS } from './constants.ts';
import { readDynamic } from './dynamic.ts';
import type { ElfFile, Segment } from './elf-file.ts';
import { readFileHeader } from './file-header.ts';
import { decodeByElfTools, type FixedTablesDecoder } from './fixed-tables.ts';
import { readInterp } from './interp.ts';
import { readLibcText } from './libc-text.ts';
import { readModuleBuilds } from './modules/module-builds.ts';
import { readNotes } from './notes.ts';
import { readSectionTable } from './section-table.ts';
import { isTruncated, readFixedTables } from './segments.ts';

/**
 * The facts of one ELF file, by its program headers and its dynamic segment. Reads a few ranges, not the file.
 * Throws ElfError when there is no ELF magic or the file is shorter than its file header; whatever else cannot be read
 * is empty and named in `defects`.
 */
export function readElf(source: ByteSource, decode: FixedTablesDecoder = decodeByElfTools): ElfFile {
  const header = readFileHeader(source);
  const reader = new RangeReader(source, header.layout);
  const { segments, version, flags } = readFixedTables(reader, header, decode);
  const sections = trustedSections(readSectionTable(reader, header), source.size);
  const view = viewMemory(reader, segments, sections, header.machine);
  const dynamic = readDynamic(reader, segments, header, sections, view);
  const moduleBuilds = readModuleBuilds(source, reader, segments, dynamic, header.machine);
  // Objects to be linked have no segments, and those of separate debug files have no content.
  if (header.type !== ET_REL) checkSegments(reader, segments, sections, Number(header.entry) !== 0);
  checkFixedPlace(reader, header, segments);
  if (!isDebugFile(sections)) checkEntry(reader, header, segments, dynamic?.flags1 ?? null, view);
  if (dynamic === null) checkStaticProgram(reader, header, sections, view);
  return {
    size: source.size,
    class: header.layout.class,
    endianness: header.layout.endianness,
    identClass: header.identClass,
    identData: header.identData,
    identVersion: header.identVersion,
    osabi: header.osabi,
    abiVersion: header.abiVersion,
    identPadding: header.identPadding,
    type: header.type,
    machine: header.machine,
    version,
    flags,
    entry: header.entry,
    phentsize: header.phentsize,
    phnum: header.phnum,
    segments,
    interp: readInterp(reader, segments),
    dynamic,
    notes: readNotes(reader, segments),
    tlsSize: segments.findLast(({ type }) => type === PT_TLS)?.memsz ?? null,
    stack: readStack(segments),
    hasSectionTable: header.shnum > 0,
    truncated: isTruncated(segments, source.size),
    libcText: readLibcText(source, dynamic),
    ...(moduleBuilds.length === 0 ? {} : { moduleBuilds }),
    defects: reader.defects,
  };
}

/** The last PT_GNU_STACK, as loaders take it. */
function readStack(segments: readonly Segment[]): ElfFile['stack'] {
  const segment = segments.findLast(({ type }) => type === PT_GNU_STACK);
  return segment === undefined ? null : { executable: (segment.flags & PF_X) !== 0, size: segment.memsz };
}
