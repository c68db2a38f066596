import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../corpus/apt.ts';
import { insideImage } from '../images.ts';

const longest = 120_000;

/**
 * Lets `change` write to a root file system, and keeps what it wrote in a folder of its own, which is laid over the root file
 * system afterwards. Needs root, and a mount namespace that ends with this process.
 */
export function changed(root: string, folder: string, change: (merged: string) => void): string {
  const [upper, work, merged] = ['upper', 'work', 'merged'].map((name) => join(folder, name));
  if (upper === undefined || work === undefined || merged === undefined) throw new Error('no folders');
  for (const path of [upper, work, merged]) mkdirSync(path, { recursive: true });
  run('mount', ['-t', 'overlay', '-o', `lowerdir=${root},upperdir=${upper},workdir=${work}`, 'cure', merged]);
  try {
    change(merged);
  } finally {
    run('umount', [merged]);
    rmSync(work, { recursive: true, force: true });
  }
  return upper;
}

/** Where `path` of the image lies below `root` when it is made there: links of its folder are followed inside the image. */
export function placeFor(root: string, path: string): string {
  const cut = path.replace(/\/+$/, '').lastIndexOf('/');
  const folder = path.slice(0, Math.max(cut, 0));
  const real = insideImage(root, folder);
  if (real !== null) return join(real, path.slice(cut + 1));
  const above = placeFor(root, folder);
  mkdirSync(above);
  return join(above, path.slice(cut + 1));
}

const devices = { null: [1, 3], zero: [1, 5], full: [1, 7], random: [1, 8], urandom: [1, 9] } as const;

/** The devices that scripts of packages expect, made anew: nothing of the machine is mounted where files are removed later. */
export function makeDevices(root: string): void {
  mkdirSync(join(root, 'dev'), { recursive: true });
  for (const [name, [major, minor]] of Object.entries(devices)) {
    const path = join(root, 'dev', name);
    rmSync(path, { force: true });
    run('mknod', ['-m', '666', path, 'c', String(major), String(minor)]);
  }
}

/** Runs a command of the image in it, without a network. Throws Error with its last words when it fails. */
export function runInside(root: string, command: string): void {
  const inside = 'mkdir -p "$1/proc" && mount -t proc proc "$1/proc" && exec chroot "$1" /bin/sh -c "$2"';
  const own = ['--mount', '--pid', '--net', '--ipc', '--fork', '--kill-child'];
  const words = [...own, '/bin/sh', '-c', inside, 'inside', root, command];
  const { status, stderr, error } = spawnSync('unshare', words, {
    encoding: 'utf8',
    timeout: longest,
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
  });
  if (error !== undefined || status !== 0)
    throw new Error(`${command}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
}
