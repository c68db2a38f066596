import type { CallerKind } from './known-callers.ts';
import { nodeExports } from './node-exports.ts';

/** Whether programs of this kind define the symbol for their plugins. */
export function givesSymbol({ id, symbols }: CallerKind, name: string): boolean {
  return symbols?.test(name) === true || (id === 'node' && nodeExports(name));
}
