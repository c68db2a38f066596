import type { RangeReader } from '../bytes/range-reader.ts';
import type { DynamicSymbol } from '../elf-file.ts';

/** Records a defect where a COPY relocation fills the room of another one; `copies`: their places, by symbol index. */
export function checkCopies(
  reader: RangeReader,
  symbols: readonly DynamicSymbol[],
  copies: ReadonlyMap<number, number>,
): void {
  const rooms = [...copies].map(([index, place]) => ({ place, end: place + (symbols[index]?.size ?? 0) }));
  rooms.sort((a, b) => a.place - b.place);
  if (rooms.some(({ place }, at) => at > 0 && place < (rooms[at - 1]?.end ?? 0)))
    reader.defect('relocations', 'a COPY relocation overlaps another');
}
