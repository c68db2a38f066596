import type { RangeReader } from '../bytes/range-reader.ts';
import {
  DT_ANDROID_REL,
  DT_ANDROID_RELA,
  DT_ANDROID_RELR,
  DT_FINI_ARRAY,
  DT_FINI_ARRAYSZ,
  DT_INIT_ARRAY,
  DT_INIT_ARRAYSZ,
  DT_PREINIT_ARRAY,
  DT_PREINIT_ARRAYSZ,
  EM_PPC64,
  ET_EXEC,
} from '../constants.ts';
import type { DynamicTags } from '../dynamic-tags.ts';
import type { Segment } from '../elf-file.ts';
import { fileRangeOf } from '../segments.ts';
import type { MemoryView } from './memory-view.ts';

/** Addresses of pointers to functions that run at start or at exit, `to` behind the last. */
export interface FunctionArray {
  readonly from: number;
  readonly to: number;
}

/** The subject of sentences about an entry of these arrays. */
export const calledAtStart = 'a function that runs at start or at exit';

const tagPairs = [
  [DT_INIT_ARRAY, DT_INIT_ARRAYSZ],
  [DT_FINI_ARRAY, DT_FINI_ARRAYSZ],
  [DT_PREINIT_ARRAY, DT_PREINIT_ARRAYSZ],
] as const;

/** DT_INIT_ARRAY, DT_FINI_ARRAY and DT_PREINIT_ARRAY, as far as they are there and not empty. */
export function functionArrays(tags: DynamicTags): FunctionArray[] {
  return tagPairs.flatMap(([addressTag, sizeTag]) => {
    const [from, size] = [tags.value(addressTag), tags.value(sizeTag)];
    return from === null || size === null || size === 0 ? [] : [{ from, to: from + size }];
  });
}

/** Relocations that are not entries of DT_REL, DT_RELA or DT_RELR. */
const packed = new Set([DT_ANDROID_REL, DT_ANDROID_RELA, DT_ANDROID_RELR]);
const maxArray = 1024 * 1024;

/**
 * Records a defect when a loader would call what is no function: in a program of fixed addresses the file holds the
 * pointers, else a relocation fills each of them. `filled` is how many relocations do.
 */
export function checkFunctionArrays(
  reader: RangeReader,
  segments: readonly Segment[],
  tags: DynamicTags,
  { starts }: MemoryView,
  { type, machine }: { readonly type: number; readonly machine: number },
  filled: number,
): void {
  const word = reader.layout.class / 8;
  const arrays = functionArrays(tags);
  const count = arrays.reduce((sum, { from, to }) => sum + (to - from) / word, 0);
  // Functions of PowerPC 64 (ELFv1) are descriptors in data.
  if (machine === EM_PPC64) return;
  if (type !== ET_EXEC) {
    // Android's linker ends each array with a pointer of zero.
    const unfilled = arrays.filter(({ from, to }) => to - from > word).length;
    if (filled < count - unfilled && !tags.all().some((tag) => packed.has(tag)))
      reader.defect('relocations', 'a pointer to a function that runs at start or at exit is not relocated');
    return;
  }
  for (const { from, to } of arrays) {
    const range = fileRangeOf(segments, from);
    if (range === null || to - from > Math.min(range.available, maxArray)) {
      reader.defect('relocations', 'the pointers to its first and last functions are not in the file');
      return;
    }
    const bytes = reader.read('relocations', range.offset, to - from);
    for (let at = 0; at + word <= bytes.length; at += word) {
      const reason = starts.reasonAgainst(bytes.word(at), calledAtStart);
      if (reason === null) continue;
      reader.defect('code', reason);
      return;
    }
  }
}
