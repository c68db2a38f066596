import type { ByteSource } from '../bytes/byte-source.ts';
import { Bytes } from '../bytes/bytes.ts';
import { RangeReader } from '../bytes/range-reader.ts';
import type { ElfFile } from '../elf-file.ts';
import { fileRangeOf } from '../segments.ts';

/** What Go's linker puts before its build information, 16 bytes aligned (Go debug/buildinfo). */
export const goMagic = '\xff Go buildinf:';

const inlineFlag = 2;
const bigEndianFlag = 1;
const maxVersionLength = 256;

/** `go1.22.1` of the build information that starts at `info`; null when it cannot be read. */
export function readGoVersion(source: ByteSource, elf: ElfFile, info: Buffer): string | null {
  if (info.length < 32) return null;
  const flags = info[15] ?? 0;
  if (flags & inlineFlag) return inlineVersion(info);
  // Before Go 1.18: the address of a string header, which has the address and the length of the text.
  const layout = {
    class: info[14] === 4 ? 32 : 64,
    endianness: flags & bigEndianFlag ? 'big' : 'little',
  } as const;
  const reader = new RangeReader(source, layout);
  const word = layout.class / 8;
  const header = readAt(reader, elf, new Bytes(info, layout).word(16), 2 * word);
  if (header === null) return null;
  const length = header.word(word);
  const text = length > maxVersionLength ? null : readAt(reader, elf, header.word(0), length);
  return text === null ? null : versionIn(text.text(0, length));
}

function readAt(reader: RangeReader, elf: ElfFile, address: number, length: number): Bytes | null {
  const range = fileRangeOf(elf.segments, address);
  if (range === null || range.available < length) return null;
  const bytes = reader.read('dynamic', range.offset, length);
  return bytes.length < length ? null : bytes;
}

/** A varint length at 32, then the text (Go 1.18 and newer). */
function inlineVersion(info: Buffer): string | null {
  const length = info[32] ?? 0;
  return length >= 0x80 ? null : versionIn(info.toString('latin1', 33, 33 + length));
}

function versionIn(text: string): string | null {
  return /^(go\d[\w.+-]*|devel [\w.+ -]+)/.exec(text)?.[0] ?? null;
}
