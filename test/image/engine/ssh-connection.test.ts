import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import type { Image } from '../../../src/image/image.ts';
import { openImage } from '../../../src/image/open-image.ts';
import { imageError } from '../expectations.ts';
import { digestOf } from '../oci-blobs.ts';
import { tarBytes } from '../tar-bytes.ts';
import { temporaryFolder, withoutEngines } from '../temporary-folder.ts';

const folder = temporaryFolder();
let count = 0;
let servers: Server[] = [];
afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers = [];
});

/** A program `ssh` that is a Node script, and the folder that it is alone in. It notes how it was called. */
function programSsh(script: string): {
  readonly path: string;
  readonly calls: () => string[][];
  pids: () => number[];
} {
  const path = join(folder, `bin-${++count}`);
  const log = join(path, 'calls');
  mkdirSync(path);
  const note = `require('node:fs').appendFileSync(${JSON.stringify(log)},
    JSON.stringify({ pid: process.pid, args: process.argv.slice(2) }) + '\\n');`;
  writeFileSync(join(path, 'ssh'), `#!${process.execPath}\n${note}\n${script}`);
  chmodSync(join(path, 'ssh'), 0o755);
  const calls = (): { pid: number; args: string[] }[] =>
    readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  return { path, calls: () => calls().map(({ args }) => args), pids: () => calls().map(({ pid }) => pid) };
}

/** What `docker system dial-stdio` does on the other machine, for an engine that answers as the test says. */
async function dialStdio(answer: RequestListener): Promise<string> {
  const socket = join(folder, `${++count}.sock`);
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return `const socket = require('node:net').connect(${JSON.stringify(socket)});
    process.stdin.pipe(socket).pipe(process.stdout);
    socket.on('close', () => process.stdin.destroy());`;
}

function open(path: string, signal?: AbortSignal): Promise<Image> {
  const env = { ...withoutEngines(folder).env, PATH: path, DOCKER_HOST: 'ssh://me@host:2222' };
  return openImage('docker:app:1', { platform: null, fitting: null, env, ...(signal ? { signal } : {}) });
}

const isRunning = (pid: number): boolean => existsSync(`/proc/${pid}`);

async function ended(pids: readonly number[]): Promise<boolean> {
  for (let tries = 0; tries < 100 && pids.some(isRunning); tries++) await sleep(20);
  return pids.length > 0 && !pids.some(isRunning);
}

// Larger than what pipes and streams hold on the way, so that it comes in portions.
const layer = tarBytes([{ name: 'app', data: Buffer.alloc(3_000_000, 'x') }]);
const config = Buffer.from(
  JSON.stringify({ os: 'linux', architecture: 'amd64', config: {}, rootfs: { diff_ids: [digestOf(layer)] } }),
);
const saved = tarBytes([
  { name: 'l/layer.tar', data: layer },
  { name: 'config.json', data: config },
  {
    name: 'manifest.json',
    data: JSON.stringify([{ Config: 'config.json', RepoTags: ['app:1'], Layers: ['l/layer.tar'] }]),
  },
]);
const inspected = JSON.stringify({ Id: digestOf(config), Os: 'linux', Architecture: 'amd64', Size: 1 });

const engine: RequestListener = (request, response) => {
  if (request.url === '/images/app:1/json') response.end(inspected);
  else if (request.url === '/images/app:1/get') response.end(saved);
  else response.writeHead(404).end('{"message":"No such image"}');
};

