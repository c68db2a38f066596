import type { Command } from './syntax.ts';
import type { Tokens } from './tokens.ts';

/** What commands hold of each other: the way back of the functions that read one kind each. */
export interface Grammar {
  /** Commands up to a reserved word that closes them, or `)` or `;;`; `closer` is what the shell expects behind them. */
  list(closer: string): Command[];
  /** One command that no operator joins. */
  command(): Command;
}

/** Commands between two reserved words. */
export function readBetween(open: string, close: string, tokens: Tokens, grammar: Grammar): Command[] {
  tokens.expect(open);
  const body = grammar.list(close);
  tokens.expect(close);
  return body;
}
