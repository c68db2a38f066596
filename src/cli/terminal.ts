/** One of the two streams that a command writes to. */
export interface OutputStream {
  readonly isTerminal: boolean;
  /** Null when it is not a terminal. */
  readonly columns: number | null;
  /** Resolves when all was handed on; a reader that went away is no error. Throws UsageError for a full disk and its like. */
  write(content: string | Uint8Array): Promise<void>;
}

/** All that a command may know of the process around it. */
export interface Terminal {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Runs `stop` on the first SIGINT or SIGTERM; gives the function that undoes it. `leave` ends the process by that signal, for
   * work that cannot be stopped: Node itself would wait for a thread that opens a named pipe.
   */
  onInterrupt(stop: (exitCode: number, leave: () => void) => void): () => void;
}

const defaultColumns = 80;
const fewestColumns = 40;
const mostColumns = 120;

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

/**
 * Whether to colour what goes to `stream`. The options come first, then FORCE_COLOR and NO_COLOR in Node's own order,
 * then whether it is a terminal that can.
 */
export function wantsColor(
  asked: { readonly color: boolean; readonly noColor: boolean },
  env: Terminal['env'],
  isTerminal: boolean,
): boolean {
  if (asked.noColor) return false;
  if (asked.color) return true;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (isSet(env['NO_COLOR'])) return false;
  return isTerminal && env['TERM'] !== 'dumb';
}

/** Width for prose: that of the terminal, else COLUMNS, else 80; within 40 and 120, where it reads well. */
export function proseColumns(stream: OutputStream, env: Terminal['env']): number {
  const columns = stream.columns ?? Number.parseInt(env['COLUMNS'] ?? '', 10);
  if (!Number.isFinite(columns) || columns <= 0) return defaultColumns;
  return Math.min(mostColumns, Math.max(fewestColumns, columns));
}

/** Whether the locale of the environment can show more than ASCII (LC_ALL, LC_CTYPE, LANG, in that order). */
export function showsUnicode(env: Terminal['env']): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(isSet);
  return locale !== undefined && /utf-?8/i.test(locale);
}
