import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Trick } from '../trick.ts';
import { image, program, soon } from './wordings.ts';

const loop = (
  name: string,
  argv: (path: string) => readonly string[],
  status: readonly number[] = [2, 3],
): Trick => ({
  name: `a link to itself as ${name}`,
  prepare: (folder) => {
    symlinkSync('loop', join(folder, 'loop'));
    return { argv: argv(join(folder, 'loop')) };
  },
  status,
  bounds: soon,
});

const loops: readonly Trick[] = [
  loop('the binary', (path) => [path, ...image], [1, 2, 3]),
  loop('what is inspected', (path) => ['inspect', path]),
  ...['dir', 'tar', 'oci-dir', 'oci-archive', 'docker-archive'].map((source) =>
    loop(`${source}:`, (path) => [program, '--image', `${source}:${path}`]),
  ),
  loop('an image by its path', (path) => [program, '--image', path]),
  loop('what is added', (path) => [program, ...image, '--add', `${path}:/x`], [0, 2, 3]),
  loop('the folder of the cache', (path) => [program, ...image, '--cache-dir', path], [0]),
  loop('the certificates', (path) => [program, '--image', 'registry:127.0.0.1:1/x', '--registry-ca', path]),
];

const system = (path: string, status: readonly number[] = [2, 3]): readonly Trick[] => [
  { name: `${path} as the binary`, prepare: () => ({ argv: [path, ...image] }), status, bounds: soon },
  { name: `${path} inspected`, prepare: () => ({ argv: ['inspect', path] }), status, bounds: soon },
  {
    name: `${path} as an image`,
    prepare: () => ({ argv: [program, '--image', path] }),
    status,
    bounds: soon,
  },
];

const systems: readonly Trick[] = [
  ...['/proc/self/mem', '/proc/kcore', '/proc/self/fd/0', '/dev/tty', '/dev/stdin'].flatMap((path) =>
    system(path),
  ),
  {
    name: '/proc as a folder of binaries',
    prepare: () => ({ argv: ['/proc/self', ...image] }),
    status: [0, 1, 2, 3],
    errorLines: 5,
    bounds: { seconds: 60, processorSeconds: 40 },
  },
  {
    name: '/sys as a folder of binaries',
    prepare: () => ({ argv: ['/sys/kernel', ...image] }),
    status: [2, 3],
    errorLines: 5,
    bounds: { seconds: 60, processorSeconds: 40 },
  },
  {
    name: '/dev as a folder of binaries',
    prepare: () => ({ argv: ['/dev', ...image] }),
    status: [2, 3],
    errorLines: 5,
    bounds: { seconds: 60, processorSeconds: 40 },
  },
  {
    name: '/proc as a root file system',
    prepare: () => ({ argv: [program, '--image', 'dir:/proc/self'] }),
    status: [1, 2, 3],
    bounds: { seconds: 60, processorSeconds: 40 },
  },
  {
    name: 'the program of process 1 as the binary',
    prepare: () => ({ argv: ['/proc/1/exe', ...image] }),
    status: [0, 1, 2, 3],
    bounds: soon,
  },
];

/** A folder with a program and something odd beside it: the program is still checked. */
const beside = (name: string, lay: (folder: string) => void, changes: Partial<Trick> = {}): Trick => ({
  name: `a folder with ${name}`,
  prepare: (folder) => {
    copyFileSync(program, join(folder, 'program'));
    lay(folder);
    return { argv: [folder, ...image] };
  },
  status: [0],
  says: /program\s+✓|program starts in/,
  bounds: soon,
  ...changes,
});

const bytes = (folder: string, name: Buffer): Buffer => Buffer.concat([Buffer.from(`${folder}/`), name]);

const folders: readonly Trick[] = [
  beside(
    'a name that is not UTF-8',
    (folder) => writeFileSync(bytes(folder, Buffer.from([0xff, 0xfe, 0x80])), 'x'),
    { small: true },
  ),
  beside('a program whose name is not UTF-8', (folder) =>
    copyFileSync(program, bytes(folder, Buffer.from([0x70, 0xe9]))),
  ),
  beside('a folder whose name is not UTF-8', (folder) => {
    mkdirSync(bytes(folder, Buffer.from([0xc3])));
    copyFileSync(program, bytes(folder, Buffer.from([0xc3, 0x2f, 0x70])));
  }),
  beside('a name of escapes', (folder) => copyFileSync(program, join(folder, '\x1b[2Jok'))),
  beside('a name of line breaks', (folder) => copyFileSync(program, join(folder, 'a\nb starts in x'))),
  beside('a name that looks like another', (folder) => copyFileSync(program, join(folder, 'prоgram'))),
  beside('names of zero width', (folder) => copyFileSync(program, join(folder, 'program\u200b'))),
  beside('a loop of links', (folder) => symlinkSync('.', join(folder, 'again'))),
  beside('a link to its parent', (folder) => symlinkSync('..', join(folder, 'up')), { status: [0, 1, 2, 3] }),
  beside('a chain of 1,000 links', (folder) => {
    for (let at = 0; at < 1_000; at++) symlinkSync(`l${at + 1}`, join(folder, `l${at}`));
  }),
  beside(
    '30,000 files',
    (folder) => {
      for (let at = 0; at < 30_000; at++) writeFileSync(join(folder, `f${at}`), '');
    },
    { bounds: { seconds: 60, processorSeconds: 30, memoryMiB: 250 } },
  ),
  beside('folders 900 deep', (folder) => {
    let path = folder;
    for (let at = 0; at < 900; at++) path = join(path, 'd');
    mkdirSync(path, { recursive: true });
    copyFileSync(program, join(path, 'deep'));
  }),
];

export const paths: readonly Trick[] = [...loops, ...systems, ...folders];
