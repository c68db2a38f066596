import type { Command } from '../language/syntax.ts';

/** Whether the failure of a command itself ends the shell under errexit: those in a compound one have ended it before. */
export const mayExit = ({ kind }: Command): boolean => /^(?:simple|group|condition|arithmetic)$/.test(kind);
