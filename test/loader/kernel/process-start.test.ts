import { describe, expect, test } from 'vitest';
import { readBinary } from '../../../src/binary/binary-file.ts';
import type { Container } from '../../../src/container/container.ts';
import { defaultPrivileges } from '../../../src/container/privileges.ts';
import { processEnv, resolveUser } from '../../../src/container/process-start.ts';
import type { LayerEntry } from '../../../src/image/image.ts';
import { execve } from '../../../src/loader/kernel/execve.ts';
import { simulateStart } from '../../../src/loader/simulate.ts';
import { file, folder, kept, layer, link } from '../../rootfs/entries.ts';
import { merged } from '../../rootfs/merged.ts';

const staticProgram = readBinary('fixtures/bin/musl-static');
const dynamicProgram = readBinary('fixtures/bin/glibc-dynamic');

type ProgramEntry = { mode?: number; gid?: number; capability?: string };
const program = (path: string, { content, size } = staticProgram, more: ProgramEntry = {}): LayerEntry => ({
  type: 'file',
  path,
  mode: 0o755,
  uid: 0,
  gid: 0,
  capability: null,
  size,
  content,
  ...more,
});

/** A start in Docker 20.10. */
function container(user: string, cwd: string, ...entries: readonly LayerEntry[]): Container {
  const accounts = [
    kept('etc/passwd', 'app:x:1000:1000::/:\n'),
    kept('etc/group', 'users:x:100:app\napp:x:1000:\n'),
  ];
  const rootfs = merged([layer(...accounts, ...entries)]);
  const resolved = resolveUser(user, rootfs);
  if (!resolved.ok) throw new Error(`no such user: ${user}`);
  const config = { env: [], user, workingDir: cwd, entrypoint: [], cmd: [], healthcheck: [] };
  const { uid, gid, gids } = resolved;
  return {
    rootfs,
    platform: { os: 'linux', architecture: 'amd64', variant: null },
    config,
    start: { env: processEnv(config, []), cwd, uid, gid, gids, privileges: defaultPrivileges('docker') },
    host: { kernel: [6, 18], cpu: null, engine: 'docker-20.10', overridesInExec: false },
  };
}

/** struct vfs_cap_data, version 2, of one capability or none. */
const capability = (effective: boolean, low: number): string => {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt32LE(0x02000000 | (effective ? 1 : 0), 0);
  bytes.writeUInt32LE(low, 4);
  return bytes.toString('hex');
};
const netBindService = 1 << 10;
const sysAdmin = 1 << 21;

describe('AT_SECURE (G80)', () => {
  test.each<[string, string, ProgramEntry, boolean]>([
    ['setgid of the group that it has', 'app', { mode: 0o2755, gid: 1000 }, false],
    ['setgid of a group that lists the user', 'app', { mode: 0o2755, gid: 100 }, true],
    ['setgid that the group may not execute', 'app', { mode: 0o2745, gid: 5 }, false],
    ['a capability that containers have', 'app', { capability: capability(false, netBindService) }, true],
    ['one that they do not have', 'app', { capability: capability(false, sysAdmin) }, false],
    ['the effective bit without a capability', 'app', { capability: capability(true, 0) }, true],
    ['a capability for root', '', { capability: capability(true, netBindService) }, false],
  ])('%s', (_name, user, more, secure) => {
    const result = execve(container(user, '/', program('p', staticProgram, more)), '/p', ['/p']);
    expect(result.kind === 'executed' ? result.executed.secure : result).toBe(secure);
  });
});

test('a missing loader is reported before capabilities that the container lacks (K20, K60)', () => {
  const refused = program('p', dynamicProgram, { capability: capability(true, sysAdmin) });
  const { ending } = simulateStart(container('', '/', refused), '/p');
  expect(ending).toMatchObject({ message: 'exec /p: no such file or directory', exitStatus: 1 });
});

describe('the working directory (R4)', () => {
  const daemon = 'docker: Error response from daemon:';
  const around = [program('p'), file('text'), link('loop', 'loop'), folder('closed', 0o700)];
  test.each<[string, string, object]>([
    ['is a file', '/text', { exitStatus: 125, message: `${daemon} Cannot mkdir: /text is not a directory` }],
    ['is below a file', '/text/x', { exitStatus: 125, message: `${daemon} lstat /text/x: not a directory` }],
    [
      'is a loop of links',
      '/loop',
      { exitStatus: 125, message: `${daemon} evalSymlinksInScope: too many links in /loop` },
    ],
    ['is made where it is missing', '/made/new', { kind: 'starts' }],
    ['is entered before the user is changed', '/closed', { kind: 'starts' }],
  ])('%s', (_name, cwd, expected) => {
    expect(simulateStart(container('app', cwd, ...around), '/p').ending).toMatchObject(expected);
  });
});
