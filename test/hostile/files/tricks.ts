import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Bounds, Call, Trick } from '../trick.ts';

const program = 'fixtures/bin/glibc-dynamic';
const soon: Partial<Bounds> = { seconds: 10, processorSeconds: 5 };

function fifo(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  spawnSync('mkfifo', [path]);
  return path;
}

/** A call with the path of a FIFO that nobody writes to. */
const withFifo = (
  name: string,
  status: readonly number[],
  call: (path: string, folder: string) => Call,
): Trick => ({
  name: `a FIFO as ${name}`,
  prepare: (folder) => call(fifo(join(folder, 'fifo')), folder),
  status,
  bounds: soon,
  small: true,
});

/** A call with a device that has no end. */
const withZero = (name: string, status: readonly number[], call: (path: string) => Call): Trick => ({
  name: `/dev/zero as ${name}`,
  prepare: () => call('/dev/zero'),
  status,
  bounds: soon,
  small: true,
});

const image = ['--image', 'profile:debian:12'];

/** A tree with this machine's glibc, and a FIFO at one of the places that are read of it. */
const treeWithFifo = (place: string, status: readonly number[]): Trick => ({
  name: `a FIFO as /${place} of a tree`,
  prepare: (folder) => {
    for (const path of ['lib64/ld-linux-x86-64.so.2', 'lib/x86_64-linux-gnu/libc.so.6']) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      if (path !== place) copyFileSync(`/${path}`, join(folder, path));
    }
    fifo(join(folder, place));
    return { argv: [program, '--image', `dir:${folder}`] };
  },
  status,
  bounds: soon,
  small: true,
});

const named: readonly Trick[] = [
  withFifo('the binary', [2], (path) => ({ argv: [path, ...image] })),
  withFifo('what is inspected', [2], (path) => ({ argv: ['inspect', path] })),
  withFifo('a root file system in a folder', [2], (path) => ({ argv: [program, '--image', `dir:${path}`] })),
  withFifo('an OCI layout', [2], (path) => ({ argv: [program, '--image', `oci-dir:${path}`] })),
  withFifo('what is added', [0], (path) => ({ argv: [program, ...image, '--add', `${path}:/opt/x`] })),
  withFifo('a certificate of registries', [2, 3], (path) => ({
    argv: [program, '--image', 'registry:127.0.0.1:1/x', '--registry-ca', path],
  })),
  withFifo('the configuration of Docker', [3], (path, folder) => {
    spawnSync('mv', [path, join(folder, 'config.json')]);
    return {
      argv: [program, '--image', 'registry:127.0.0.1:1/x', '--insecure-registry', '127.0.0.1:1'],
      env: { DOCKER_CONFIG: folder },
    };
  }),
  withFifo('the folder of the cache', [0], (path) => ({ argv: [program, ...image, '--cache-dir', path] })),
  withFifo('the engine', [3], (path) => ({
    argv: [program, '--image', 'docker:x'],
    env: { DOCKER_HOST: `unix://${path}` },
  })),
  withFifo('a member of the folder of binaries', [2], (_path, folder) => ({ argv: [folder, ...image] })),
  withFifo('what a link leads to', [2], (path, folder) => {
    symlinkSync(path, join(folder, 'link'));
    return { argv: [join(folder, 'link'), ...image] };
  }),
  withZero('the binary', [2], (path) => ({ argv: [path, ...image] })),
  withZero('what is inspected', [2], (path) => ({ argv: ['inspect', path] })),
  withZero('a profile', [2, 3], (path) => ({ argv: ['profile', 'show', path] })),
  withZero('an image by its path', [2], (path) => ({ argv: [program, '--image', path] })),
  withZero('an archive of docker save', [2], (path) => ({
    argv: [program, '--image', `docker-archive:${path}`],
  })),
  withZero('an OCI archive', [2], (path) => ({ argv: [program, '--image', `oci-archive:${path}`] })),
  withZero('what is added', [0, 2], (path) => ({ argv: [program, ...image, '--add', `${path}:/opt/x`] })),
  withZero('a certificate of registries', [2, 3], (path) => ({
    argv: [program, '--image', 'registry:127.0.0.1:1/x', '--registry-ca', path],
  })),
  withZero('the folder of the cache', [0], (path) => ({ argv: [program, ...image, '--cache-dir', path] })),
];

/** What is read before the program runs has nobody who writes to it; the rest nobody reads. */
const places: readonly Trick[] = [
  treeWithFifo('etc/ld.so.preload', [3]),
  treeWithFifo('etc/ld.so.cache', [3]),
  treeWithFifo('etc/passwd', [3]),
  treeWithFifo('etc/group', [3]),
  treeWithFifo('lib/x86_64-linux-gnu/libc.so.6', [3]),
  treeWithFifo('lib64/ld-linux-x86-64.so.2', [1]),
  treeWithFifo('etc/os-release', [0]),
  treeWithFifo('etc/nsswitch.conf', [0]),
  treeWithFifo('var/lib/dpkg/status', [0]),
  treeWithFifo('etc/ld.so.conf', [0]),
];

/** The image's own command, a script, in a tree whose interpreter or what the script reads is a FIFO. */
const scripts: readonly Trick[] = [
  {
    name: 'a FIFO as what a script reads',
    prepare: (folder) => {
      mkdirSync(join(folder, 'bin'));
      copyFileSync('fixtures/bin/musl-static', join(folder, 'bin/sh'));
      fifo(join(folder, 'etc/environment'));
      writeFileSync(join(folder, 'start.sh'), '#!/bin/sh\n. /etc/environment\nexec /app\n', { mode: 0o755 });
      return { argv: ['/start.sh', '--image', `dir:${folder}`] };
    },
    status: [0, 1, 3],
    bounds: soon,
    small: true,
  },
  {
    name: 'a FIFO as the interpreter of a script',
    prepare: (folder) => {
      fifo(join(folder, 'bin/sh'));
      writeFileSync(join(folder, 'start.sh'), '#!/bin/sh\nexec /app\n', { mode: 0o755 });
      return { argv: ['/start.sh', '--image', `dir:${folder}`] };
    },
    status: [1],
    bounds: soon,
    small: true,
  },
];

const odd: readonly Trick[] = [
  {
    name: 'a FIFO that nobody writes to as an archive',
    prepare: (folder) => ({ argv: [program, '--image', `tar:${fifo(join(folder, 'fifo'))}`] }),
    status: [2],
    bounds: { seconds: 45, processorSeconds: 5 },
  },
  {
    name: '/dev/zero on standard input',
    prepare: () => ({
      argv: [program, '--image', 'tar:-'],
      stdin: '/dev/zero',
    }),
    status: [3],
    bounds: { seconds: 45 },
  },
  {
    name: 'a cache folder below /proc',
    prepare: () => ({ argv: [program, ...image, '--cache-dir', '/proc/self/none/cache'] }),
    status: [0],
    bounds: soon,
    small: true,
  },
  {
    name: 'a cache folder below /proc by its variable',
    prepare: (folder) => {
      fileOf(folder);
      return { argv: [program, '--image', `dir:${folder}`], env: { XDG_CACHE_HOME: '/proc/1/x' } };
    },
    status: [1, 3],
    bounds: soon,
    small: true,
  },
];

function fileOf(folder: string): string {
  const path = join(folder, 'file');
  writeFileSync(path, 'x');
  return path;
}

export const files: readonly Trick[] = [...named, ...places, ...scripts, ...odd];
