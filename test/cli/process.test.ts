import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { validatorOf } from '../schema/validate.ts';

/** The built command, as a user runs it; the other tests of this folder call `run` in their own process. */
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const failing = ['fixtures/prediction-api', '--image', 'profile:alpine:3.19'];

function run(args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '0', LC_ALL: 'C.UTF-8', ...env },
  });
  return { status, stdout, stderr };
}

function start(args: readonly string[], env: Record<string, string> = {}): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [main, ...args], { cwd: root, env: { ...process.env, ...env } });
}

async function ending(child: ChildProcessWithoutNullStreams) {
  const stderr = text(child.stderr);
  const [status, signal] = await once(child, 'exit');
  return { status, signal, stderr: await stderr };
}

describe('the built command', () => {
  test('gives its verdict as exit status and report', () => {
    const { status, stdout, stderr } = run(failing);
    expect([status, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(/^✗ prediction-api will not start in profile:alpine:3\.19\n/);
  });

  test('knows its version and commit', () => {
    expect(run(['--version']).stdout).toMatch(
      /^libc-check \d+\.\d+\.\d+\S* \(commit (?:[0-9a-f]{7,}|unknown)\)\n$/,
    );
  });

  test('prints JSON that keeps to the schema', () => {
    const { status, stdout } = run([...failing, '--image', 'profile:debian:12-slim', '--json']);
    expect(status).toBe(1);
    expect(validatorOf('report')(JSON.parse(stdout))).toEqual([]);
  });

  test('never shows a stack trace, unless asked', () => {
    const { status, stderr } = run(['--nothing-of-the-kind']);
    expect([status, stderr.match(/\n/g)?.length]).toEqual([2, 1]);
    expect(run(['--nothing-of-the-kind'], { LIBC_CHECK_DEBUG: '1' }).stderr).toMatch(/\n {4}at /);
  });

  test('ends quietly when its reader goes away', async () => {
    const child = start(['inspect', process.execPath, '--json']);
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await ending(child)).toEqual({ status: 0, signal: null, stderr: '' });
  });

  test.runIf(existsSync('/dev/full'))('says so when its output cannot be written', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [main, ...failing], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', full, 'pipe'],
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^libc-check: cannot write the output: .*ENOSPC.*\n$/);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('stops at %s with status %i and no verdict', async (signal, expected) => {
    let connect = (): void => {};
    const connected = new Promise<void>((resolve) => {
      connect = resolve;
    });
    const silentEngine = createServer(() => connect()).listen(0, '127.0.0.1');
    await once(silentEngine, 'listening');
    const { port } = silentEngine.address() as AddressInfo;
    const child = start(['fixtures/prediction-api', '--image', 'docker:alpine:3.19'], {
      DOCKER_HOST: `tcp://127.0.0.1:${port}`,
    });
    const stdout = text(child.stdout);
    await connected;
    child.kill(signal);
    const { status, stderr } = await ending(child);
    silentEngine.close();
    expect([status, await stdout, stderr]).toEqual([expected, '', '']);
  });
});
