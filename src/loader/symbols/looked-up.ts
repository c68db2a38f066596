import { STB_LOCAL, STV_HIDDEN, STV_INTERNAL } from '../../elf/constants.ts';
import type { DynamicSymbol } from '../../elf/elf-file.ts';

const bindsLocally = new Set([STV_INTERNAL, STV_HIDDEN]);

/** Local symbols, and those that are hidden or internal, are bound without a look-up. */
export function isLookedUp(symbol: DynamicSymbol | undefined): symbol is DynamicSymbol {
  return symbol !== undefined && symbol.binding !== STB_LOCAL && !bindsLocally.has(symbol.visibility);
}
