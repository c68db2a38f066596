import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { bufferSource } from '../../../src/elf/bytes/byte-sources.ts';
import { kindOf } from '../../../src/elf/kind.ts';
import { readElf } from '../../../src/elf/read-elf.ts';
import { type DiskImage, findImages, identify, insideImage, machineOf } from '../images.ts';
import { Random } from './random.ts';

/** A program or shared object that starts as it is, in one image. */
export interface Sample {
  readonly label: string;
  readonly path: string;
  readonly image: DiskImage;
  readonly question: 'start' | 'load';
  readonly argv: readonly string[];
}

const hereMusl = '/lib/ld-musl-x86_64.so.1';
const hereLibraries = [
  'libc.so.6',
  'libm.so.6',
  'libgcc_s.so.1',
  'libstdc++.so.6',
  'libdl.so.2',
  'libz.so.1',
];

interface Recipe {
  readonly name: string;
  readonly image: string;
  readonly gcc: string;
  readonly source: 'program.c' | 'object.c';
  readonly flags: readonly string[];
}

const recipe = (
  name: string,
  image: string,
  gcc: string,
  source: Recipe['source'],
  flags: string,
): Recipe => ({
  name,
  image,
  gcc,
  source,
  flags: flags.split(' ').filter((flag) => flag !== ''),
});

function recipes(sources: string): Recipe[] {
  const map = `-Wl,--version-script=${join(sources, 'object.map')}`;
  const glibc = (name: string, flags: string) =>
    recipe(`glibc ${name}`, 'glibc-here', 'gcc', 'program.c', flags);
  const musl = (name: string, flags: string) =>
    recipe(`musl ${name}`, 'musl-here', 'musl-gcc', 'program.c', flags);
  const object = (name: string, image: string, gcc: string, flags: string) =>
    recipe(name, image, gcc, 'object.c', `-shared -fPIC ${flags}`);
  return [
    glibc('PIE', '-DIFUNC -pie -fPIE -Wl,--hash-style=both'),
    glibc('PIE bound now', '-pie -fPIE -Wl,-z,now,-z,relro'),
    glibc('not PIE', '-DIFUNC -no-pie -fno-pie -Wl,--hash-style=sysv,-z,norelro'),
    glibc('RELR', '-pie -fPIE -Wl,-z,pack-relative-relocs'),
    glibc('static', '-DIFUNC -static'),
    glibc('static PIE', '-DIFUNC -static-pie -fPIE'),
    glibc('separate code off', '-pie -fPIE -Wl,-z,noseparate-code,-z,lazy'),
    musl('PIE', '-pie -fPIE'),
    musl('not PIE', '-no-pie -fno-pie -Wl,--hash-style=sysv'),
    musl('static', '-static'),
    object('glibc object', 'glibc-here', 'gcc', `-DIFUNC ${map} -Wl,--hash-style=both`),
    object('glibc object bound now', 'glibc-here', 'gcc', '-Wl,-z,now'),
    object('musl object', 'musl-here', 'musl-gcc', `${map} -Wl,--hash-style=both`),
  ];
}

/** Root file systems with this machine's own glibc, and with its musl. */
function buildImages(folder: string): DiskImage[] {
  const copy = (from: string, to: string) => {
    mkdirSync(dirname(to), { recursive: true });
    cpSync(realpathSync(from), to, { preserveTimestamps: true });
  };
  const loader = '/lib64/ld-linux-x86-64.so.2';
  copy(loader, join(folder, 'glibc-here', loader));
  for (const name of hereLibraries) {
    const from = `/lib/x86_64-linux-gnu/${name}`;
    const also = `/usr${from}`;
    if (existsSync(from) || existsSync(also))
      copy(existsSync(from) ? from : also, join(folder, 'glibc-here', from));
  }
  if (existsSync(hereMusl)) copy(hereMusl, join(folder, 'musl-here', hereMusl));
  return findImages(folder);
}

/** Samples that this machine's gcc and musl-gcc make, in root file systems with this machine's own libcs. Throws Error where gcc fails. */
export function compiledSamples(sources: string, folder: string): Sample[] {
  const images = buildImages(join(folder, 'rootfs'));
  mkdirSync(join(folder, 'samples'), { recursive: true });
  return recipes(sources).flatMap(({ name, image, gcc, source, flags }) => {
    const place = images.find((each) => each.name === image);
    if (place === undefined) return [];
    const path = join(folder, 'samples', name.replaceAll(' ', '-'));
    const args = ['-O1', '-w', ...flags, '-o', path, join(sources, source), '-lm'];
    const { status, stderr } = spawnSync(gcc, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${gcc} cannot build ${name}: ${stderr}`);
    return [
      { label: name, path, image: place, question: source === 'program.c' ? 'start' : 'load', argv: [] },
    ] as const;
  });
}

const folders = ['bin', 'sbin', 'usr/bin', 'usr/sbin', 'lib', 'usr/lib', 'usr/lib/x86_64-linux-gnu'];
const largest = 1_500_000;

/** Programs and shared objects of a root file system, the same ones for the same seed: most of its own machine. */
export function samplesOf(
  image: DiskImage,
  most: { readonly programs: number; readonly objects: number },
  seed: string,
): Sample[] {
  const seen = new Set<string>();
  const found = folders.flatMap((folder) => {
    const real = insideImage(image.path, folder);
    if (real === null || !existsSync(real)) return [];
    return readdirSync(real)
      .sort()
      .flatMap((name): Sample[] => {
        const path = insideImage(image.path, `${folder}/${name}`);
        if (path === null || seen.has(path) || !statSync(path).isFile()) return [];
        seen.add(path);
        const { size } = statSync(path);
        const identity = size < 64 || size > largest ? null : identify(path);
        if (identity === null || machineOf(identity)?.debian !== image.machine.debian) return [];
        const kind = kindOf(readElf(bufferSource(readFileSync(path))));
        const question = kind === 'shared-object' ? 'load' : 'start';
        // A second loader or libc in a process is a case of its own: its table would say nothing about mutations.
        if (/^(ld[-.]|libc[.-])/.test(basename(path))) return [];
        const label = `${image.name} /${relative(image.path, path)}`;
        return [{ label, path, image, question, argv: [name, '--version'] }];
      });
  });
  const drawn = new Random(seed, image.name).shuffled(found);
  return [
    ...drawn.filter(({ question }) => question === 'start').slice(0, most.programs),
    ...drawn.filter(({ question }) => question === 'load').slice(0, most.objects),
  ];
}

/** The first of each image, then the second of each, and so on. */
export function interleaved(samples: readonly Sample[]): Sample[] {
  const names = [...new Set(samples.map(({ image }) => image.name))];
  const groups = names.map((name) => samples.filter(({ image }) => image.name === name));
  const longest = Math.max(0, ...groups.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => groups.flatMap((group) => group.slice(i, i + 1))).flat();
}
