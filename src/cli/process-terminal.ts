import { exitCodes } from './exit-code.ts';
import type { OutputStream, Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

function outputStream(stream: NodeJS.WriteStream): OutputStream {
  let open = true;
  // Without a listener the error ends the process; `write` reports it where it matters.
  stream.on('error', () => {
    open = false;
  });
  return {
    get isTerminal() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.isTTY === true ? stream.columns : null;
    },
    write: (content) =>
      new Promise((resolve, reject) => {
        if (!open || content.length === 0) return resolve();
        stream.write(content, (error: NodeJS.ErrnoException | null | undefined) => {
          // A reader that has seen enough (`| head`) is no error.
          if (!error || error.code === 'EPIPE') return resolve();
          reject(new UsageError(`cannot write the output: ${error.message}`, { cause: error }));
        });
      }),
  };
}

/** The terminal of this very process. */
export function processTerminal(): Terminal {
  const streams = { stdout: null as OutputStream | null, stderr: null as OutputStream | null };
  return {
    // Node makes its streams when they are first asked for: so do we.
    get stdout() {
      streams.stdout ??= outputStream(process.stdout);
      return streams.stdout;
    },
    get stderr() {
      streams.stderr ??= outputStream(process.stderr);
      return streams.stderr;
    },
    env: process.env,
    onInterrupt(stop) {
      const undo = (): void => {
        process.off('SIGINT', interrupted).off('SIGTERM', terminated);
      };
      const leave = (signal: NodeJS.Signals) => (): void => {
        undo();
        process.kill(process.pid, signal);
      };
      const interrupted = (): void => stop(exitCodes.interrupted, leave('SIGINT'));
      const terminated = (): void => stop(exitCodes.terminated, leave('SIGTERM'));
      process.once('SIGINT', interrupted).once('SIGTERM', terminated);
      return undo;
    },
  };
}
