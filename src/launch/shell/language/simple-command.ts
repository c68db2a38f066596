import { arrayWord, skipArray } from './arrays.ts';
import type { Grammar } from './grammar.ts';
import { readRedirection } from './redirections.ts';
import { type Command, ShellSyntaxError, type Word } from './syntax.ts';
import type { Tokens } from './tokens.ts';

const unread: Word = { parts: [{ kind: 'opaque', quoted: true, isMany: false }] };

/** A simple command (POSIX.1-2017, 2.9.1), or the function that `NAME ( )` begins. */
export function readSimpleCommand(tokens: Tokens, grammar: Grammar): Command {
  const { line } = tokens.next;
  const assignments: { name: string; value: Word }[] = [];
  const words: Word[] = [];
  const writes: Word[] = [];
  for (;;) {
    if (readRedirection(tokens, writes)) continue;
    const { next } = tokens;
    if (next.kind !== 'word') break;
    tokens.take();
    const assignment = words.length === 0 ? assignmentIn(next, tokens) : null;
    if (assignment !== null) assignments.push(assignment);
    else words.push(argumentIn(next, words, tokens));
    const isName = words.length === 1 && assignments.length === 0 && /^[\w.-]+$/.test(next.text);
    if (isName && tokens.isOperator('(')) return readFunction(line, next.text, tokens, grammar);
  }
  if (words.length + assignments.length > 0 && tokens.isOperator('(')) tokens.unexpected('"("');
  if (words.length + assignments.length + writes.length === 0 && !tokens.isOperator('\n', ';', '&', ')'))
    throw new ShellSyntaxError(line, 'a command is expected');
  return { kind: 'simple', line, assignments, words, writes };
}

/** What stands behind the name of a function. */
export function readFunction(line: number, name: string, tokens: Tokens, grammar: Grammar): Command {
  if (tokens.isOperator('(')) {
    tokens.take();
    tokens.expect(')');
  }
  tokens.skipNewlines();
  return { kind: 'function', line, name, body: grammar.command() };
}

interface WordToken {
  readonly word: Word;
  readonly text: string;
}

/** `NAME=value`; null for any other word. */
function assignmentIn({ word, text }: WordToken, tokens: Tokens): { name: string; value: Word } | null {
  const [, name, element, plus] = /^([A-Za-z_]\w*)(\[[^\]]*\])?(\+)?=/.exec(text) ?? [];
  if (name === undefined) return null;
  if ((element !== undefined || plus !== undefined) && !tokens.isBash) return null;
  if (element !== undefined) return { name, value: arrayWord };
  if (tokens.isOperator('(') && text.endsWith('=')) {
    skipArray(tokens);
    return { name, value: arrayWord };
  }
  return { name, value: text.startsWith(`${name}+`) ? unread : assignedValue(word, name) };
}

/** A word of a command; behind `declare` and the like it may be an array. */
function argumentIn({ word, text }: WordToken, before: readonly Word[], tokens: Tokens): Word {
  if (!tokens.isOperator('(') || !declares(before) || !/^[A-Za-z_]\w*\+?=$/.test(text)) return word;
  skipArray(tokens);
  return { parts: [...word.parts, ...arrayWord.parts] };
}

/** `declare` and the like, behind which arrays are words. */
function declares([first]: readonly Word[]): boolean {
  const name = first?.parts.map((part) => (part.kind === 'text' ? part.text : '?')).join('') ?? '';
  return /^(?:local|declare|typeset|readonly|export)$/.test(name);
}

/** The word behind `NAME=`: its leading characters are single text parts. */
function assignedValue({ parts }: Word, name: string): Word {
  return { parts: parts.slice(name.length + 1) };
}
