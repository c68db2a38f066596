import type { Word } from './syntax.ts';
import type { Tokens } from './tokens.ts';

/** The word that stands for an array, of which nothing is known. */
export const arrayWord: Word = { parts: [{ kind: 'opaque', quoted: true, isMany: true }] };

/** Skips what stands between the brackets of `NAME=( … )`. */
export function skipArray(tokens: Tokens): void {
  if (!tokens.isBash) tokens.unexpected('"("');
  tokens.take();
  while (!tokens.isOperator(')')) {
    if (!tokens.isWord() && !tokens.isOperator('\n')) tokens.refuse('an array');
    tokens.take();
  }
  tokens.take();
}
