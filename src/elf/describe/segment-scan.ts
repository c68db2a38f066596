import type { ByteSource } from '../bytes/byte-source.ts';
import { readOrNull } from '../bytes/byte-sources.ts';
import { PT_LOAD } from '../constants.ts';
import type { Segment } from '../elf-file.ts';

const chunkSize = 1024 * 1024;
/** The longest needle, and the longest text that is read after one. */
const overlap = 4096;
const maxScanned = 256 * 1024 * 1024;

/** Bytes that were found in a segment, with up to 4 KiB of what follows. */
export type Found = Buffer;

/**
 * The first place of each needle in the file bytes of the PT_LOAD segments, within the first 256 MiB of them; ends as
 * soon as all are found. Ranges that the source no longer holds are skipped.
 */
export function findInSegments<Name extends string>(
  source: ByteSource,
  segments: readonly Segment[],
  needles: Readonly<Record<Name, string>>,
): Partial<Record<Name, Found>> {
  const found: Partial<Record<Name, Found>> = {};
  const names = Object.keys(needles) as Name[];
  const bytesOf = new Map(names.map((name) => [name, Buffer.from(needles[name], 'latin1')]));
  let left = maxScanned;
  for (const { start, end } of loadedRanges(segments, source.size)) {
    for (let at = start; at < end && left > 0 && bytesOf.size > 0; at += chunkSize) {
      const chunk = readOrNull(source, at, Math.min(chunkSize + overlap, end - at));
      left -= chunkSize;
      if (chunk === null) continue;
      for (const [name, needle] of bytesOf) {
        const place = chunk.indexOf(needle);
        if (place < 0) continue;
        found[name] = chunk.subarray(place, place + overlap);
        bytesOf.delete(name);
      }
    }
  }
  return found;
}

/** The file ranges of PT_LOAD, joined where they overlap. */
function loadedRanges(segments: readonly Segment[], size: number): { start: number; end: number }[] {
  const ranges = segments
    .filter(({ type, filesz, offset }) => type === PT_LOAD && filesz > 0 && offset < size)
    .map(({ offset, filesz }) => ({ start: offset, end: Math.min(offset + filesz, size) }))
    .sort((one, other) => one.start - other.start);
  const joined: { start: number; end: number }[] = [];
  for (const range of ranges) {
    const last = joined.at(-1);
    if (last !== undefined && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else joined.push(range);
  }
  return joined;
}
