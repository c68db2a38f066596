import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { locateDocker, locatePodman } from '../../../src/image/engine/engine-location.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
const make = (path: string, content = ''): string => {
  const whole = join(folder, path);
  mkdirSync(join(whole, '..'), { recursive: true });
  writeFileSync(whole, content);
  return whole;
};

const socket = make('some.sock');
const rootless = make('run/docker.sock');
const podman = make('run/podman/podman.sock');
const runtime = join(folder, 'run');

/** A docker folder whose current context is `current` and whose only context `there` is at `host`. */
function dockerFolder(name: string, host: string, current: string, certificates = false): string {
  const id = createHash('sha256').update('there').digest('hex');
  make(`${name}/config.json`, JSON.stringify({ currentContext: current }));
  make(
    `${name}/contexts/meta/${id}/meta.json`,
    JSON.stringify({ Name: 'there', Endpoints: { docker: { Host: host } } }),
  );
  if (certificates)
    for (const file of ['ca', 'cert', 'key']) make(`${name}/contexts/tls/${id}/docker/${file}.pem`, file);
  return join(folder, name);
}

describe('DOCKER_HOST', () => {
  test.each([
    [`unix://${socket}`, { kind: 'socket', path: socket }],
    ['tcp://10.0.0.1:2375', { kind: 'tcp', host: '10.0.0.1', port: 2375, tls: null }],
    ['tcp://engine', { kind: 'tcp', host: 'engine', port: 2375, tls: null }],
    ['http://engine:99', { kind: 'tcp', host: 'engine', port: 99, tls: null }],
    ['tcp://[::1]:2375', { kind: 'tcp', host: '::1', port: 2375, tls: null }],
    [
      'ssh://me@host:22/run/d.sock',
      { kind: 'ssh', user: 'me', host: 'host', port: 22, socketPath: '/run/d.sock', program: 'docker' },
    ],
  ])('%s', (host, address) => {
    expect(locateDocker({ DOCKER_HOST: host })).toEqual({ address, from: 'DOCKER_HOST' });
  });

  test.each([
    ['ssh://-oProxyCommand=x', 'DOCKER_HOST is ssh://-oProxyCommand=x, whose host is not the name of one'],
    ['npipe:////./pipe/docker_engine', 'named pipes are not supported'],
    [`unix://${folder}/none.sock`, 'not running: DOCKER_HOST names the socket'],
    ['10.0.0.1:2375', 'is no address of an engine'],
    ['tcp://', 'is no address of an engine'],
    ['ftp://x', 'is no address of an engine'],
  ])('%s is reported in one sentence', (host, words) => {
    expect(locateDocker({ DOCKER_HOST: host })).toEqual({ reason: expect.stringContaining(words) });
  });

  test('with credentials does not show them', () => {
    expect(JSON.stringify(locateDocker({ DOCKER_HOST: 'ssh://me:secret@host' }))).not.toContain('secret');
  });

  test('with DOCKER_TLS_VERIFY takes the certificates of DOCKER_CERT_PATH, or of the docker folder', () => {
    for (const name of ['ca', 'cert', 'key']) make(`certs/${name}.pem`, name);
    const tls = { ca: 'ca', cert: 'cert', key: 'key', verify: true };
    const env = { DOCKER_HOST: 'tcp://engine', DOCKER_TLS_VERIFY: '1' };
    const address = { kind: 'tcp', host: 'engine', port: 2376, tls };
    expect(locateDocker({ ...env, DOCKER_CERT_PATH: join(folder, 'certs') })).toEqual({
      address,
      from: 'DOCKER_HOST',
    });
    expect(locateDocker({ ...env, DOCKER_CONFIG: join(folder, 'certs') })).toEqual({
      address,
      from: 'DOCKER_HOST',
    });
    expect(
      locateDocker({ DOCKER_HOST: 'tcp://engine', DOCKER_CERT_PATH: join(folder, 'certs') }),
    ).toMatchObject({
      address: { tls: { verify: false } },
    });
  });
});

describe('a Docker context', () => {
  test('is the current one of config.json, or the one of DOCKER_CONTEXT; DOCKER_HOST goes first', () => {
    const current = dockerFolder('a', `unix://${socket}`, 'there');
    const found = { address: { kind: 'socket', path: socket }, from: 'the Docker context "there"' };
    expect(locateDocker({ DOCKER_CONFIG: current })).toEqual(found);
    expect(
      locateDocker({ DOCKER_CONFIG: dockerFolder('b', `unix://${socket}`, ''), DOCKER_CONTEXT: 'there' }),
    ).toEqual(found);
    expect(locateDocker({ DOCKER_CONFIG: current, DOCKER_HOST: 'tcp://x' })).toMatchObject({
      from: 'DOCKER_HOST',
    });
  });

  test('brings its certificates along', () => {
    const home = dockerFolder('home/.docker', 'tcp://engine:2376', 'there', true);
    expect(locateDocker({ HOME: join(home, '..') })).toMatchObject({
      address: { kind: 'tcp', port: 2376, tls: { ca: 'ca', cert: 'cert', key: 'key', verify: true } },
    });
  });

  test('that is at an SSH host is reached over SSH', () => {
    expect(locateDocker({ DOCKER_CONFIG: dockerFolder('c', 'ssh://x', 'there') })).toMatchObject({
      address: { kind: 'ssh', user: null, host: 'x', port: null, socketPath: null },
      from: 'the Docker context "there"',
    });
  });

  test('that does not exist or is damaged is reported in one sentence', () => {
    expect(locateDocker({ DOCKER_CONFIG: folder, DOCKER_CONTEXT: 'nope' })).toEqual({
      reason: 'the Docker context "nope" does not exist: see "docker context ls"',
    });
    const damaged = dockerFolder('d', 'x', 'there');
    make(`d/contexts/meta/${createHash('sha256').update('there').digest('hex')}/meta.json`, '{');
    expect(locateDocker({ DOCKER_CONFIG: damaged })).toEqual({
      reason: 'the Docker context "there" cannot be read',
    });
  });

  test('`default` means the usual sockets', () => {
    const env = { DOCKER_CONFIG: dockerFolder('e', 'tcp://x', 'default'), XDG_RUNTIME_DIR: runtime };
    expect(locateDocker(env)).toMatchObject({ address: { kind: 'socket' } });
  });
});

describe('without anything set', () => {
  test('rootless sockets are found', () => {
    const found = locateDocker({ XDG_RUNTIME_DIR: runtime });
    expect(
      'address' in found && found.address.kind === 'socket' ? ['/var/run/docker.sock', rootless] : [],
    ).toContain('address' in found && found.address.kind === 'socket' ? found.address.path : '');
  });

  test('Podman’s user socket goes before the system’s, and CONTAINER_HOST before both', () => {
    expect(locatePodman({ XDG_RUNTIME_DIR: runtime })).toEqual({
      address: { kind: 'socket', path: podman },
      from: podman,
    });
    expect(locatePodman({ CONTAINER_HOST: `unix://${socket}` })).toMatchObject({ from: 'CONTAINER_HOST' });
    expect(locatePodman({ CONTAINER_HOST: 'ssh://x/s' })).toMatchObject({ address: { program: 'podman' } });
  });
});
