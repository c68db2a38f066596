import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../../../src/cli/run.ts';
import { describeNeeding, needRoot } from '../../needs.ts';
import { recordingTerminal } from '../recording-terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'libc-check-output-'));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;

/** A new folder. */
function fresh(): string {
  const path = join(folder, String(++count));
  mkdirSync(path);
  return path;
}

async function call(...argv: string[]) {
  const { terminal, written } = recordingTerminal();
  return { status: await run(argv, terminal), ...written };
}

const check = (output: string, image = 'profile:alpine:3.19', binary = 'fixtures/prediction-api') =>
  call(binary, '--image', image, '--output', output);

const report = /^\[fails\] prediction-api will not start in /;

describe('the file of --output', () => {
  test('is new, with the mode that the umask leaves', async () => {
    const at = fresh();
    expect(await check(join(at, 'report'))).toEqual({ status: 1, stdout: '', stderr: '' });
    expect(readFileSync(join(at, 'report'), 'utf8')).toMatch(report);
    expect(statSync(join(at, 'report')).mode & 0o777).toBe(0o666 & ~process.umask());
    expect(readdirSync(at)).toEqual(['report']);
  });

  test('is replaced as a whole and keeps its mode: who has the old one open still reads that', async () => {
    const at = fresh();
    const path = join(at, 'report');
    writeFileSync(path, 'yesterday');
    chmodSync(path, 0o640);
    const before = statSync(path).ino;
    linkSync(path, join(at, 'kept'));
    await check(path);
    expect(readFileSync(path, 'utf8')).toMatch(report);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(statSync(path).ino).not.toBe(before);
    expect(readFileSync(join(at, 'kept'), 'utf8')).toBe('yesterday');
    expect(readdirSync(at).sort()).toEqual(['kept', 'report']);
  });

  test('is written through links, which stay', async () => {
    const at = fresh();
    mkdirSync(join(at, 'there'));
    symlinkSync('there/report', join(at, 'link'));
    for (const _ of [1, 2]) {
      expect((await check(join(at, 'link'))).status).toBe(1);
      expect(readlinkSync(join(at, 'link'))).toBe('there/report');
      expect(readFileSync(join(at, 'there/report'), 'utf8')).toMatch(report);
    }
    expect(readdirSync(join(at, 'there'))).toEqual(['report']);
  });

  test('may be a FIFO, which waits for its reader', async () => {
    const path = join(fresh(), 'fifo');
    spawnSync('mkfifo', [path]);
    const reader = spawn('cat', [path], { stdio: ['ignore', 'pipe', 'ignore'] });
    const read = text(reader.stdout);
    expect((await check(path)).status).toBe(1);
    expect(await read).toMatch(report);
    expect(statSync(path).isFIFO()).toBe(true);
  });

  test('may be standard output or standard error by its path', async () => {
    expect((await check('/dev/stdout')).stdout).toMatch(report);
    expect((await check('/dev/stderr')).stderr).toMatch(report);
    expect((await check('/dev/null')).status).toBe(1);
  });

  test.each([
    ['a folder', (at: string) => at, /EISDIR/],
    [
      'in a folder that is not there',
      (at: string) => join(at, 'no/report'),
      /ENOENT: no such file or directory$/m,
    ],
    ['in a file', (at: string) => join(at, 'file/report'), /ENOTDIR/],
    ['a link to itself', (at: string) => join(at, 'loop'), /ELOOP/],
    ['a full device', () => '/dev/full', /ENOSPC/],
  ])('that is %s is one line, exit 2, and leaves nothing', async (_what, pathIn, why) => {
    const at = fresh();
    writeFileSync(join(at, 'file'), '');
    symlinkSync('loop', join(at, 'loop'));
    const { status, stdout, stderr } = await check(pathIn(at));
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^libc-check: cannot write the report to [^\n]*\n$/);
    expect(stderr).toMatch(why);
    expect(readdirSync(at).sort()).toEqual(['file', 'loop']);
  });

  test('that takes a profile keeps what was there until the profile is whole', async () => {
    const at = fresh();
    mkdirSync(join(at, 'root/etc'), { recursive: true });
    writeFileSync(join(at, 'base.lcindex'), 'yesterday');
    const wrong = await call('profile', 'build', join(at, 'nothing.tar'), '-o', join(at, 'base.lcindex'));
    expect(wrong.status).toBe(2);
    expect(readFileSync(join(at, 'base.lcindex'), 'utf8')).toBe('yesterday');
    const right = await call('profile', 'build', `dir:${join(at, 'root')}`, '-o', join(at, 'base.lcindex'));
    expect(right).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(at, 'base.lcindex'), 'latin1')).toMatch(/^lcindex/);
  });
});

describe('an --output that is being checked is refused', () => {
  const folderWithAll = (): string => {
    const at = fresh();
    copyFileSync('fixtures/prediction-api', join(at, 'app'));
    symlinkSync('app', join(at, 'link'));
    linkSync(join(at, 'app'), join(at, 'hard'));
    mkdirSync(join(at, 'root/etc'), { recursive: true });
    writeFileSync(join(at, 'root/etc/passwd'), 'root:x:0:0::/:/bin/sh\n');
    symlinkSync('root/etc/passwd', join(at, 'into'));
    symlinkSync('root/etc', join(at, 'etc'));
    return at;
  };

  test.each(['app', 'link', 'hard'])('the binary by the name %s', async (name) => {
    const at = folderWithAll();
    const { status, stderr } = await check(join(at, name), 'profile:alpine:3.19', join(at, 'app'));
    expect(status).toBe(2);
    expect(stderr).toMatch(/which is being checked: write to another file\n$/);
    expect(readFileSync(join(at, 'app')).equals(readFileSync('fixtures/prediction-api'))).toBe(true);
  });

  test.each(['into', 'etc/passwd', 'etc/new'])('a file of the image by the link %s', async (name) => {
    const at = folderWithAll();
    const { status, stderr } = await check(join(at, name), `dir:${join(at, 'root')}`);
    expect(status).toBe(2);
    expect(stderr).toMatch(/leads by a link into .*, which is being checked/);
    expect(readdirSync(join(at, 'root/etc'))).toEqual(['passwd']);
  });

  test('what else the call reads: an archive, what is added, what inspect and profile build read', async () => {
    const at = folderWithAll();
    const app = join(at, 'app');
    for (const argv of [
      ['fixtures/prediction-api', '--image', `tar:${app}`],
      ['fixtures/prediction-api', '--image', 'alpine:3.19', '--add', `${app}:/app`],
      ['inspect', app],
      ['profile', 'build', app],
    ])
      expect(await call(...argv, '-o', join(at, 'link'))).toMatchObject({ status: 2, stdout: '' });
    expect(readFileSync(app).equals(readFileSync('fixtures/prediction-api'))).toBe(true);
  });

  test('but not a report in the folder of the image that is named as it is', async () => {
    const at = folderWithAll();
    for (const _ of [1, 2])
      expect((await check(join(at, 'root/report'), `dir:${join(at, 'root')}`)).stderr).toBe('');
    expect(readdirSync(join(at, 'root')).sort()).toEqual(['etc', 'report']);
  });
});

describeNeeding('the file of --output of another user', [needRoot], () => {
  test('keeps its owner', async () => {
    const path = join(fresh(), 'report');
    writeFileSync(path, 'yesterday');
    chownSync(path, 65534, 65534);
    expect((await check(path)).status).toBe(1);
    expect(statSync(path)).toMatchObject({ uid: 65534, gid: 65534 });
  });
});
