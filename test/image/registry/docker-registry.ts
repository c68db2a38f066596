import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Need, needProgram } from '../../needs.ts';

/** Debian's docker-registry and what fills it. */
export const registryNeeds: readonly Need[] = [
  needProgram('docker-registry'),
  needProgram('skopeo'),
  needProgram('openssl', ['version']),
  needProgram('htpasswd', ['-nbB', 'user', 'password']),
];

/** A registry as it is run in earnest: in a process of its own, with its storage in a folder. */
export interface RunningRegistry {
  /** `127.0.0.1:PORT` or `localhost:PORT` */
  readonly host: string;
  stop(): Promise<void>;
}

export interface RegistrySetup {
  /** A folder for its storage and configuration. */
  readonly folder: string;
  readonly user?: { readonly name: string; readonly password: string };
  readonly certificate?: { readonly certificate: string; readonly key: string };
}

/** A port that nothing listens on now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function configuration({ folder, user, certificate }: RegistrySetup, port: number): string {
  const config = {
    version: '0.1',
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(folder, 'storage') } },
    http: {
      addr: `127.0.0.1:${port}`,
      ...(certificate === undefined ? {} : { tls: certificate }),
    },
    ...(user === undefined ? {} : { auth: { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } } }),
  };
  return JSON.stringify(config); // YAML takes JSON
}

/** Starts docker-registry and waits until it answers. */
export async function startRegistry(setup: RegistrySetup): Promise<RunningRegistry> {
  const { folder, user, certificate } = setup;
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  if (user !== undefined)
    writeFileSync(join(folder, 'htpasswd'), execFileSync('htpasswd', ['-nbB', user.name, user.password]));
  writeFileSync(join(folder, 'config.yml'), configuration(setup, port));
  const child = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  const host = `${certificate === undefined ? '127.0.0.1' : 'localhost'}:${port}`;
  const stop = () => stopped(child);
  for (let i = 0; i < 100; i++) {
    if (child.exitCode !== null) throw new Error(`docker-registry ended with ${child.exitCode}`);
    const answers = await fetch(`http://127.0.0.1:${port}/v2/`).then(
      () => true,
      () => false,
    );
    if (answers) return { host, stop };
    await sleep(50);
  }
  await stop();
  throw new Error('docker-registry did not answer');
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

/** A certificate authority of the tests' own and a certificate of it for localhost. */
export function makeCertificates(folder: string): { ca: string; certificate: string; key: string } {
  mkdirSync(folder, { recursive: true });
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const request = ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-batch'];
  openssl(
    ...request,
    '-x509',
    '-days',
    '2',
    '-subj',
    '/CN=Test CA',
    '-keyout',
    path('ca.key'),
    '-out',
    path('ca.pem'),
  );
  openssl(...request, '-subj', '/CN=localhost', '-keyout', path('server.key'), '-out', path('server.csr'));
  writeFileSync(path('names'), 'subjectAltName=DNS:localhost,DNS:registry.test,IP:127.0.0.1\n');
  openssl(
    ...[
      'x509',
      '-req',
      '-in',
      path('server.csr'),
      '-CA',
      path('ca.pem'),
      '-CAkey',
      path('ca.key'),
      '-CAcreateserial',
    ],
    ...['-days', '2', '-extfile', path('names'), '-out', path('server.pem')],
  );
  return { ca: path('ca.pem'), certificate: path('server.pem'), key: path('server.key') };
}

/** Copies an image with skopeo; certificates of the destination are not looked at. */
export function skopeoCopy(from: string, to: string, ...options: string[]): void {
  const insecure = ['--dest-tls-verify=false', '--insecure-policy'];
  execFileSync('skopeo', ['copy', '--quiet', ...insecure, ...options, from, to], { stdio: 'pipe' });
}
