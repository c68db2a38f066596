import { describe, expect, test } from 'vitest';
import { composedBounding, defaultPrivileges } from '../../src/container/privileges.ts';
import { processEnv, resolveUser, runningCredentials } from '../../src/container/process-start.ts';
import type { ImageConfig } from '../../src/image/image.ts';
import { file, folder, kept, layer, link } from '../rootfs/entries.ts';
import { merged } from '../rootfs/merged.ts';

const accounts = merged([
  layer(
    kept(
      'etc/passwd',
      'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\napp:x:1000:1001::/:\nbroken\n',
    ),
    kept('etc/group', 'root:x:0:\napp:x:1001:\nwheel:x:10:root,app\nvideo:x:27:app\n'),
  ),
]);
const none = merged([]);

/** uid:gid and the groups besides, or the engine's words. */
function resolved(user: string, rootfs = accounts): string {
  const result = resolveUser(user, rootfs);
  if (!result.ok) return 'unknown' in result ? `unknown: ${result.unknown}` : result.message;
  const others = result.gids.filter((gid) => gid !== result.gid);
  return [`${result.uid}:${result.gid}`, ...others].join(' ');
}

describe('the user of the container (R5)', () => {
  test.each([
    ['', '0:0 10'],
    ['app', '1000:1001 10 27'],
    ['1000', '1000:1001 10 27'],
    ['4242', '4242:0'],
    ['4242:4343', '4242:4343'],
    ['app:wheel', '1000:10'],
    ['app:0', '1000:0'],
    [':wheel', '0:10'],
    ['nemo', 'unable to find user nemo: no matching entries in passwd file'],
    ['broken', '0:0'],
    ['+1000', '1000:1001 10 27'],
    ['01000:0', '1000:0'],
    ['-1', 'uids and gids must be in range 0-2147483647'],
    ['2147483648', 'uids and gids must be in range 0-2147483647'],
    ['app:2147483648', 'uids and gids must be in range 0-2147483647'],
    ['2147483647', '2147483647:0'],
    ['99999999999999999999', 'unable to find user 99999999999999999999: no matching entries in passwd file'],
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

  const withPasswd = (text: string) => merged([layer(kept('etc/passwd', text))]);
  test.each([
    ['a line is trimmed', '  app:x:5:6 \r\n', 'app', '5:6'],
    ['a line may end after the id', 'app:x:5\n', 'app', '5:0'],
    ['an id that is no number is 0', 'app:x:abc:0x10\n', 'app', '0:0'],
    ['a name of digits is never meant by a number', '1234:x:77:78\n', '1234', '1234:0'],
    ['an id is compared by its value', 'app:x:007:+8\n', '7', '7:8'],
    ['the first line of id 0 gives root its group', 'toor:x:0:99\nroot:x:0:0\n', '', '0:99'],
    [
      'a line of 64 KiB stops the engine',
      `root:x:0:0:${'y'.repeat(70000)}\n`,
      '',
      'unable to find user 0: bufio.Scanner: token too long',
    ],
    [
      'an id outside of the range is left to the runtime',
      'app:x:-5:0\n',
      'app',
      'unknown: not every container runtime starts a process with the id 4294967291',
    ],
  ])('%s', (_name, passwd, user, expected) => {
    expect(resolved(user, withPasswd(passwd))).toBe(expected);
  });

  const linked = (target: string) => merged([layer(link('etc/passwd', target), file('opt/accounts'))]);
  const unread = 'unknown: the accounts of /etc/passwd could not be read: it leads to /opt/accounts';
  test.each([
    ['app', '/opt/accounts', unread],
    ['1000', '/opt/accounts', unread],
    ['1000:5', '/opt/accounts', '1000:5'],
    ['', '/opt/accounts', '0:0'],
    ['1000', '/gone', '1000:0'],
    ['', 'passwd', 'evalSymlinksInScope: too many links in /etc/passwd'],
  ])('"%s" where /etc/passwd is a link to %s is %s', (user, target, expected) => {
    expect(resolved(user, linked(target))).toBe(expected);
  });

  test('a folder in the place of /etc/passwd stops the engine', () => {
    const rootfs = merged([layer(folder('etc/passwd'))]);
    expect(resolved('5', rootfs)).toBe('unable to find user 5: read /etc/passwd: is a directory');
  });
});

const config = (env: readonly string[]): ImageConfig => ({
  env,
  user: '',
  workingDir: '',
  entrypoint: [],
  cmd: [],
  healthcheck: [],
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

const start = (uid: number, privileges = defaultPrivileges('docker')) => ({
  env: new Map(),
  cwd: '/',
  uid,
  gid: uid,
  gids: [uid],
  privileges,
});

test.each([
  ['nothing is dropped', [], [], { searchAll: true, executeAll: true }],
  ['all are dropped', [], ['ALL'], { searchAll: false, executeAll: false }],
  ['DAC_OVERRIDE is dropped', [], ['DAC_OVERRIDE'], { searchAll: false, executeAll: false }],
  ['only DAC_READ_SEARCH is left', ['DAC_READ_SEARCH'], ['ALL'], { searchAll: true, executeAll: false }],
  ['only DAC_OVERRIDE is left', ['DAC_OVERRIDE'], ['ALL'], { searchAll: true, executeAll: true }],
])(
  'root reads folders and executes files of others by its capabilities (K60): %s',
  (_name, add, drop, rights) => {
    const privileges = { ...defaultPrivileges('docker'), bounding: composedBounding('docker', add, drop) };
    expect(runningCredentials(start(0, privileges))).toMatchObject(rights);
  },
);

test('only root keeps its rights after execve (R5)', () => {
  expect([0, 1000].map((uid) => runningCredentials(start(uid)).searchAll)).toEqual([true, false]);
});
