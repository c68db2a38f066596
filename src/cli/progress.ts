import { printable } from '../report/printable.ts';
import { proseColumns, type Terminal } from './terminal.ts';

/** What `openImage` and `check` tell while they work: what is being read, and how far, in bytes. */
export interface ProgressNews {
  readonly what: string;
  readonly bytes: number;
  readonly total: number | null;
}

export interface Progress {
  tell(news: ProgressNews): void;
  /** Takes the line away, so that other output starts on a clean one. */
  clear(): void;
}

const quietMilliseconds = 200;
const betweenMilliseconds = 80;
const clearLine = '\r\x1b[K';

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** `reading layer 2 of 5: 12.3 of 40.1 MB` */
export function progressWords({ what, bytes, total }: ProgressNews): string {
  const amount = total === null ? `${megabytes(bytes)} MB` : `${megabytes(bytes)} of ${megabytes(total)} MB`;
  return bytes === 0 && total === null ? printable(what) : `${printable(what)}: ${amount}`;
}

/**
 * One line on stderr that tells how far long work is; nothing when that is no terminal or the work is short. The last news is
 * shown also where none follow it for a while.
 */
export function createProgress(terminal: Terminal, now: () => number = Date.now): Progress {
  const isShown = terminal.stderr.isTerminal && terminal.env['TERM'] !== 'dumb';
  const started = now();
  let shownAt = 0;
  let latest: ProgressNews | null = null;
  let shown: ProgressNews | null = null;
  const show = (): void => {
    const time = now();
    if (latest === shown || latest === null) return;
    if (time - started < quietMilliseconds || time - shownAt < betweenMilliseconds) return;
    shownAt = time;
    shown = latest;
    const words = progressWords(latest).slice(0, proseColumns(terminal.stderr, terminal.env) - 1);
    void terminal.stderr.write(`${clearLine}${words}`);
  };
  const timer = isShown ? setInterval(show, betweenMilliseconds).unref() : null;
  return {
    tell(news) {
      if (!isShown) return;
      latest = news;
      show();
    },
    clear() {
      if (timer !== null) clearInterval(timer);
      if (shownAt > 0) void terminal.stderr.write(clearLine);
      shownAt = 0;
      latest = null;
    },
  };
}
