import { Lexer, type Token } from './lexer.ts';
import { type Command, ShellSyntaxError, type Word } from './syntax.ts';

const maxDepth = 64;
const redirections = new Set(['<', '>', '>>', '<&', '>&', '<>', '>|', '&>', '&>>', '<<<', '<<', '<<-']);
const opaqueStarts = new Set(['[[', 'select', 'coproc']);
const closers = new Set(['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}']);

/** A parser by recursive descent (POSIX.1-2017, 2.10). It stops where it does not understand, and says at which line. */
class Parser {
  readonly #lexer: Lexer;
  #token: Token;
  #depth = 0;
  readonly #hasArrays: boolean;
  /** The top-level commands that were read whole. */
  readonly commands: Command[] = [];

  constructor(text: string, hasArrays: boolean) {
    this.#hasArrays = hasArrays;
    this.#lexer = new Lexer(text, hasArrays);
    this.#token = this.#lexer.next();
  }

  program(): void {
    for (this.#skipSeparators(); this.#token.kind !== 'end'; this.#skipSeparators())
      this.commands.push(this.#andOr());
  }

  #take(): Token {
    const taken = this.#token;
    this.#token = this.#lexer.next();
    return taken;
  }

  /** The token behind the next one, which is left out. */
  #afterNext(): Token {
    this.#take();
    return this.#token;
  }

