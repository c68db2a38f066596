// The root file system that programs are checked against, in this order: the tarball that LIBC_CHECK_BENCH_DEBIAN names,
// what debootstrap makes of Debian 12, or the machine's own programs with the libraries that its loader finds for them.
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { dataFolder, find, libcCheck, run } from './machine.mjs';

const programFolders = ['usr/bin', 'usr/sbin'];
const enough = 300;

function isElf(path) {
  const head = Buffer.alloc(4);
  const fd = openSync(path, 'r');
  try {
    return readSync(fd, head, 0, 4, 0) === 4 && head.readUInt32BE(0) === 0x7f454c46;
  } finally {
    closeSync(fd);
  }
}

/** The ELF files in the program folders below `folder`, as paths inside it: what both sides are asked about. */
export function programsOf(folder) {
  return programFolders.flatMap((place) => {
    if (!existsSync(join(folder, place))) return [];
    return readdirSync(join(folder, place))
      .sort()
      .map((name) => `/${place}/${name}`)
      .filter((path) => lstatSync(join(folder, path)).isFile() && isElf(join(folder, path)));
  });
}

export const programFoldersOf = (folder) =>
  programFolders.map((place) => join(folder, place)).filter((path) => existsSync(path));

/** PT_INTERP of the first program: the loader of the root file system. */
export function loaderOf(folder) {
  for (const program of programsOf(folder)) {
    const text = readFileSync(join(folder, program)).toString('latin1');
    const loader = /\0?(\/lib\w*\/ld-linux[\w.+-]*\.so\.\d)\0/.exec(text)?.[1];
    if (loader !== undefined) return loader;
  }
  return null;
}

function copyInto(folder, path) {
  const target = join(folder, path);
  if (existsSync(target)) return;
  mkdirSync(dirname(target), { recursive: true });
  cpSync(realpathSync(path), target);
}

/** Up to 300 programs of this machine and what its loader lists for them. */
function copyOwnPrograms(folder) {
  const programs = programsOf('/').slice(0, enough);
  for (const program of programs) copyInto(folder, program);
  const loader = loaderOf(folder);
  if (loader === null) return;
  copyInto(folder, loader);
  if (existsSync('/etc/ld.so.cache')) copyInto(folder, '/etc/ld.so.cache');
  for (const program of programs) {
    const { stdout } = spawnSync(loader, ['--list', program], { encoding: 'utf8' });
    for (const [, library] of (stdout ?? '').matchAll(/=> (\/\S+)/g)) copyInto(folder, library);
  }
}

/** { folder, name, tarball, ownsPaths }; made once. `ownsPaths`: its files lie at the same paths on this machine. */
export function rootFileSystem() {
  const given = process.env.LIBC_CHECK_BENCH_DEBIAN;
  const debian = given !== undefined || (find('debootstrap') !== null && process.getuid?.() === 0);
  const folder = join(dataFolder, debian ? 'debian-12' : 'own-programs');
  const tarball = `${folder}.tar`;
  if (!existsSync(tarball)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    if (given !== undefined) run(['tar', '-xf', given, '-C', folder, '--exclude=./dev/*', '--exclude=dev/*']);
    else if (debian) run(['debootstrap', '--variant=minbase', 'bookworm', folder]);
    else copyOwnPrograms(folder);
    run(['tar', '-cf', `${tarball}.part`, '--exclude=./dev/*', '-C', folder, '.']);
    renameSync(`${tarball}.part`, tarball);
  }
  const name = debian ? 'Debian 12 minbase' : "this machine's own programs";
  return { folder, name, tarball, ownsPaths: !debian };
}

/** The index file that libc-check makes of a root file system. */
export function indexOf({ tarball }) {
  const index = join(dataFolder, 'root.lcindex');
  run(libcCheck('profile', 'build', `tar:${tarball}`, '-o', index));
  return index;
}
