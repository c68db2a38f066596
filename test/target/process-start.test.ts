import { describe, expect, test } from 'vitest';
import type { ImageConfig } from '../../src/image/image-index.ts';
import { squash } from '../../src/rootfs/rootfs.ts';
import { processEnv, resolveUser, runningCredentials } from '../../src/target/process-start.ts';
import { kept, layer } from '../rootfs/entries.ts';

const accounts = squash([
  layer(
    kept(
      'etc/passwd',
      'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\napp:x:1000:1001::/:\nbroken\n',
    ),
    kept('etc/group', 'root:x:0:\napp:x:1001:\nwheel:x:10:root,app\nvideo:x:27:app\n'),
  ),
]);
const none = squash([]);

/** uid:gid and the groups besides, or the engine's words. */
function resolved(user: string, rootfs = accounts): string {
  const result = resolveUser(user, rootfs);
  if (!result.ok) return result.message;
  const others = result.gids.filter((gid) => gid !== result.gid);
  return [`${result.uid}:${result.gid}`, ...others].join(' ');
}

describe('the user of the container (R5)', () => {
  test.each([
    ['', '0:0'],
    ['app', '1000:1001 10 27'],
    ['1000', '1000:1001 10 27'],
    ['4242', '4242:0'],
    ['4242:4343', '4242:4343'],
    ['app:wheel', '1000:10'],
    ['app:0', '1000:0'],
    [':wheel', '0:10'],
    ['nemo', 'unable to find user nemo: no matching entries in passwd file'],
    ['broken', 'unable to find user broken: no matching entries in passwd file'],
    ['app:nemo', 'unable to find group nemo: no matching entries in group file'],
  ])('"%s" is %s', (user, expected) => {
    expect(resolved(user)).toBe(expected);
  });

  test.each([
    ['', '0:0'],
    ['1000', '1000:0'],
    ['root', 'unable to find user root: no matching entries in passwd file'],
  ])('"%s" in an image without accounts is %s', (user, expected) => {
    expect(resolved(user, none)).toBe(expected);
  });
});

const config = (env: readonly string[]): ImageConfig => ({
  env,
  user: '',
  workingDir: '',
  entrypoint: [],
  cmd: [],
});

describe('the environment (R2, I7)', () => {
  test.each<[string, readonly string[], readonly string[], Record<string, string | undefined>]>([
    [
      'the engine gives a PATH',
      [],
      [],
      { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    ],
    ['not over an empty one', ['PATH='], [], { PATH: '' }],
    ["the caller's lines come over the image's", ['A=1', 'B=1'], ['A=2'], { A: '2', B: '1' }],
    ['the last of several counts', ['A=1', 'A=2'], [], { A: '2' }],
    ['a value may hold an equals sign', ['A=b=c'], [], { A: 'b=c' }],
    ['a line without a name is none', ['=x'], [], { '': undefined }],
  ])('%s', (_name, image, overrides, expected) => {
    const env = processEnv(config(image), overrides);
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, env.get(name)]))).toEqual(expected);
  });
});

test('only root keeps its rights after execve (R5)', () => {
  const start = (uid: number) => ({ env: new Map(), cwd: '/', uid, gid: uid, gids: [uid] });
  expect([0, 1000].map((uid) => runningCredentials(start(uid)).searchAll)).toEqual([true, false]);
});
