/** A piece of a word. */
export type Part =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  /** `$name`, `${name}`, `${name:-argument}`; `operator` is empty without one, and `piece` for `${name:0:1}`. */
  | {
      readonly kind: 'parameter';
      readonly name: string;
      readonly operator: string;
      readonly argument: string;
      readonly quoted: boolean;
    }
  /** `$(…)` and backticks, by their text. */
  | { readonly kind: 'substitution'; readonly text: string; readonly quoted: boolean }
  /** `$(( … ))`, by its text. */
  | { readonly kind: 'arithmetic'; readonly text: string; readonly quoted: boolean }
  /** `${…}` that the shell does not have; it ends where the word is expanded. */
  | { readonly kind: 'bad'; readonly quoted: boolean }
  /** What is not read further: `$'…'`, arrays. `isMany`: it may become any number of fields. */
  | { readonly kind: 'opaque'; readonly quoted: boolean; readonly isMany: boolean };

/** One word of a command, not expanded. */
export interface Word {
  readonly parts: readonly Part[];
}

/** A command of the shell language (POSIX.1-2017, Shell Command Language, 2.9), with the line on which it begins. */
export type Command = { readonly line: number } & (
  | {
      readonly kind: 'simple';
      readonly assignments: readonly { readonly name: string; readonly value: Word }[];
      readonly words: readonly Word[];
      /** Files to which output is redirected. */
      readonly writes: readonly Word[];
    }
  | { readonly kind: 'pipeline'; readonly commands: readonly Command[]; readonly negated: boolean }
  | {
      readonly kind: 'and-or';
      readonly first: Command;
      readonly rest: readonly { readonly operator: '&&' | '||'; readonly command: Command }[];
    }
  | {
      readonly kind: 'if';
      readonly arms: readonly { readonly condition: readonly Command[]; readonly body: readonly Command[] }[];
      readonly otherwise: readonly Command[];
    }
  | {
      readonly kind: 'case';
      readonly subject: Word;
      readonly items: readonly { readonly patterns: readonly Word[]; readonly body: readonly Command[] }[];
    }
  /** `words` is null for `for NAME`, which takes the arguments. */
  | {
      readonly kind: 'for';
      readonly variable: string;
      readonly words: readonly Word[] | null;
      readonly body: readonly Command[];
    }
  | {
      readonly kind: 'while';
      readonly until: boolean;
      readonly condition: readonly Command[];
      readonly body: readonly Command[];
    }
  | { readonly kind: 'group'; readonly body: readonly Command[]; readonly subshell: boolean }
  | { readonly kind: 'function'; readonly name: string; readonly body: Command }
  | { readonly kind: 'background'; readonly command: Command }
  /** `[[ … ]]` without `&&`, `||` and brackets, which are commands of their own. */
  | { readonly kind: 'condition'; readonly words: readonly Word[] }
  /** `(( … ))` of bash, by its text. */
  | { readonly kind: 'arithmetic'; readonly text: string }
  /** `[[ … ]]` that is not read further. */
  | { readonly kind: 'opaque'; readonly what: string }
);

/** The text of a script that is not understood from a line on. */
export class ShellSyntaxError extends Error {
  override readonly name = 'ShellSyntaxError';
  readonly line: number;
  /** What the shell says of it, behind the line; null where it is only not understood here. */
  readonly fault: string | null;

  constructor(line: number, what: string, fault: string | null = null) {
    super(what);
    this.line = line;
    this.fault = fault;
  }
}
