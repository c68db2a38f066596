import type { DynamicSection, DynamicSymbol } from '../elf/elf-file.ts';

const tables = new WeakMap<DynamicSection, ReadonlyMap<string, readonly DynamicSymbol[]>>();

const STB_LOCAL = 0;

/**
 * The symbols of an object that a look-up by name can meet: everything with a definition, and undefined entries with a
 * value (canonical PLT entries of programs). Made once for each object.
 */
export function symbolTable(dynamic: DynamicSection): ReadonlyMap<string, readonly DynamicSymbol[]> {
  const known = tables.get(dynamic);
  if (known !== undefined) return known;
  const table = new Map<string, DynamicSymbol[]>();
  for (const symbol of dynamic.symbols) {
    if (symbol.binding === STB_LOCAL || symbol.name === '') continue;
    if (!symbol.defined && symbol.valueIsZero) continue;
    const same = table.get(symbol.name);
    if (same === undefined) table.set(symbol.name, [symbol]);
    else same.push(symbol);
  }
  tables.set(dynamic, table);
  return table;
}
