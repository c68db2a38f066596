import type { OutputStream, Terminal } from '../../src/cli/terminal.ts';

/** A terminal that keeps what is written to it; `columns` makes both streams terminals of that width. */
export function recordingTerminal(
  options: { readonly columns?: number | null; readonly env?: Terminal['env'] } = {},
): {
  readonly terminal: Terminal;
  readonly written: { stdout: string; stderr: string };
  interrupt(exitCode: number): void;
} {
  const { columns = null, env = {} } = options;
  const written = { stdout: '', stderr: '' };
  const listeners = new Set<(exitCode: number, leave: () => void) => void>();
  const stream = (name: 'stdout' | 'stderr'): OutputStream => ({
    isTerminal: columns !== null,
    columns,
    write: async (text) => {
      written[name] += text;
    },
  });
  const terminal: Terminal = {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    env,
    onInterrupt(stop) {
      listeners.add(stop);
      return () => listeners.delete(stop);
    },
  };
  return {
    terminal,
    written,
    interrupt: (exitCode) => {
      for (const stop of listeners) stop(exitCode, () => {});
    },
  };
}
