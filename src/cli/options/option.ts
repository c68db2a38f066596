import type { CommandName } from '../command-names.ts';

/** One option of the command line. The parser, the help, the messages, the completion and docs/cli.md are made from it. */
export interface Option {
  /** Without the dashes. */
  readonly name: string;
  readonly short?: string;
  /** `flag` takes no value, `value` one, `list` one each time it is given. */
  readonly kind: 'flag' | 'value' | 'list';
  /** What stands for the value in docs/cli.md: `FILE`. */
  readonly value?: string;
  /** All values that there are, where they can be listed; a function where they depend on the command. */
  readonly choices?: readonly string[] | ((command: CommandName) => readonly string[]);
  /** The empty string is a value too. */
  readonly mayBeEmpty?: boolean;
  /** A value, for messages. */
  readonly example?: string;
  /** One line for the help, without its full stop. */
  readonly describe: string;
  /** Sentences for docs/cli.md, in Markdown. The choices and whether it may be repeated are added to them. */
  readonly docLong: string;
}

/** Options that a command has all of or none of. Groups of one heading stand together in the help and in docs/cli.md. */
export interface OptionGroup {
  readonly heading:
    | 'What is checked'
    | 'Where images come from'
    | 'How it is started'
    | 'Report'
    | 'Profile'
    | 'Cache'
    | 'Other';
  readonly options: readonly Option[];
}
