import type { RangeReader } from '../bytes/range-reader.ts';
import type { Segment } from '../elf-file.ts';
import type { Section } from '../section-table.ts';
import { FileWords } from './file-words.ts';
import { FunctionStarts } from './function-starts.ts';
import { Memory } from './memory.ts';

/** What the checks ask about an address of a file: whether it is mapped, what stands there, whether a function begins there. */
export interface MemoryView {
  readonly memory: Memory;
  readonly words: FileWords;
  /** The same, for code that is read in between. */
  readonly code: FileWords;
  readonly starts: FunctionStarts;
}

export function viewMemory(
  reader: RangeReader,
  segments: readonly Segment[],
  sections: readonly Section[],
  machine: number,
): MemoryView {
  const memory = new Memory(segments, reader.layout.class);
  return {
    memory,
    words: new FileWords(reader, segments),
    code: new FileWords(reader, segments),
    starts: new FunctionStarts(reader, memory, segments, sections, machine),
  };
}
