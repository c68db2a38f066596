import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Need } from '../needs.ts';
import { file, type Layer, type LayerFile, program, symlink } from './layer.ts';

/** Where Debian's packages libc6, libgcc-s1, dash and musl put what the test images are made of. */
const glibcFolder = '/lib/x86_64-linux-gnu';
const loader = 'ld-linux-x86-64.so.2';
const libraries = ['libc.so.6', 'libm.so.6', 'libgcc_s.so.1', 'libdl.so.2', 'libpthread.so.0'];
const shell = '/bin/dash';
const musl = '/lib/x86_64-linux-musl/libc.so';
export const ldconfig = '/sbin/ldconfig';

/** The machine's own Debian packages, which are copied into the images. */
export function needMachineFiles(): Need {
  const wanted = [loader, ...libraries].map((name) => `${glibcFolder}/${name}`).concat(shell, musl, ldconfig);
  const absent = wanted.filter((path) => !existsSync(path));
  const missing = absent.length > 0 ? `this machine has no ${absent.join(', ')}` : null;
  return {
    name: 'glibc and musl of Debian',
    missing: process.arch === 'x64' ? missing : 'this machine is not x86-64',
  };
}

/** No emulator runs foreign programs: the kernel refuses them. */
export function needNoEmulator(): Need {
  const registered = existsSync('/proc/sys/fs/binfmt_misc/qemu-aarch64');
  return {
    name: 'no emulator',
    missing: registered ? 'an emulator takes aarch64 programs here (binfmt_misc)' : null,
  };
}

export function fixture(name: string): Buffer {
  return readFileSync(fixturePath(name));
}

export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
}

const accounts: Layer = [
  file('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nworker:x:1000:1000::/:/bin/sh\n'),
  file('etc/group', 'root:x:0:\nworker:x:1000:\n'),
];

function glibcFiles(folder: string): LayerFile[] {
  return [loader, ...libraries].map((name) =>
    program(`${folder}/${name}`, readFileSync(`${glibcFolder}/${name}`)),
  );
}

/** Loader, libraries and a shell as in Debian 11 and before: /lib and /lib64 are folders. */
export function glibcLayer(): Layer {
  return [
    ...accounts,
    ...glibcFiles('lib/x86_64-linux-gnu'),
    symlink(`lib64/${loader}`, `/lib/x86_64-linux-gnu/${loader}`),
    program('bin/sh', readFileSync(shell)),
  ];
}

/** The same with merged /usr: /lib, /lib64 and /bin are links. */
export function mergedGlibcLayer(): Layer {
  return [
    ...accounts,
    ...glibcFiles('usr/lib/x86_64-linux-gnu'),
    symlink(`usr/lib64/${loader}`, `../lib/x86_64-linux-gnu/${loader}`),
    program('usr/bin/sh', readFileSync(shell)),
    symlink('lib', 'usr/lib'),
    symlink('lib64', 'usr/lib64'),
    symlink('bin', 'usr/bin'),
  ];
}

/** musl under the name that its programs ask for. */
export function muslLayer(): Layer {
  return [...accounts, program('lib/ld-musl-x86_64.so.1', readFileSync(musl))];
}
