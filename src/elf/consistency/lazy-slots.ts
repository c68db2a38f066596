import type { RangeReader } from '../bytes/range-reader.ts';
import {
  DF_1_NOW,
  DF_BIND_NOW,
  DT_BIND_NOW,
  DT_FLAGS,
  DT_FLAGS_1,
  DT_PLTGOT,
  EM_386,
  EM_X86_64,
} from '../constants.ts';
import type { DynamicTags } from '../dynamic-tags.ts';

/** Everything is bound at start, by what the file says: `-z now`. */
export function isBoundNow(tags: DynamicTags): boolean {
  const flags = tags.value(DT_FLAGS) ?? 0;
  const flags1 = tags.value(DT_FLAGS_1) ?? 0;
  return tags.has(DT_BIND_NOW) || (flags & DF_BIND_NOW) !== 0 || (flags1 & DF_1_NOW) !== 0;
}

/**
 * On x86 DT_PLTGOT is the address of three words for the loader, right before the first jump slot: what is bound lazily finds
 * the loader there (glibc sysdeps/x86_64/dl-machine.h elf_machine_runtime_setup).
 */
export function checkLazySlots(
  reader: RangeReader,
  tags: DynamicTags,
  machine: number,
  firstSlot: number | null,
): void {
  const isX32 = machine === EM_X86_64 && reader.layout.class === 32;
  if (firstSlot === null || isX32 || (machine !== EM_X86_64 && machine !== EM_386)) return;
  if (isBoundNow(tags)) return;
  const expected = firstSlot - (3 * reader.layout.class) / 8;
  if (tags.value(DT_PLTGOT) !== expected)
    reader.defect('relocations', 'DT_PLTGOT does not lead to the words before the first slot of the PLT');
}
