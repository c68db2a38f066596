import { createHash } from 'node:crypto';

/** `error`: one that the program does not speak of; `slow`, `memory`: over the bounds of `bounds`; `hang`: it had to be ended. */
export type FindingKind = 'error' | 'slow' | 'memory' | 'hang';

/** What one input did that none may do. */
export interface Finding {
  readonly subject: string;
  readonly kind: FindingKind;
  /** The number of the input, or the name of its file in the corpus. */
  readonly input: string;
  readonly words: string;
}

/** What one input may cost. */
export const bounds = { slowMs: 1000, hangMs: 60_000, memoryMiB: 256 } as const;

/** The words of an error with the places of this program's own sources. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [`${error.name}: ${error.message.slice(0, 300)}`, ...stack.slice(0, 6)].join('\n');
}

/** Findings of the same cause have the same key: the words without numbers, and where the error was thrown. */
export function keyOf({ kind, words }: Finding): string {
  const [message = '', ...stack] = words.split('\n');
  const where = kind === 'error' ? stack.slice(0, 2).join() : '';
  const cause = `${message.replace(/\d+/g, 'N').slice(0, 80)} ${where.replace(/:\d+/g, '')}`;
  return `${kind}-${createHash('sha256').update(cause).digest('hex').slice(0, 10)}`;
}
