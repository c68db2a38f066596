import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openImage } from '../../src/image/open-image.ts';
import { imageError, plainIndex } from '../image/expectations.ts';
import { describeNeeding, type Need, needEngine, needProgram } from '../needs.ts';
import { load, removeLoaded } from './engine.ts';
import { file } from './layer.ts';

const sshd = '/usr/sbin/sshd';

function needSshServer(): Need {
  return { name: 'sshd', missing: existsSync(sshd) ? null : `${sshd} is not installed` };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describeNeeding(
  'a real engine through a real SSH server',
  [needEngine(), needSshServer(), needProgram('ssh', ['-V'])],
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'libc-check-ssh-'));
    const path = (name: string): string => join(folder, name);
    const socket = (process.env['DOCKER_HOST'] ?? '').replace(/^unix:\/\//, '') || '/var/run/docker.sock';
    const { username } = userInfo();
    let server: ChildProcess;
    let port = 0;
    let tag = '';

    /** The environment of a user whose ssh has a configuration of its own: OpenSSH ignores its HOME. */
    function sshUser(name: string, options: readonly string[]): Record<string, string | undefined> {
      mkdirSync(path(name));
      writeFileSync(path(`${name}/config`), options.map((option) => `${option}\n`).join(''));
      const ssh = execFileSync('sh', ['-c', 'command -v ssh'], { encoding: 'utf8' }).trim();
      writeFileSync(path(`${name}/ssh`), `#!/bin/sh\nexec ${ssh} -F ${path(`${name}/config`)} "$@"\n`);
      chmodSync(path(`${name}/ssh`), 0o755);
      return { ...process.env, PATH: `${path(name)}${delimiter}${process.env['PATH']}` };
    }

    const key = (name: string): void =>
      void execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path(name)]);
    const knownHost = (): string[] => [
      `UserKnownHostsFile ${path('known-hosts')}`,
      'IdentitiesOnly yes',
      'BatchMode yes',
    ];

    beforeAll(async () => {
      for (const name of ['host-key', 'user-key', 'other-key']) key(name);
      copyFileSync(path('user-key.pub'), path('authorized-keys'));
      port = await freePort();
      const hostKey = execFileSync('cut', ['-d', ' ', '-f', '1-2', path('host-key.pub')], {
        encoding: 'utf8',
      });
      writeFileSync(path('known-hosts'), `[127.0.0.1]:${port} ${hostKey}`);
      writeFileSync(
        path('sshd-config'),
        [
          ...['ListenAddress 127.0.0.1', `Port ${port}`, `HostKey ${path('host-key')}`],
          ...[`AuthorizedKeysFile ${path('authorized-keys')}`, 'StrictModes no', 'UsePAM no', 'PidFile none'],
        ].join('\n'),
      );
      // Where the server of Debian starts, its service makes this folder.
      if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
      server = spawn(sshd, ['-D', '-e', '-f', path('sshd-config')], { stdio: ['ignore', 'ignore', 'pipe'] });
      let words = '';
      server.stderr?.on('data', (text) => (words += String(text)));
      for (let tries = 0; tries < 200 && !words.includes('listening'); tries++) {
        if (server.exitCode !== null) throw new Error(words);
        await sleep(25);
      }
      tag = await load({ layers: [[file('etc/release', 'x\n')]] }, 'ssh');
    });
    afterAll(async () => {
      server?.kill();
      await removeLoaded();
      rmSync(folder, { recursive: true, force: true });
    });

    const open = (env: Record<string, string | undefined>, name = tag) =>
      openImage(`docker:${name}`, {
        platform: null,
        fitting: null,
        env: { ...env, DOCKER_HOST: `ssh://${username}@127.0.0.1:${port}${socket}` },
      });

    test('gives the image that it gives through its socket', async () => {
      const env = sshUser('known', [...knownHost(), `IdentityFile ${path('user-key')}`]);
      const overSsh = await open(env);
      const here = await openImage(`docker:${tag}`, { platform: null, fitting: null, env: process.env });
      expect(overSsh.digest).toBe(here.digest);
      expect(plainIndex(overSsh.content)).toEqual(plainIndex(here.content));
      expect((await imageError(() => open(env, 'libc-check-test/none:1'))).message).toContain(
        'has no image libc-check-test/none:1',
      );
    });

    test('says why it does not let in', async () => {
      const stranger = sshUser('stranger', [...knownHost(), `IdentityFile ${path('other-key')}`]);
      expect((await imageError(() => open(stranger))).message).toMatch(
        /cannot be reached: ssh: .*Permission denied \(.*\); check that "ssh -l .* docker --host=unix:.* version" works$/,
      );
      const unknownHost = sshUser('unknown-host', ['UserKnownHostsFile /dev/null', 'BatchMode yes']);
      expect((await imageError(() => open(unknownHost))).message).toContain('Host key verification failed');
    });
  },
);
