import type { Terminal } from './terminal.ts';

/** How long work that was interrupted may take to clean up, in milliseconds. */
const stopWithin = 250;

/**
 * Does the work of a command with a signal that aborts at the first SIGINT or SIGTERM, and gives its exit status: that of the
 * signal where one came. Where work does not end soon after it, the process ends by the signal itself.
 */
export function interruptible(
  terminal: Terminal,
  work: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const stop = new AbortController();
    let stoppedWith: number | null = null;
    let timer: NodeJS.Timeout | undefined;
    const undo = terminal.onInterrupt((exitCode, leave) => {
      stoppedWith = exitCode;
      timer = setTimeout(leave, stopWithin);
      stop.abort();
    });
    work(stop.signal)
      .then(
        (exitCode) => resolve(stoppedWith ?? exitCode),
        (error) => (stoppedWith === null ? reject(error) : resolve(stoppedWith)),
      )
      .finally(() => {
        clearTimeout(timer);
        undo();
      });
  });
}
