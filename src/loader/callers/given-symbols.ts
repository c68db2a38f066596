import type { CallerKind } from './known-callers.ts';

/** Whether programs of this kind define the symbol for their plugins. */
export function givesSymbol({ symbols }: CallerKind, name: string): boolean {
  return symbols?.test(name) === true;
}
