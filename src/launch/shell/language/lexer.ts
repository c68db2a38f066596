import type { Shell } from '../../../loader/scripts/shells.ts';
import { ansiQuoted, braced } from './dollar-parts.ts';
import { type Part, ShellSyntaxError, type Word } from './syntax.ts';

/** A token: a word, an operator, or the end of a line. */
export type Token = { readonly line: number } & (
  | { readonly kind: 'word'; readonly word: Word; readonly text: string }
  | { readonly kind: 'operator'; readonly text: string }
  | { readonly kind: 'end' }
);

const operators = [
  '<<-',
  '<<<',
  '&>>',
  ';;&',
  '&&',
  '||',
  ';;',
  ';&',
  '<<',
  '>>',
  '<&',
  '>&',
  '<>',
  '>|',
  '&>',
];
const operatorsOf: Readonly<Record<Shell, readonly string[]>> = {
  bash: operators,
  busybox: operators.filter((each) => each !== '<<<'),
  dash: operators.filter((each) => each !== '<<<' && !each.startsWith('&>')),
};
const single = new Set([';', '&', '|', '<', '>', '(', ')', '\n']);
const special = /[@*#?$!0-9-]/;

/** Reads the tokens of a script (POSIX.1-2017, 2.3). Throws ShellSyntaxError for what is never closed. */
export class Lexer {
  readonly #text: string;
  readonly #shell: Shell;
  #at = 0;
  #line = 1;
  /** Here-documents whose text begins behind this line. */
  readonly #pending: { readonly end: string; readonly tabs: boolean }[] = [];

  /** Dash has no `$'…'`, `<( … )` and `&>`. */
  constructor(text: string, shell: Shell) {
    this.#text = text;
    this.#shell = shell;
  }

  next(): Token {
    this.#skipBlanks();
    const line = this.#line;
    if (this.#at >= this.#text.length) return { kind: 'end', line };
    const operator = this.#isProcess()
      ? null
      : (operatorsOf[this.#shell].find((each) => this.#text.startsWith(each, this.#at)) ??
        (single.has(this.#peek()) ? this.#peek() : null));
    if (operator !== null) {
      this.#advance(operator.length);
      if (operator === '\n') this.#skipHereDocuments();
      return { kind: 'operator', text: operator, line };
    }
    const start = this.#at;
    const parts = this.#isProcess() ? [this.#process()] : this.#word();
    const text = this.#text.slice(start, this.#at);
    // The number of a file descriptor belongs to the redirection behind it.
    if (/^\d+$/.test(text) && /[<>]/.test(this.#peek())) return this.next();
    return { kind: 'word', word: { parts }, text, line };
  }

  /** To be called behind `<<`: the text up to `end` belongs to no command. */
  hereDocument(end: Word, tabs: boolean): void {
    this.#pending.push({
      end: end.parts.map((part) => (part.kind === 'text' ? part.text : '')).join(''),
      tabs,
    });
  }

  /** `<( … )` and `>( … )` of bash, which become the name of a file. */
  #isProcess(): boolean {
    return this.#shell !== 'dash' && /[<>]/.test(this.#peek()) && this.#peek(1) === '(';
  }

  #process(): Part {
    this.#advance();
    this.#balanced('(', ')');
    return { kind: 'opaque', quoted: true, isMany: false };
  }

  /** All of the text as one word. */
  wholeWord(): Word {
    const parts: Part[] = [];
    while (this.#at < this.#text.length) this.#part(parts, false);
    return { parts };
  }

  /** Whether this is the next character. */
  isNext(character: string): boolean {
    return this.#peek() === character;
  }

  /** The text of `(( … ))`, whose brackets were read. */
  arithmetic(): string {
    const start = this.#at;
    for (let depth = 2; depth > 0; ) {
      if (this.#at >= this.#text.length) throw this.#unclosed('((');
      const character = this.#advance();
      if (character === '(') depth++;
      else if (character === ')') depth--;
    }
    return this.#text.slice(start, this.#at - 2);
  }

  #peek(ahead = 0): string {
    return this.#text.charAt(this.#at + ahead);
  }

  #advance(count = 1): string {
    const taken = this.#text.slice(this.#at, this.#at + count);
    for (const character of taken) if (character === '\n') this.#line++;
    this.#at += count;
    return taken;
  }

  #skipBlanks(): void {
    for (;;) {
      const character = this.#peek();
      if (character === ' ' || character === '\t') this.#advance();
      else if (character === '\\' && this.#peek(1) === '\n') this.#advance(2);
      else if (character === '#')
        while (this.#at < this.#text.length && this.#peek() !== '\n') this.#advance();
      else return;
    }
  }

  #skipHereDocuments(): void {
    for (const { end, tabs } of this.#pending.splice(0)) {
      for (;;) {
        if (this.#at >= this.#text.length) return;
        const newline = this.#text.indexOf('\n', this.#at);
        const stop = newline < 0 ? this.#text.length : newline;
        const text = this.#text.slice(this.#at, stop);
        this.#advance(stop - this.#at + 1);
        if ((tabs ? text.replace(/^\t+/, '') : text) === end) break;
      }
    }
  }

  #word(): Part[] {
    const parts: Part[] = [];
    while (this.#at < this.#text.length && !this.#endsWord()) this.#part(parts, false);
    return parts;
  }

  #endsWord(): boolean {
    const character = this.#peek();
    return character === ' ' || character === '\t' || single.has(character);
  }

  #part(parts: Part[], quoted: boolean): void {
    const character = this.#peek();
    if (character === '\\') {
      this.#advance();
      const escaped = this.#advance();
      if (escaped === '\n') return;
      const isKept = quoted && !/[$`"\\]/.test(escaped);
      parts.push({ kind: 'text', text: isKept ? `\\${escaped}` : escaped, quoted: true });
    } else if (character === "'" && !quoted) {
      this.#advance();
      parts.push({ kind: 'text', text: this.#until("'"), quoted: true });
    } else if (character === '"' && !quoted) {
      this.#advance();
      parts.push({ kind: 'text', text: '', quoted: true });
      while (this.#peek() !== '"') {
        if (this.#at >= this.#text.length) throw this.#unclosed('"');
        this.#part(parts, true);
      }
      this.#advance();
    } else if (character === '`') {
      this.#advance();
      parts.push({ kind: 'substitution', text: this.#until('`'), quoted });
    } else if (character === '$') parts.push(this.#dollar(quoted));
    else parts.push({ kind: 'text', text: this.#advance(), quoted });
  }

  #until(end: string): string {
    const stop = this.#text.indexOf(end, this.#at);
    if (stop < 0) throw this.#unclosed(end);
    const text = this.#advance(stop - this.#at);
    this.#advance();
    return text;
  }

  #unclosed(what: string): ShellSyntaxError {
    return new ShellSyntaxError(this.#line, `${what} is never closed`);
  }

  #dollar(quoted: boolean): Part {
    this.#advance();
    const next = this.#peek();
    if (this.#text.startsWith('((', this.#at)) {
      const text = this.#balanced('(', ')');
      if (text.endsWith(')')) return { kind: 'arithmetic', text: text.slice(1, -1), quoted };
      return { kind: 'substitution', text, quoted };
    }
    if (next === '(') return { kind: 'substitution', text: this.#balanced('(', ')'), quoted };
    if (next === '{') return braced(this.#balanced('{', '}'), quoted, this.#shell);
    if (next === "'" && !quoted && this.#shell !== 'dash') {
      this.#advance();
      return ansiQuoted(this.#until("'"));
    }
    if (next === '"' && !quoted && this.#shell === 'bash') return { kind: 'text', text: '', quoted: true };
    const name = /^[A-Za-z_]\w*/.exec(this.#text.slice(this.#at, this.#at + 256))?.[0] ?? '';
    if (name !== '') this.#advance(name.length);
    else if (!special.test(next)) return { kind: 'text', text: '$', quoted };
    const plain = { operator: '', argument: '', quoted } as const;
    return { kind: 'parameter', name: name === '' ? this.#advance() : name, ...plain };
  }

  /** What stands between two brackets, whose first is next; quotes hide brackets. */
  #balanced(open: string, close: string): string {
    const start = this.#at + 1;
    let depth = 0;
    while (this.#at < this.#text.length) {
      const character = this.#advance();
      if (character === '\\') this.#advance();
      else if (character === "'" && open === '(') this.#until("'");
      else if (character === open) depth++;
      else if (character === close && --depth === 0) return this.#text.slice(start, this.#at - 1);
    }
    throw this.#unclosed(open);
  }
}

/** A text as one word, whatever blanks it has; null for one that is not closed. */
export function wordOf(text: string, shell: Shell): Word | null {
  try {
    return new Lexer(text, shell).wholeWord();
  } catch (error) {
    if (error instanceof ShellSyntaxError) return null;
    throw error;
  }
}
