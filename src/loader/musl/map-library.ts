import { ET_EXEC, PT_LOAD } from '../../elf/constants.ts';
import type { DynamicSection, ElfFile } from '../../elf/elf-file.ts';
import { pageSize } from '../doubt/lost-pages.ts';
import { symbolTable } from '../symbols/symbol-table.ts';

/** A PT_LOAD for which mmap is called with a length of 0: one of no bytes at a page of its own. The lowest page is mapped already. */
export function hasEmptySegment(elf: ElfFile): boolean {
  const loads = elf.segments.filter((segment) => segment.type === PT_LOAD);
  const lowest = Math.min(...loads.map(({ vaddr }) => vaddr - (vaddr % pageSize)));
  return loads.slice(1).some(({ vaddr, memsz }) => memsz === 0 && vaddr % pageSize === 0 && vaddr !== lowest);
}

/** `map_library` gives up on a file of fixed addresses (ET_EXEC) where another one lies already (M10). */
export function takesAddressesOf(elf: ElfFile, other: ElfFile): boolean {
  if (elf.type !== ET_EXEC || other.type !== ET_EXEC) return false;
  const own = addressesOf(elf);
  const taken = addressesOf(other);
  return own.from < taken.to && taken.from < own.to;
}

function addressesOf({ segments }: ElfFile): { readonly from: number; readonly to: number } {
  const loads = segments.filter((segment) => segment.type === PT_LOAD);
  return {
    from: Math.min(...loads.map(({ vaddr }) => vaddr - (vaddr % pageSize))),
    to: Math.max(...loads.map(({ vaddr, memsz }) => vaddr + memsz)),
  };
}

/** A second libc under any name is replaced by the loader: it defines both of these (M4). */
export function isLibc(dynamic: DynamicSection): boolean {
  const table = symbolTable(dynamic);
  const defines = (name: string) => table.get(name)?.some((symbol) => symbol.defined) ?? false;
  return defines('__libc_start_main') && defines('stdin');
}
