import type { Shell } from '../../../loader/scripts/shells.ts';
import { Lexer, type Token } from './lexer.ts';
import { ShellSyntaxError, type Word } from './syntax.ts';

/** The tokens of a script with one in view, as a parser by recursive descent takes them. */
export class Tokens {
  readonly shell: Shell;
  /** The words that would close the commands that are being read, the innermost last. */
  readonly closers: string[] = [];
  readonly #lexer: Lexer;
  #token: Token;

  constructor(text: string, shell: Shell) {
    this.shell = shell;
    this.#lexer = new Lexer(text, shell);
    this.#token = this.#lexer.next();
  }

  /** Bash's grammar: arrays, `((`, `time`. */
  get isBash(): boolean {
    return this.shell === 'bash';
  }

  /** The next token, which stays the next. */
  get next(): Token {
    return this.#token;
  }

  take(): Token {
    const taken = this.#token;
    this.#token = this.#lexer.next();
    return taken;
  }

  /** The token behind the next one, which is left out. */
  afterNext(): Token {
    this.take();
    return this.#token;
  }

  isOperator(...texts: string[]): boolean {
    return this.#token.kind === 'operator' && texts.includes(this.#token.text);
  }

  /** Whether a word is next. */
  isWord(): boolean {
    return this.#token.kind === 'word';
  }

  /** The next word as it is written, where it could be a reserved one. */
  reserved(): string | null {
    return this.#token.kind === 'word' ? this.#token.text : null;
  }

  expect(text: string): void {
    const token = this.take();
    if (token.kind === 'end' || token.text !== text)
      throw new ShellSyntaxError(token.line, `${text} is expected`);
  }

  skipSeparators(): void {
    while (this.isOperator('\n', ';')) this.take();
  }

  skipNewlines(): void {
    while (this.isOperator('\n')) this.take();
  }

  /** Whether the character behind the next token is this one, in bash. */
  isBehind(character: string): boolean {
    return this.isBash && this.#lexer.isNext(character);
  }

  /** The text of `(( … ))`, of which the first bracket is the next token. */
  arithmetic(): string {
    this.take();
    const text = this.#lexer.arithmetic();
    this.#token = this.#lexer.next();
    return text;
  }

  /** To be called before the word behind `<<` is taken. */
  hereDocument(end: Word, tabs: boolean): void {
    this.#lexer.hereDocument(end, tabs);
  }

  word(): Word {
    const token = this.take();
    if (token.kind !== 'word') throw new ShellSyntaxError(token.line, 'a word is expected');
    return token.word;
  }

  name(): string {
    const token = this.take();
    if (token.kind !== 'word' || !/^[\w.-]+$/.test(token.text))
      throw new ShellSyntaxError(token.line, 'a name is expected');
    return token.text;
  }

  /** Ends the reading at what dash and busybox refuse: `what` as they name it (Debian 12, Alpine 3.20). */
  unexpected(what: string, isInList = true): never {
    if (this.isBash) return this.refuse(what);
    const closer = isInList ? this.closers.at(-1) : undefined;
    const expecting = closer === undefined ? '' : ` (expecting "${closer}")`;
    const said =
      this.shell === 'dash'
        ? `Syntax error: ${what} unexpected${expecting}`
        : `syntax error: unexpected ${what}${expecting}`;
    throw new ShellSyntaxError(this.#token.line, `${what} is a syntax error there`, said);
  }

  /** Ends the reading at `for (( … ))` of a shell that has none. */
  badLoop(): never {
    const said =
      this.shell === 'dash' ? 'Syntax error: Bad for loop variable' : 'syntax error: bad for loop variable';
    throw new ShellSyntaxError(this.#token.line, 'for (( is a syntax error there', said);
  }

  /** Ends the reading at what is not followed. */
  refuse(what: string): never {
    throw new ShellSyntaxError(this.#token.line, `${what} is not followed`);
  }
}
