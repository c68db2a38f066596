import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Call, Trick } from '../trick.ts';
import { hangsUp, only } from '../wire/answers.ts';
import { listen } from '../wire/listen.ts';
import { callAt } from './fake-engine.ts';

const soon = { bounds: { seconds: 20 }, small: true } as const;

/** Something at the path of the engine's socket that is none. */
function at(make: (path: string) => void): (folder: string) => Call {
  return (folder) => {
    const path = join(folder, 'docker.sock');
    make(path);
    return callAt(`unix://${path}`);
  };
}

/** An ssh in PATH that does this instead of connecting. */
function withSsh(script: string): (folder: string) => Call {
  return (folder) => {
    writeFileSync(join(folder, 'ssh'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'ssh'), 0o755);
    return callAt('ssh://me@remote.example', { PATH: `${folder}:${process.env['PATH']}` });
  };
}

/** A server of TCP that an engine's address names. */
const server =
  (answer: Parameters<typeof listen>[1], scheme: string, env: Readonly<Record<string, string>> = {}) =>
  async (): Promise<Call> => {
    const { server: listening, end } = await listen('127.0.0.1', answer);
    const { port } = listening.address() as AddressInfo;
    return { ...callAt(`${scheme}://127.0.0.1:${port}`, env), end };
  };

/** Where an engine may be said to be. */
export const locations: readonly Trick[] = [
  { name: 'its socket is a file', prepare: at((path) => writeFileSync(path, 'x')), status: [3], ...soon },
  { name: 'its socket is a folder', prepare: at((path) => mkdirSync(path)), status: [3], ...soon },
  {
    name: 'its socket is a FIFO',
    prepare: at((path) => void spawnSync('mkfifo', [path])),
    status: [3],
    ...soon,
  },
  {
    name: 'its socket is a link to itself',
    prepare: at((path) => symlinkSync(path, path)),
    status: [3],
    ...soon,
  },
  {
    name: 'its socket is a link to /dev/zero',
    prepare: at((path) => symlinkSync('/dev/zero', path)),
    status: [3],
    ...soon,
  },
  {
    name: 'its socket has a path of 5,000 bytes',
    prepare: () => callAt(`unix:///${'x/'.repeat(2500)}`),
    status: [3],
    ...soon,
  },
  {
    name: 'its address acts on a terminal',
    prepare: () => callAt('tcp://\u001b[2J:1'),
    status: [3],
    ...soon,
  },
  {
    name: 'its address has 100 KB',
    prepare: () => callAt(`tcp://${'x'.repeat(100_000)}`),
    status: [3],
    ...soon,
  },
  { name: 'its port is 99999', prepare: () => callAt('tcp://127.0.0.1:99999'), status: [3], ...soon },
  { name: 'nothing listens at its port', prepare: () => callAt('tcp://127.0.0.1:1'), status: [3], ...soon },
  {
    name: 'TLS, and the server speaks none',
    prepare: server(() => hangsUp('HTTP/1.1 400 Bad\r\n\r\n'), 'https'),
    status: [3],
    ...soon,
  },
  {
    name: 'TLS, and the server is silent',
    prepare: server(() => only(), 'https'),
    status: [3],
    bounds: { seconds: 30 },
  },
  {
    name: 'a folder of certificates that holds a link to /dev/zero',
    prepare: (folder) => {
      symlinkSync('/dev/zero', join(folder, 'ca.pem'));
      return callAt('tcp://127.0.0.1:1', { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder });
    },
    status: [3],
    ...soon,
  },
  { name: 'ssh hangs', prepare: withSsh('exec sleep 300'), status: [3], bounds: { seconds: 110 } },
  { name: 'ssh prints without an end', prepare: withSsh('exec yes'), status: [3], bounds: { seconds: 30 } },
  {
    name: 'ssh complains without an end',
    prepare: withSsh('yes complaint >&2 & sleep 5; kill $!; exit 255'),
    status: [3],
    bounds: { seconds: 30 },
  },
  {
    name: 'ssh complains in words that act on a terminal',
    prepare: withSsh("printf '\\033[2J\\033]0;x\\007' >&2; exit 255"),
    status: [3],
    ...soon,
  },
  { name: 'ssh ends at once', prepare: withSsh('exit 0'), status: [3], ...soon },
];
