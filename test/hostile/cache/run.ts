import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

const command = resolve('bin/libc-check.cjs');

/** A check that needs no cache but that of compiled code. */
export const plainCheck = ['fixtures/prediction-api', '--image', 'profile:alpine:3.19'];

/** What the plain check says. */
export const plainAnswer = /^✗ prediction-api will not start in profile:alpine:3\.19/;

/** Another user of this machine: nobody. */
export const asAnother = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the command, or the one of another build, before the call that is judged. */
export function start(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  { through = [], program = command }: { through?: readonly string[]; program?: string } = {},
): ChildProcess {
  const [first = '', ...words] = [...through, process.execPath, program, ...argv];
  return spawn(first, words, {
    env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs it to its end. */
export async function run(...call: Parameters<typeof start>): Promise<Ended> {
  const child = start(...call);
  const ended = new Promise<number | null>((done) => child.once('close', done));
  const [stdout = '', stderr = ''] = await Promise.all(
    [child.stdout, child.stderr].map((stream) => (stream === null ? '' : text(stream))),
  );
  return { status: await ended, stdout, stderr };
}

/** Lets other users into the folder of a trick. */
export function openToAll(folder: string): void {
  chmodSync(dirname(folder), 0o755);
  chmodSync(folder, 0o755);
}
