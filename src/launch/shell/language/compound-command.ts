import { arrayWord } from './arrays.ts';
import { readDoubleBracket } from './double-bracket.ts';
import { type Grammar, readBetween } from './grammar.ts';
import { withRedirections } from './redirections.ts';
import { readFunction } from './simple-command.ts';
import type { Command, Word } from './syntax.ts';
import type { Tokens } from './tokens.ts';

/** A compound command (POSIX.1-2017, 2.9.4) or `function NAME`; null where a simple one is next. */
export function readCompound(tokens: Tokens, grammar: Grammar): Command | null {
  const word = tokens.reserved();
  if (word === 'function' && tokens.shell !== 'dash') {
    const { line } = tokens.take();
    return readFunction(line, tokens.name(), tokens, grammar);
  }
  const command = readUnredirected(word, tokens, grammar);
  return command === null ? null : withRedirections(command, tokens);
}

function readUnredirected(word: string | null, tokens: Tokens, grammar: Grammar): Command | null {
  const { line } = tokens.next;
  if (tokens.isOperator('(')) return readBracket(tokens, grammar);
  switch (word) {
    case '{':
      return { kind: 'group', line, body: readBetween('{', '}', tokens, grammar), subshell: false };
    case 'if':
      return readIf(tokens, grammar);
    case 'case':
      return readCase(tokens, grammar);
    case 'for':
      return readFor(tokens, grammar);
    case 'while':
    case 'until': {
      tokens.take();
      const condition = grammar.list('do');
      const body = readBetween('do', 'done', tokens, grammar);
      return { kind: 'while', line, until: word === 'until', condition, body };
    }
    case '[[':
      return tokens.shell === 'dash' ? null : readDoubleBracket(tokens);
    case 'select':
    case 'coproc':
      return tokens.isBash ? tokens.refuse(word) : null;
    default:
      return null;
  }
}

/** `( … )`, and `(( … ))` of bash. */
function readBracket(tokens: Tokens, grammar: Grammar): Command {
  const { line } = tokens.next;
  if (tokens.isBehind('(')) return { kind: 'arithmetic', line, text: tokens.arithmetic() };
  tokens.take();
  const body = grammar.list(')');
  tokens.expect(')');
  return { kind: 'group', line, body, subshell: true };
}

function readIf(tokens: Tokens, grammar: Grammar): Command {
  const { line } = tokens.take();
  const arms: { condition: Command[]; body: Command[] }[] = [];
  for (;;) {
    const condition = grammar.list('then');
    tokens.expect('then');
    arms.push({ condition, body: grammar.list('fi') });
    if (tokens.reserved() !== 'elif') break;
    tokens.take();
  }
  const hasElse = tokens.reserved() === 'else';
  if (hasElse) tokens.take();
  const otherwise = hasElse ? grammar.list('fi') : [];
  tokens.expect('fi');
  return { kind: 'if', line, arms, otherwise };
}

function readCase(tokens: Tokens, grammar: Grammar): Command {
  const { line } = tokens.take();
  const subject = tokens.word();
  tokens.skipNewlines();
  tokens.expect('in');
  const items: { patterns: Word[]; body: Command[] }[] = [];
  for (tokens.skipNewlines(); tokens.reserved() !== 'esac'; tokens.skipNewlines()) {
    if (tokens.isOperator('(')) tokens.take();
    const patterns = [tokens.word()];
    while (tokens.isOperator('|')) {
      tokens.take();
      patterns.push(tokens.word());
    }
    tokens.expect(')');
    items.push({ patterns, body: grammar.list(';;') });
    if (tokens.isOperator(';&', ';;&')) tokens.refuse(';&');
    if (tokens.isOperator(';;')) tokens.take();
  }
  tokens.expect('esac');
  return { kind: 'case', line, subject, items };
}

function readFor(tokens: Tokens, grammar: Grammar): Command {
  const { line } = tokens.take();
  if (tokens.isOperator('(')) return readCountingFor(line, tokens, grammar);
  const variable = tokens.name();
  tokens.skipNewlines();
  let words: Word[] | null = null;
  if (tokens.reserved() === 'in') {
    tokens.take();
    words = [];
    for (; tokens.next.kind === 'word'; tokens.take()) words.push(tokens.next.word);
  }
  tokens.skipSeparators();
  return { kind: 'for', line, variable, words, body: readBetween('do', 'done', tokens, grammar) };
}

/** `for (( … ))` of bash, whose rounds are not counted. */
function readCountingFor(line: number, tokens: Tokens, grammar: Grammar): Command {
  if (!tokens.isBash) tokens.badLoop();
  if (!tokens.isBehind('(')) tokens.refuse('for (');
  const head: Command = { kind: 'arithmetic', line, text: tokens.arithmetic() };
  tokens.skipSeparators();
  const body = [head, ...readBetween('do', 'done', tokens, grammar)];
  return { kind: 'for', line, variable: '_', words: [arrayWord], body };
}
