import { exitCodes } from './exit-code.ts';
import { processTerminal } from './process-terminal.ts';
import { reportError, run } from './run.ts';

function end(exitCode: number): void {
  // Connections that an engine's client keeps open must not hold the process once all is said.
  process.exit(exitCode);
}

/** Runs the command line of this process, and ends the process with the exit status of what it finds. */
export function runProcess(): void {
  // A process cannot end while the C library looks up a name (resolv.conf(5)): without a name server that answers, that is
  // 10 seconds by default, and 3 with this, for the same number of tries and one more.
  process.env['RES_OPTIONS'] ??= 'timeout:1 attempts:3';
  // What a package should not have called is nothing that a user could change.
  process.noDeprecation = true;
  const terminal = processTerminal();
  // Whatever happens, a process that came to no verdict must not look like one that found everything well.
  process.exitCode = exitCodes.unknown;
  process.once('beforeExit', () => {
    void reportError(new Error('the work stopped without a result'), terminal).then(end);
  });
  process.on('uncaughtException', (error) => {
    void reportError(error, terminal).then(end);
  });
  void run(process.argv.slice(2), terminal).then(end);
}
