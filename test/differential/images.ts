import {
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Machine, machineOfDebian, machines } from './machines.ts';

/** A root file system in a folder, with the environment that a file `NAME.env` beside it gives. */
export interface DiskImage {
  readonly name: string;
  readonly path: string;
  readonly machine: Machine;
  readonly env: readonly string[];
}

export interface ElfIdentity {
  readonly machine: number;
  readonly class: 32 | 64;
  readonly endianness: 'little' | 'big';
  readonly flags: number;
}

/** What the first bytes of an ELF file say; null for any other file. */
export function identify(path: string): ElfIdentity | null {
  const head = Buffer.alloc(64);
  const fd = openSync(path, 'r');
  const length = readSync(fd, head, 0, 64, 0);
  closeSync(fd);
  if (length < 52 || head.readUInt32BE(0) !== 0x7f454c46) return null;
  const big = head[5] === 2;
  const wide = head[4] === 2;
  const at = wide ? 48 : 36;
  return {
    machine: big ? head.readUInt16BE(18) : head.readUInt16LE(18),
    class: wide ? 64 : 32,
    endianness: big ? 'big' : 'little',
    flags: big ? head.readUInt32BE(at) : head.readUInt32LE(at),
  };
}

/** The file on disk for a path of the image, links followed inside the image; null when there is none. */
export function insideImage(root: string, path: string, hops = 0): string | null {
  let at = '';
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] ?? '';
    if (part === '..') {
      at = at.slice(0, Math.max(0, at.lastIndexOf('/')));
      continue;
    }
    const next = `${at}/${part}`;
    const status = lstatSync(join(root, next), { throwIfNoEntry: false });
    if (status === undefined) return null;
    if (status.isSymbolicLink()) {
      if (hops > 30) return null;
      const target = readlinkSync(join(root, next));
      const rest = parts.slice(i + 1).join('/');
      return insideImage(
        root,
        target.startsWith('/') ? `${target}/${rest}` : `${at}/${target}/${rest}`,
        hops + 1,
      );
    }
    at = next;
  }
  return join(root, at);
}

const loaderName = /^(ld-linux[^/]*\.so\.\d+|ld64\.so\.\d+|ld\.so\.1|ld-musl-[^/]+\.so\.1)$/;

export interface ImageLoader {
  readonly path: string;
  readonly elf: ElfIdentity;
  readonly family: 'glibc' | 'musl';
}

const families = new Map<string, 'glibc' | 'musl'>();

/** Whose loader a file is, by its own text. */
export function familyOf(file: string): 'glibc' | 'musl' {
  const known = families.get(file);
  if (known !== undefined) return known;
  const family = readFileSync(file).includes('musl libc') ? 'musl' : 'glibc';
  families.set(file, family);
  return family;
}

/** The dynamic loaders of an image, by the paths that programs name them with. */
export function loadersOf(root: string): ImageLoader[] {
  return ['/lib64', '/lib', '/usr/lib64', '/usr/lib'].flatMap((folder) => {
    const real = insideImage(root, folder);
    if (real === null || !statSync(real).isDirectory()) return [];
    return readdirSync(real)
      .filter((name) => loaderName.test(name))
      .sort()
      .flatMap((name) => {
        const file = insideImage(root, `${folder}/${name}`);
        const elf = file === null || !existsSync(file) ? null : identify(file);
        return file === null || elf === null
          ? []
          : [{ path: `${folder}/${name}`, elf, family: familyOf(file) }];
      });
  });
}

const hardFloat = 0x400;

export function machineOf(elf: ElfIdentity): Machine | null {
  const fitting = machines.filter(
    (machine) =>
      machine.eMachine === elf.machine &&
      machine.class === elf.class &&
      machine.endianness === elf.endianness,
  );
  const float = (elf.flags & hardFloat) !== 0 ? 'hard' : 'soft';
  return fitting.find((machine) => machine.float === null || machine.float === float) ?? null;
}

function imageMachine(root: string): Machine {
  for (const path of ['/bin/sh', '/bin/bash', '/bin/busybox', '/usr/bin/busybox', '/sbin/ldconfig']) {
    const file = insideImage(root, path);
    const elf = file === null ? null : identify(file);
    const machine = elf === null ? null : machineOf(elf);
    if (machine !== null) return machine;
  }
  const [loader] = loadersOf(root);
  return (loader === undefined ? null : machineOf(loader.elf)) ?? machineOfDebian('amd64');
}

/** Every folder of a folder, as a root file system. */
export function findImages(folder: string): DiskImage[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const path = join(folder, name);
      const envFile = `${path}.env`;
      const env = existsSync(envFile)
        ? readFileSync(envFile, 'utf8')
            .split('\n')
            .filter((line) => line !== '')
        : [];
      return { name, path, machine: imageMachine(path), env };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}
