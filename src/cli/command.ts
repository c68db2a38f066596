import type { Arguments } from './arguments.ts';
import type { Terminal } from './terminal.ts';

/** A command does its work and gives the exit status. Throws UsageError and ImageError for what the user can put right. */
export type Command = (args: Arguments, terminal: Terminal) => Promise<number>;
