import { findSymbol } from './bind-symbols.ts';
import type { Dso } from './dso.ts';

/**
 * Where the outcome of a COPY relocation depends on what follows a variable: `do_relocs` copies as many bytes as the program
 * reserves, and does not look how long the library's variable is (M33). Null where none is longer. glibc takes the smaller
 * of the two (G54).
 */
export function longerCopy(all: readonly Dso[]): string | null {
  const definers = all.filter(({ role }) => role !== 'main');
  for (const { path, dynamic } of all) {
    for (const { copy, symbol: index, table } of dynamic.relocations.references) {
      const symbol = dynamic.symbols[index];
      if (!copy || symbol === undefined) continue;
      const found = findSymbol(definers, symbol.name, table === 'plt');
      const size = found?.symbol.size ?? 0;
      if (found === null || size === 0 || symbol.size <= size) continue;
      return `${path}: it copies ${symbol.size} bytes of the variable ${symbol.name}, which has ${size} in ${found.dso.path}, and musl copies what follows as well`;
    }
  }
  return null;
}