describe('an engine over SSH', () => {
  test('gives its image through one ssh, which has ended afterwards', async () => {
    const ssh = programSsh(await dialStdio(engine));
    const image = await open(ssh.path);
    expect(image).toMatchObject({ source: 'docker', digest: digestOf(config) });
    expect(image.content.layers[0]?.entries).toMatchObject([{ path: 'app' }]);
    expect(ssh.calls()).toEqual([
      [
        ...['-l', 'me', '-p', '2222', '-o', 'ConnectTimeout=30', '-T', '--', 'host'],
        ...['docker', 'system', 'dial-stdio'],
      ],
    ]);
    expect(await ended(ssh.pids())).toBe(true);
  });

  test('that closes each connection is asked again through another ssh', async () => {
    const ssh = programSsh(
      await dialStdio((request, response) => {
        response.setHeader('Connection', 'close');
        engine(request, response);
      }),
    );
    expect(await open(ssh.path)).toMatchObject({ digest: digestOf(config) });
    expect(ssh.calls()).toHaveLength(3);
    expect(await ended(ssh.pids())).toBe(true);
  });

  test('that lacks the image says so', async () => {
    const ssh = programSsh(await dialStdio((_, response) => response.writeHead(404).end('{}')));
    expect((await imageError(() => open(ssh.path))).message).toBe(
      'docker:app:1: Docker (DOCKER_HOST) has no image app:1',
    );
    expect(await ended(ssh.pids())).toBe(true);
  });

  const stderr = (text: string, status: number): string =>
    `process.stderr.write(${JSON.stringify(text)}, () => process.exit(${status}));`;
  const advice = 'check that "ssh -l me -p 2222 host docker version" works';

  test.each<[string, string, string]>([
    [
      'is not let in',
      stderr('Warning: x\nme@host: Permission denied (publickey).\r\n', 255),
      `ssh: me@host: Permission denied (publickey); ${advice}`,
    ],
    [
      'is on an unknown host',
      stderr('ssh: Could not resolve hostname host: Name or service not known\n', 255),
      `ssh: Could not resolve hostname host: Name or service not known; ${advice}`,
    ],
    ['has no docker', stderr('sh: 1: docker: not found\n', 127), `ssh: sh: 1: docker: not found; ${advice}`],
    ['says nothing', 'process.exit(1);', `ssh ended without an answer; ${advice}`],
    ['writes to the terminal', stderr('\u001b[31mno\u0007\n', 1), `ssh: \\x1b[31mno\\x07; ${advice}`],
    ['speaks another language', stderr('Zugriff verweigert für mich\n', 255), 'Zugriff verweigert für mich'],
    [
      'is an account without a shell',
      'process.stdout.write("This account is not available.\\n");',
      `"This account is not available." is not an engine's answer; ${advice}`,
    ],
  ])('that %s ends with one line', async (_, script, words) => {
    const ssh = programSsh(script);
    const error = await imageError(() => open(ssh.path));
    expect(error.code).toBe('unreadable');
    expect(error.message).toContain(`docker:app:1: Docker (DOCKER_HOST) cannot be reached: `);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('\n');
    expect(await ended(ssh.pids())).toBe(true);
  });

  test('where no ssh is installed ends with one line', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    expect((await imageError(() => open(empty))).message).toContain(
      'cannot be reached: ssh is not installed: install the OpenSSH client',
    );
  });

  test('whose ssh breaks off the export ends with one line', async () => {
    const ssh = programSsh(
      await dialStdio((request, response) => {
        if (request.url === '/images/app:1/json') response.end(inspected);
        else if (request.url !== '/images/app:1/get') response.writeHead(404).end();
        else {
          response.writeHead(200, { 'Content-Length': saved.length });
          response.write(saved.subarray(0, 100_000), () => response.destroy());
        }
      }),
    );
    expect((await imageError(() => open(ssh.path))).message).toContain('the connection broke');
    expect(await ended(ssh.pids())).toBe(true);
  });

  test.each<[string, RequestListener]>([
    ['while it is connected', () => {}],
    [
      'in the middle of the export',
      (request, response) => {
        if (request.url === '/images/app:1/json') response.end(inspected);
        else if (request.url !== '/images/app:1/get') response.writeHead(404).end();
        else response.write(saved.subarray(0, 700));
      },
    ],
  ])('is left %s when the caller gives up, and its ssh ends', async (_, answer) => {
    const ssh = programSsh(await dialStdio(answer));
    const controller = new AbortController();
    const opening = open(ssh.path, controller.signal);
    setTimeout(() => controller.abort(), 500);
    await expect(opening).rejects.toThrow(/abort/i);
    expect(await ended(ssh.pids())).toBe(true);
  });

  test('does not outlive a libc-check that is killed', async () => {
    const ssh = programSsh(await dialStdio(() => {}));
    const root = fileURLToPath(new URL('../../../', import.meta.url));
    const command = spawn(
      process.execPath,
      [join(root, 'dist/cli/main.js'), join(root, 'fixtures/prediction-api'), '--image', 'docker:app:1'],
      { env: { ...process.env, PATH: ssh.path, DOCKER_HOST: 'ssh://host' }, stdio: 'ignore' },
    );
    const log = join(ssh.path, 'calls');
    for (let tries = 0; tries < 200 && !existsSync(log); tries++) await sleep(20);
    command.kill('SIGKILL');
    await once(command, 'exit');
    expect(await ended(ssh.pids())).toBe(true);
  });
});
