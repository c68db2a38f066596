import { DT_MIPS_GOTSYM, EM_MIPS, STT_FUNC } from '../constants.ts';
import type { DynamicTags } from '../dynamic-tags.ts';
import type { DynamicSymbol } from '../elf-file.ts';
import type { References } from './symbol-references.ts';

const R_MIPS_32 = 2;
const R_MIPS_JUMP_SLOT = 127;

/**
 * On MIPS the global part of the GOT has no relocation entries: every dynamic symbol from DT_MIPS_GOTSYM on is looked
 * up at start. Only an undefined function with a stub (st_value is not zero) may wait for its first call
 * (glibc sysdeps/mips/dl-machine.h elf_machine_got_rel); it is noted with R_MIPS_JUMP_SLOT, the others with R_MIPS_32.
 */
export function addMipsGotReferences(
  machine: number,
  tags: DynamicTags,
  symbols: readonly DynamicSymbol[],
  data: References,
): void {
  const first = machine === EM_MIPS ? tags.value(DT_MIPS_GOTSYM) : null;
  if (first === null) return;
  for (let index = Math.max(first, 1); index < symbols.length; index++) {
    const symbol = symbols[index];
    if (symbol === undefined) return;
    const stub = !symbol.defined && symbol.type === STT_FUNC && !symbol.valueIsZero;
    data.name(index, stub ? R_MIPS_JUMP_SLOT : R_MIPS_32);
  }
}
