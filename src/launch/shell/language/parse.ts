import type { Shell } from '../../../loader/scripts/shells.ts';
import { readCompound } from './compound-command.ts';
import type { Grammar } from './grammar.ts';
import { readSimpleCommand } from './simple-command.ts';
import { type Command, ShellSyntaxError } from './syntax.ts';
import { Tokens } from './tokens.ts';

const maxDepth = 64;
const closers = new Set(['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}']);

/** A parser by recursive descent (POSIX.1-2017, 2.10). It stops where it does not understand, and says at which line. */
class Parser implements Grammar {
  readonly #tokens: Tokens;
  #depth = 0;
  /** The top-level commands that were read whole. */
  readonly commands: Command[] = [];

  constructor(text: string, shell: Shell) {
    this.#tokens = new Tokens(text, shell);
  }

  program(): void {
    const tokens = this.#tokens;
    for (tokens.skipSeparators(); tokens.next.kind !== 'end'; tokens.skipSeparators()) {
      if (tokens.isOperator(')')) throw new ShellSyntaxError(tokens.next.line, ') is not expected');
      const word = tokens.reserved();
      if (word !== null && closers.has(word)) tokens.unexpected(`"${word}"`);
      this.commands.push(this.#andOr());
    }
  }

  list(closer: string): Command[] {
    this.#tokens.closers.push(closer);
    const commands = this.#commands();
    this.#tokens.closers.pop();
    return commands;
  }

  #commands(): Command[] {
    const tokens = this.#tokens;
    const commands: Command[] = [];
    for (;;) {
      tokens.skipSeparators();
      const word = tokens.reserved();
      if (tokens.next.kind === 'end' || tokens.isOperator(')', ';;', ';&', ';;&')) return commands;
      if (word !== null && closers.has(word)) return commands;
      commands.push(this.#andOr());
    }
  }

  command(): Command {
    if (++this.#depth > maxDepth)
      throw new ShellSyntaxError(this.#tokens.next.line, 'it is nested too deeply');
    const command = readCompound(this.#tokens, this) ?? readSimpleCommand(this.#tokens, this);
    this.#depth--;
    return command;
  }

  #andOr(): Command {
    const tokens = this.#tokens;
    const { line } = tokens.next;
    const first = this.#pipeline();
    const rest: { operator: '&&' | '||'; command: Command }[] = [];
    while (tokens.isOperator('&&', '||')) {
      const token = tokens.take();
      tokens.skipNewlines();
      const operator = token.kind === 'operator' && token.text === '&&' ? '&&' : '||';
      rest.push({ operator, command: this.#pipeline() });
    }
    const command: Command = rest.length === 0 ? first : { kind: 'and-or', line, first, rest };
    if (!tokens.isOperator('&')) return command;
    tokens.take();
    return { kind: 'background', line, command };
  }

  #pipeline(): Command {
    const tokens = this.#tokens;
    const { line } = tokens.next;
    if (tokens.isBash && tokens.reserved() === 'time') tokens.take();
    let negated = false;
    while (tokens.reserved() === '!') {
      tokens.take();
      negated = !negated;
    }
    const commands = [this.command()];
    while (tokens.isOperator('|')) {
      tokens.take();
      tokens.skipNewlines();
      commands.push(this.command());
    }
    const [only] = commands;
    if (only !== undefined && commands.length === 1 && !negated) return only;
    return { kind: 'pipeline', line, commands, negated };
  }
}

/** A script as far as it is understood: its commands, and where and why reading stopped. */
export interface Script {
  readonly commands: readonly Command[];
  readonly stop: {
    readonly line: number;
    readonly reason: string;
    /** What the shell says of it; null where it is only not understood here. */
    readonly fault: string | null;
  } | null;
}

/** Parses a shell script. Nothing is thrown: what is not understood ends the list of commands. */
export function parseScript(text: string, shell: Shell): Script {
  let parser: Parser | null = null;
  try {
    parser = new Parser(text, shell);
    parser.program();
    return { commands: parser.commands, stop: null };
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    const { line, message: reason, fault } = error;
    return { commands: parser?.commands ?? [], stop: { line, reason, fault } };
  }
}
