import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Agent } from 'node:http';
import { Duplex } from 'node:stream';
import { printablePath } from '../entry-path.ts';
import { type SshAddress, sshArguments, trialCommand } from './ssh-command.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** How much of ssh's standard error is kept, in characters: its last line is what counts. */
const keptErrors = 4096;
/** A connection that ssh shares keeps standard error open after it has ended: this long is waited for it, in milliseconds. */
const errorGrace = 200;

/** ssh ended without a connection; the message is one line that says why and what to try. */
export class SshError extends Error {
  override readonly name = 'SshError';
}

/** Standard input and output of an ssh that is connected to an engine, as the socket of an HTTP client. */
class SshConnection extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #address: SshAddress;
  #errors = '';
  #answered = false;
  #idleTime = 0;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(address: SshAddress, env: Env) {
    super();
    this.#address = address;
    const child = spawn('ssh', sshArguments(address), { env: env as NodeJS.ProcessEnv, windowsHide: true });
    this.#child = child;
    child.stdout.on('data', (bytes: Buffer) => {
      if (!this.#answered && !isHttp(bytes)) {
        this.destroy(new SshError(strangerFault(bytes, address)));
        return;
      }
      this.#answered = true;
      this.#restartIdleTimer();
      if (!this.push(bytes)) child.stdout.pause();
    });
    child.stderr.setEncoding('latin1').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-keptErrors);
    });
    // A write to an ssh that has ended: its exit says why.
    child.stdin.on('error', () => {});
    child.once('error', (error) => this.destroy(new SshError(startFault(error))));
    child.stdout.once('end', () => setTimeout(() => this.#end(), errorGrace).unref());
    child.once('close', () => this.#end());
  }

  #end(): void {
    if (this.destroyed) return;
    if (this.#answered) this.push(null);
    else this.destroy(new SshError(connectFault(this.#errors, this.#address)));
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#restartIdleTimer();
    this.#child.stdin.write(bytes, () => done());
  }

  override _final(done: () => void): void {
    this.#child.stdin.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#idleTimer);
    this.#child.stdin.destroy();
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
    this.#child.kill();
    done(error);
  }

  #restartIdleTimer(): void {
    clearTimeout(this.#idleTimer);
    if (this.#idleTime === 0) return;
    this.#idleTimer = setTimeout(() => this.emit('timeout'), this.#idleTime).unref();
  }

  /** What an HTTP client asks of a socket besides a stream (`net.Socket`). */
  setTimeout(milliseconds: number, listener?: () => void): this {
    this.#idleTime = milliseconds;
    if (listener !== undefined) this.once('timeout', listener);
    this.#restartIdleTimer();
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  ref(): this {
    this.#child.ref();
    return this;
  }

  unref(): this {
    this.#child.unref();
    return this;
  }
}

function startFault(error: Error): string {
  if ('code' in error && error.code === 'ENOENT') return 'ssh is not installed: install the OpenSSH client';
  return `ssh cannot be started: ${printablePath(error.message)}`;
}

const isHttp = (start: Buffer): boolean => 'HTTP/'.startsWith(start.toString('latin1', 0, 'HTTP/'.length));

/** A shell that greets, an account without a shell. */
function strangerFault(start: Buffer, address: SshAddress): string {
  const [line = ''] = start.toString('latin1').trim().split('\n');
  return `"${printablePath(line.trim())}" is not an engine's answer; ${advice(address)}`;
}

const advice = (address: SshAddress): string => `check that "${printablePath(trialCommand(address))}" works`;

function connectFault(errors: string, address: SshAddress): string {
  const last = errors
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => line !== '');
  const why = last === undefined ? 'ssh ended without an answer' : `ssh: ${printablePath(last)}`;
  return `${why.replace(/^ssh: ssh: /, 'ssh: ').replace(/\.$/, '')}; ${advice(address)}`;
}

/**
 * An agent for an HTTP client that reaches the engine through the ssh of this machine and the docker or podman of the other
 * (`docker system dial-stdio`). One connection serves all requests, one after the other; `destroy` ends it. Requests fail
 * with SshError when there is no connection.
 */
export function sshAgent(address: SshAddress, env: Env): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agent.createConnection = () => new SshConnection(address, env);
  return agent;
}
