import { type Command, ShellSyntaxError, type Word } from './syntax.ts';
import type { Tokens } from './tokens.ts';

const redirections = new Set(['<', '>', '>>', '<&', '>&', '<>', '>|', '&>', '&>>', '<<<', '<<', '<<-']);

/** Reads one redirection with its word, which is noted where it is written to; false where none is next. */
export function readRedirection(tokens: Tokens, writes: Word[]): boolean {
  const { next } = tokens;
  if (next.kind !== 'operator' || !redirections.has(next.text)) return false;
  const { text } = next;
  const token = tokens.afterNext();
  if (token.kind === 'operator' && !tokens.isBash && redirections.has(token.text))
    tokens.unexpected('redirection', false);
  if (token.kind === 'operator' && !tokens.isBash && token.text === '(') tokens.unexpected('"("', false);
  if (token.kind !== 'word') throw new ShellSyntaxError(token.line, 'a redirection names no file');
  if (text.includes('>')) writes.push(token.word);
  if (text === '<<' || text === '<<-') tokens.hereDocument(token.word, text === '<<-');
  tokens.take();
  return true;
}

/** A compound command with the redirections behind it: the files to which it writes are opened first. */
export function withRedirections(command: Command, tokens: Tokens): Command {
  const writes: Word[] = [];
  while (readRedirection(tokens, writes));
  const { line } = command;
  if (writes.length === 0) return command;
  const opened: Command = { kind: 'simple', line, assignments: [], words: [], writes };
  return { kind: 'group', line, body: [opened, command], subshell: false };
}
