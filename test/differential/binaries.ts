import { createHash } from 'node:crypto';
import { copyFileSync, linkSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { bufferSource } from '../../src/elf/bytes/byte-sources.ts';
import { kindOf } from '../../src/elf/kind.ts';
import { readElf } from '../../src/elf/read-elf.ts';
import { isCallerSymbol } from '../../src/loader/symbols/caller-symbols.ts';
import { type DiskImage, identify, machineOf } from './images.ts';
import type { Machine } from './machines.ts';

/** A binary of the corpus, and the facts that decide how it is compared. */
export interface DiskBinary {
  /** Path below the folder of binaries. */
  readonly label: string;
  readonly path: string;
  /** Where it stands in every image. */
  readonly at: string;
  readonly question: 'start' | 'load';
  readonly machine: Machine;
  readonly interp: string | null;
  readonly needed: readonly string[];
  /** Symbols that the process which calls dlopen would give to it. */
  readonly fromCaller: readonly string[];
}

function readBinary(folder: string, path: string): DiskBinary | null {
  const identity = identify(path);
  const machine = identity === null ? null : machineOf(identity);
  if (machine === null) return null;
  const elf = readElf(bufferSource(readFileSync(path)));
  const kind = kindOf(elf);
  if (kind === 'relocatable' || kind === 'core' || kind === 'other') return null;
  const symbols = elf.dynamic?.symbols ?? [];
  return {
    label: relative(folder, path),
    path,
    at: `/c/${basename(path)}`,
    question: kind === 'shared-object' ? 'load' : 'start',
    machine,
    interp: elf.interp?.path ?? null,
    needed: elf.dynamic?.needed ?? [],
    fromCaller:
      kind !== 'shared-object'
        ? []
        : symbols.filter(({ defined, name }) => !defined && isCallerSymbol(name)).map(({ name }) => name),
  };
}

/** Every ELF program and shared object below a folder. */
export function findBinaries(folder: string): DiskBinary[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .flatMap((path) => readBinary(folder, path) ?? []);
}

/** What hosts of each architecture define for the shared objects that they load. */
export function symbolsOfHosts(binaries: readonly DiskBinary[]): Map<string, Set<string>> {
  const given = new Map<string, Set<string>>();
  for (const { machine, fromCaller } of binaries) {
    const names = given.get(machine.debian) ?? new Set();
    for (const name of fromCaller) names.add(name);
    given.set(machine.debian, names);
  }
  return given;
}

const lot = (image: DiskImage, binary: DiskBinary): string =>
  createHash('sha256').update(`${image.name}\0${binary.label}`).digest('hex');

const strangers = 8;

/**
 * Whether the kernel that would run an image of one machine takes programs of the other depends on this kernel:
 * amd64 programs in an i386 image, 32-bit Arm on arm64.
 */
function dependsOnKernel(image: Machine, binary: Machine): boolean {
  if (image.debian === 'i386') return binary.debian === 'amd64';
  return image.debian === 'arm64' && binary.eMachine === 40;
}

const sameIsa = (a: Machine, b: Machine): boolean =>
  a.eMachine === b.eMachine && a.class === b.class && a.endianness === b.endianness;

/**
 * The binaries that are compared in an image: those of its own machine, drawn at random up to `most`, always the same ones; a few
 * of i386 for amd64; and a few programs of other machines.
 */
export function binariesFor(image: DiskImage, binaries: readonly DiskBinary[], most: number): DiskBinary[] {
  const drawn = [...binaries].sort((a, b) => (lot(image, a) < lot(image, b) ? -1 : 1));
  const compatible = (binary: DiskBinary) =>
    image.machine.debian === 'amd64' && binary.machine.debian === 'i386';
  const own = drawn.filter(({ machine }) => sameIsa(machine, image.machine));
  const foreign = drawn.filter(
    (binary) =>
      binary.question === 'start' &&
      !sameIsa(binary.machine, image.machine) &&
      !compatible(binary) &&
      !dependsOnKernel(image.machine, binary.machine),
  );
  return [
    ...own.slice(0, most),
    ...drawn.filter(compatible).slice(0, strangers),
    ...foreign.slice(0, strangers),
  ];
}

/** A folder that, laid over a root file system, puts the binary into its place. */
export function stage(binary: DiskBinary, folder: string, number: number): string {
  const layer = join(folder, 'staged', String(number));
  mkdirSync(join(layer, 'c'), { recursive: true });
  const target = join(layer, binary.at);
  try {
    linkSync(binary.path, target);
  } catch {
    copyFileSync(binary.path, target);
  }
  return layer;
}