  #isOperator(...texts: string[]): boolean {
    return this.#token.kind === 'operator' && texts.includes(this.#token.text);
  }

  /** The next word as it is written, where it could be a reserved one. */
  #reserved(): string | null {
    return this.#token.kind === 'word' ? this.#token.text : null;
  }

  #expect(text: string): void {
    const token = this.#take();
    if (token.kind === 'end' || token.text !== text)
      throw new ShellSyntaxError(token.line, `${text} is expected`);
  }

  #skipSeparators(): void {
    while (this.#isOperator('\n', ';')) this.#take();
  }

  #skipNewlines(): void {
    while (this.#isOperator('\n')) this.#take();
  }

  /** Commands up to a reserved word that closes them, or `)` or `;;`. */
  #list(): Command[] {
    const commands: Command[] = [];
    for (;;) {
      this.#skipSeparators();
      const word = this.#reserved();
      if (this.#token.kind === 'end' || this.#isOperator(')', ';;', ';&', ';;&')) return commands;
      if (word !== null && closers.has(word)) return commands;
      commands.push(this.#andOr());
    }
  }

  #andOr(): Command {
    const { line } = this.#token;
    const first = this.#pipeline();
    const rest: { operator: '&&' | '||'; command: Command }[] = [];
    while (this.#isOperator('&&', '||')) {
      const token = this.#take();
      this.#skipNewlines();
      const operator = token.kind === 'operator' && token.text === '&&' ? '&&' : '||';
      rest.push({ operator, command: this.#pipeline() });
    }
    const command: Command = rest.length === 0 ? first : { kind: 'and-or', line, first, rest };
    if (!this.#isOperator('&')) return command;
    this.#take();
    return { kind: 'background', line, command };
  }

  #pipeline(): Command {
    const { line } = this.#token;
    if (this.#hasArrays && this.#reserved() === 'time') this.#take();
    let negated = false;
    while (this.#reserved() === '!') {
      this.#take();
      negated = !negated;
    }
    const commands = [this.#command()];
    while (this.#isOperator('|')) {
      this.#take();
      this.#skipNewlines();
      commands.push(this.#command());
    }
    const [only] = commands;
    if (only !== undefined && commands.length === 1 && !negated) return only;
    return { kind: 'pipeline', line, commands, negated };
  }

  #command(): Command {
    if (++this.#depth > maxDepth) throw new ShellSyntaxError(this.#token.line, 'it is nested too deeply');
    const command = this.#compound() ?? this.#simple();
    this.#depth--;
    return command;
  }

  #compound(): Command | null {
    const { line } = this.#token;
    const word = this.#reserved();
    if (this.#isOperator('(')) {
      if (this.#isNext('(')) return this.#closed(this.#arithmetic(line));
      this.#take();
      const body = this.#list();
      this.#expect(')');
      return this.#closed({ kind: 'group', line, body, subshell: true });
    }
    if (word === '{')
      return this.#closed({ kind: 'group', line, body: this.#between('{', '}'), subshell: false });
    if (word === 'if') return this.#closed(this.#if());
    if (word === 'case') return this.#closed(this.#case());
    if (word === 'for') return this.#closed(this.#for());
    if (word === 'while' || word === 'until') {
      this.#take();
      const condition = this.#list();
      const body = this.#between('do', 'done');
      return this.#closed({ kind: 'while', line, until: word === 'until', condition, body });
    }
    if (word !== null && opaqueStarts.has(word))
      return word === '[[' ? this.#closed(this.#doubleBracket()) : this.#refuse(word);
    if (word === 'function') {
      this.#take();
      return this.#functionNamed(line, this.#name());
    }
    return null;
  }

  #refuse(word: string): never {
    throw new ShellSyntaxError(this.#token.line, `${word} is not followed`);
  }

  /** The same command, behind which its redirections are read. */
  #closed(command: Command): Command {
    const writes: Word[] = [];
    while (this.#redirection(writes));
    const { line } = command;
    if (writes.length === 0) return command;
    const opened: Command = { kind: 'simple', line, assignments: [], words: [], writes };
    return { kind: 'group', line, body: [opened, command], subshell: false };
  }

  #between(open: string, close: string): Command[] {
    this.#expect(open);
    const body = this.#list();
    this.#expect(close);
    return body;
  }

  #if(): Command {
    const { line } = this.#take();
    const arms: { condition: Command[]; body: Command[] }[] = [];
    for (;;) {
      const condition = this.#list();
      this.#expect('then');
      arms.push({ condition, body: this.#list() });
      if (this.#reserved() !== 'elif') break;
      this.#take();
    }
    const hasElse = this.#reserved() === 'else';
    if (hasElse) this.#take();
    const otherwise = hasElse ? this.#list() : [];
    this.#expect('fi');
    return { kind: 'if', line, arms, otherwise };
  }

  #case(): Command {
    const { line } = this.#take();
    const subject = this.#word();
    this.#skipNewlines();
    this.#expect('in');
    const items: { patterns: Word[]; body: Command[] }[] = [];
    for (this.#skipNewlines(); this.#reserved() !== 'esac'; this.#skipNewlines()) {
      if (this.#isOperator('(')) this.#take();
      const patterns = [this.#word()];
      while (this.#isOperator('|')) {
        this.#take();
        patterns.push(this.#word());
      }
      this.#expect(')');
      items.push({ patterns, body: this.#list() });
      if (this.#isOperator(';&', ';;&')) this.#refuse(';&');
      if (this.#isOperator(';;')) this.#take();
    }
    this.#expect('esac');
    return { kind: 'case', line, subject, items };
  }

  #for(): Command {
    const { line } = this.#take();
    if (this.#isOperator('(')) return this.#countingFor(line);
    const variable = this.#name();
    this.#skipNewlines();
    let words: Word[] | null = null;
    if (this.#reserved() === 'in') {
      this.#take();
      words = [];
      for (; this.#token.kind === 'word'; this.#take()) words.push(this.#token.word);
    }
    this.#skipSeparators();
    return { kind: 'for', line, variable, words, body: this.#between('do', 'done') };
  }

  /** `for (( … ))` of bash, whose rounds are not counted. */
  #countingFor(line: number): Command {
    if (!this.#isNext('(')) this.#refuse('for (');
    const head = this.#arithmetic(line);
    this.#skipSeparators();
    const body = [head, ...this.#between('do', 'done')];
    return { kind: 'for', line, variable: '_', words: [array], body };
  }

  /** `[[ … ]]`: what `||` and `&&` join are conditions of their own, and one that holds brackets is not read. */
  #doubleBracket(): Command {
    const { line } = this.#take();
    const alternatives: Condition[][] = [[{ words: [], isRead: true }]];
    let [current] = alternatives[0] ?? [];
    while (this.#reserved() !== ']]') {
      const token = this.#take();
      if (token.kind === 'end') throw new ShellSyntaxError(line, '[[ is never closed');
      if (token.kind === 'word') current?.words.push(token.word);
      else if (token.text === '&&' || token.text === '||') {
        current = { words: [], isRead: true };
        if (token.text === '||') alternatives.push([current]);
        else alternatives.at(-1)?.push(current);
      } else if (token.text !== '\n' && current !== undefined) current.isRead = false;
    }
    this.#take();
    const isRead = alternatives.every((each) => each.every(({ isRead: isPlain }) => isPlain));
    const hasBrackets = !isRead && alternatives.flat().length > 1;
    if (hasBrackets) return { kind: 'opaque', line, what: '[[' };
    return conditionOf(alternatives, line);
  }

  #arithmetic(line: number): Command & { kind: 'arithmetic' } {
    this.#take();
    const text = this.#lexer.arithmetic();
    this.#token = this.#lexer.next();
    return { kind: 'arithmetic', line, text };
  }

  /** Whether the character behind the next token is this one. */
  #isNext(character: string): boolean {
    return this.#hasArrays && this.#lexer.isNext(character);
  }

  #functionNamed(line: number, name: string): Command {
    if (this.#isOperator('(')) {
      this.#take();
      this.#expect(')');
    }
    this.#skipNewlines();
    return { kind: 'function', line, name, body: this.#command() };
  }

  #simple(): Command {
    const { line } = this.#token;
    const assignments: { name: string; value: Word }[] = [];
    const words: Word[] = [];
    const writes: Word[] = [];
    for (;;) {
      if (this.#redirection(writes)) continue;
      if (this.#token.kind !== 'word') break;
      const { text, word } = this.#token;
      const [, name, element] = /^([A-Za-z_]\w*)(\[[^\]]*\])?\+?=/.exec(text) ?? [];
      this.#take();
      if (name !== undefined && words.length === 0 && (element === undefined || this.#hasArrays)) {
        if (element !== undefined) assignments.push({ name, value: array });
        else if (this.#isOperator('(') && text.endsWith('=')) {
          this.#array();
          assignments.push({ name, value: array });
        } else
          assignments.push({ name, value: text.startsWith(`${name}+`) ? unread : assignedValue(word, name) });
      } else if (this.#isOperator('(') && declares(words) && /^[A-Za-z_]\w*\+?=$/.test(text)) {
        this.#array();
        words.push({ parts: [...word.parts, ...array.parts] });
      } else words.push(word);
      const isName = words.length === 1 && assignments.length === 0 && /^[\w.-]+$/.test(text);
      if (isName && this.#isOperator('(')) return this.#functionNamed(line, text);
    }
    if (words.length + assignments.length + writes.length === 0 && !this.#isOperator('\n', ';', '&', ')'))
      throw new ShellSyntaxError(line, 'a command is expected');
    return { kind: 'simple', line, assignments, words, writes };
  }

  /** What stands between the brackets of `NAME=( … )`. */
  #array(): void {
    if (!this.#hasArrays) this.#refuse('an array');
    this.#take();
    while (!this.#isOperator(')')) {
      if (this.#token.kind !== 'word' && !this.#isOperator('\n')) this.#refuse('an array');
      this.#take();
    }
    this.#take();
  }

  /** Reads one redirection with its word, which is noted where it is written to; false where none is next. */
  #redirection(writes: Word[]): boolean {
    if (this.#token.kind !== 'operator' || !redirections.has(this.#token.text)) return false;
    const { text } = this.#token;
    const token = this.#afterNext();
    if (token.kind !== 'word') throw new ShellSyntaxError(token.line, 'a redirection names no file');
    if (text.includes('>')) writes.push(token.word);
    if (text === '<<' || text === '<<-') this.#lexer.hereDocument(token.word, text === '<<-');
    this.#take();
    return true;
  }

  #word(): Word {
    const token = this.#take();
    if (token.kind !== 'word') throw new ShellSyntaxError(token.line, 'a word is expected');
    return token.word;
  }

  #name(): string {
    const token = this.#take();
    if (token.kind !== 'word' || !/^[\w.-]+$/.test(token.text))
      throw new ShellSyntaxError(token.line, 'a name is expected');
    return token.text;
  }
}

/** A piece of `[[ … ]]`. */
interface Condition {
  readonly words: Word[];
  isRead: boolean;
}

function conditionOf(alternatives: readonly (readonly Condition[])[], line: number): Command {
  const pieceOf = ({ words, isRead }: Condition): Command =>
    isRead ? { kind: 'condition', line, words } : { kind: 'opaque', line, what: '[[' };
  const joined = (commands: readonly Command[], operator: '&&' | '||'): Command => {
    const [first = { kind: 'opaque', line, what: '[[' }, ...others] = commands;
    if (others.length === 0) return first;
    return { kind: 'and-or', line, first, rest: others.map((command) => ({ operator, command })) };
  };
  const whole = joined(
    alternatives.map((each) => joined(each.map(pieceOf), '&&')),
    '||',
  );
  return whole.kind === 'and-or' ? { kind: 'group', line, body: [whole], subshell: false } : whole;
}

/** `declare` and the like, behind which arrays are words. */
function declares([first]: readonly Word[]): boolean {
  const name = first?.parts.map((part) => (part.kind === 'text' ? part.text : '?')).join('') ?? '';
  return /^(?:local|declare|typeset|readonly|export)$/.test(name);
}

const unread: Word = { parts: [{ kind: 'opaque', quoted: true, isMany: false }] };
const array: Word = { parts: [{ kind: 'opaque', quoted: true, isMany: true }] };

/** The word behind `NAME=`: its leading characters are single text parts. */
function assignedValue({ parts }: Word, name: string): Word {
  return { parts: parts.slice(name.length + 1) };
}

/** A script as far as it is understood: its commands, and where and why reading stopped. */
export interface Script {
  readonly commands: readonly Command[];
  readonly stop: { readonly line: number; readonly reason: string } | null;
}

/**
 * Parses a shell script; `hasArrays` for bash. Nothing is thrown: what is not understood ends the list of commands.
 */
export function parseScript(text: string, hasArrays: boolean): Script {
  let parser: Parser | null = null;
  try {
    parser = new Parser(text, hasArrays);
    parser.program();
    return { commands: parser.commands, stop: null };
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    return { commands: parser?.commands ?? [], stop: { line: error.line, reason: error.message } };
  }
}
