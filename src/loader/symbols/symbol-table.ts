import { STB_LOCAL } from '../../elf/constants.ts';
import type { DynamicSection, DynamicSymbol } from '../../elf/elf-file.ts';

const tables = new WeakMap<DynamicSection, ReadonlyMap<string, readonly DynamicSymbol[]>>();

/**
 * The symbols that a look-up by name can find: all definitions, and undefined entries with a value (canonical
 * PLT entries of programs).
 */
export function symbolsByName(
  symbols: readonly DynamicSymbol[],
): ReadonlyMap<string, readonly DynamicSymbol[]> {
  const table = new Map<string, DynamicSymbol[]>();
  for (const symbol of symbols) {
    if (symbol.binding === STB_LOCAL || symbol.name === '') continue;
    if (!symbol.defined && symbol.valueIsZero) continue;
    const same = table.get(symbol.name);
    if (same === undefined) table.set(symbol.name, [symbol]);
    else same.push(symbol);
  }
  return table;
}

/** Everything that a look-up can find in one object; built once for each object. */
export function symbolTable(dynamic: DynamicSection): ReadonlyMap<string, readonly DynamicSymbol[]> {
  const known = tables.get(dynamic);
  if (known !== undefined) return known;
  const table = symbolsByName(dynamic.symbols);
  tables.set(dynamic, table);
  return table;
}
