import type { Bytes } from './bytes/bytes.ts';
import type { RangeReader } from './bytes/range-reader.ts';
import { PT_GNU_PROPERTY, PT_NOTE } from './constants.ts';
import { readDlopenNote } from './dlopen-note.ts';
import type { AbiTag, DlopenNote, NoteHeader, Notes, Segment } from './elf-file.ts';
import { readX86Isa, type X86Isa } from './gnu-properties.ts';

const NT_GNU_ABI_TAG = 1;
const NT_GNU_BUILD_ID = 3;
const NT_GNU_PROPERTY_TYPE_0 = 5;
const NT_GO_BUILD_ID = 4;
const NT_FDO_PACKAGE = 0xcafe1a7e;
const NT_FDO_DLOPEN = 0x407c0c0a;
/** Notes of a program are a few hundred bytes; these bounds are for garbage. */
const maxNotes = 4096;
const maxNoteBytes = 4 * 1024 * 1024;

interface Note {
  readonly owner: string;
  readonly type: number;
  readonly desc: Bytes;
}

/** PT_NOTE and PT_GNU_PROPERTY. */
export function readNotes(reader: RangeReader, segments: readonly Segment[]): Notes {
  const headers: NoteHeader[] = [];
  const dlopen: DlopenNote[] = [];
  const facts: { -readonly [Key in keyof Notes]: Notes[Key] } = {
    headers,
    buildId: null,
    abiTag: null,
    x86IsaNeeded: null,
    x86IsaUsed: null,
    packageMetadata: null,
    dlopen,
    goBuildId: null,
  };
  for (const { note, segment } of notesOf(reader, segments)) {
    const { owner, type, desc } = note;
    if (segment.type === PT_NOTE) headers.push({ owner, type, size: desc.length });
    if (owner === 'GNU' && type === NT_GNU_PROPERTY_TYPE_0)
      addIsa(facts, readX86Isa(desc, reader.layout.class));
    if (segment.type !== PT_NOTE) continue;
    if (owner === 'GNU' && type === NT_GNU_BUILD_ID) facts.buildId ??= desc.raw.toString('hex');
    if (owner === 'GNU' && type === NT_GNU_ABI_TAG) facts.abiTag ??= abiTagOf(desc);
    if (owner === 'Go' && type === NT_GO_BUILD_ID) facts.goBuildId ??= desc.text(0, desc.length);
    if (owner === 'FDO' && type === NT_FDO_PACKAGE) facts.packageMetadata ??= utf8UntilNul(desc);
    if (owner === 'FDO' && type === NT_FDO_DLOPEN) {
      const read = readDlopenNote(utf8UntilNul(desc));
      if (read === null) reader.defect('notes', 'a .note.dlopen does not hold the JSON array that it should');
      else dlopen.push(...read);
    }
  }
  return facts;
}

function addIsa(facts: { x86IsaNeeded: number | null; x86IsaUsed: number | null }, isa: X86Isa): void {
  facts.x86IsaNeeded ??= isa.needed;
  facts.x86IsaUsed ??= isa.used;
}

function* notesOf(
  reader: RangeReader,
  segments: readonly Segment[],
): Generator<{ note: Note; segment: Segment }> {
  let bytesLeft = maxNoteBytes;
  let notesLeft = maxNotes;
  for (const segment of segments) {
    if ((segment.type !== PT_NOTE && segment.type !== PT_GNU_PROPERTY) || segment.filesz === 0) continue;
    if (segment.filesz > bytesLeft) {
      reader.defect('notes', `more than ${maxNoteBytes} bytes of notes`);
      return;
    }
    bytesLeft -= segment.filesz;
    const bytes = reader.read('notes', segment.offset, segment.filesz);
    for (const note of notesIn(reader, bytes, segment.align === 8 ? 8 : 4)) {
      if (notesLeft-- === 0) {
        reader.defect('notes', `more than ${maxNotes} notes`);
        return;
      }
      yield { note, segment };
    }
  }
}

/** Notes one after the other; name and descriptor are padded to the segment's alignment, 4 or 8 (glibc elf/dl-load.c, gABI). */
function* notesIn(reader: RangeReader, bytes: Bytes, align: 4 | 8): Generator<Note> {
  let start = 0;
  while (start + 12 <= bytes.length) {
    const nameSize = bytes.u32(start);
    const descSize = bytes.u32(start + 4);
    const type = bytes.u32(start + 8);
    const descAt = start + roundUp(12 + nameSize, align);
    if (descAt + descSize > bytes.length) {
      reader.defect('notes', 'a note reaches past the end of its segment');
      return;
    }
    const owner = bytes.slice(start + 12, Math.min(descAt, start + 12 + nameSize)).textUntilNul(0);
    yield { owner, type, desc: bytes.slice(descAt, descAt + descSize) };
    start = descAt + roundUp(descSize, align);
  }
}

function roundUp(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}

function abiTagOf(desc: Bytes): AbiTag | null {
  if (desc.length < 16) return null;
  return { os: desc.u32(0), kernel: [desc.u32(4), desc.u32(8), desc.u32(12)] };
}

function utf8UntilNul(desc: Bytes): string {
  const nul = desc.raw.indexOf(0);
  return desc.raw.toString('utf8', 0, nul < 0 ? desc.length : nul);
}
