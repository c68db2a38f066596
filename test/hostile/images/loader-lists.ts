import { readFileSync } from 'node:fs';
import { OciBlobs, writeFolder } from '../../image/oci-blobs.ts';
import type { TarMember } from '../../image/tar-bytes.ts';
import type { Call, Trick } from '../trick.ts';

const program = 'fixtures/bin/glibc-dynamic';

const list = (word: (at: number) => string, count: number, between: string): string =>
  Array.from({ length: count }, (_, at) => word(at)).join(between);

/** This machine's own glibc: the program starts with it, and everything that the loader reads is read. */
const glibc = (): TarMember[] =>
  ['lib64/ld-linux-x86-64.so.2', 'lib/x86_64-linux-gnu/libc.so.6'].map((name) => ({
    name,
    mode: 0o755,
    data: readFileSync(`/${name}`),
  }));

/** Checks the program in an image with that glibc, some more files and these variables. */
function check(folder: string, members: readonly TarMember[], Env: readonly string[] = []): Call {
  const blobs = new OciBlobs();
  const layer = blobs.layer([...glibc(), ...members]);
  writeFolder(folder, blobs.files([blobs.image('amd64', [layer], { config: { config: { Env } } })]));
  return { argv: [program, '--image', `oci-dir:${folder}`] };
}

/** A cache of the new format (ld.so.cache(5), `dl-cache.h`) whose entries all name one string. */
function cacheOfOneString(entries: number, length: number): Buffer {
  const [header, entry] = [48, 24];
  const strings = header + entries * entry;
  const bytes = Buffer.alloc(strings + length + 1);
  bytes.write('glibc-ld.so.cache1.1', 'latin1');
  bytes.writeUInt32LE(entries, 20);
  bytes.writeUInt32LE(length + 1, 24);
  bytes.writeUInt8(2, 28);
  for (let at = 0; at < entries; at++) {
    bytes.writeInt32LE(0x0303, header + at * entry);
    bytes.writeUInt32LE(strings, header + at * entry + 4);
    bytes.writeUInt32LE(strings, header + at * entry + 8);
  }
  bytes.fill('a', strings, strings + length);
  return bytes;
}

export const loaderLists: readonly Trick[] = [
  {
    name: 'an ld.so.preload of 8 MB',
    prepare: (folder) =>
      check(folder, [{ name: 'etc/ld.so.preload', data: list((at) => `/lib/l${at}.so`, 500_000, '\n') }]),
    status: [0, 3],
  },
  {
    name: 'an LD_LIBRARY_PATH of 900,000 folders',
    prepare: (folder) => check(folder, [], [`LD_LIBRARY_PATH=${list((at) => `/d${at}`, 900_000, ':')}`]),
    status: [1],
  },
  {
    name: 'an LD_LIBRARY_PATH of 17,000 folders',
    prepare: (folder) => check(folder, [], [`LD_LIBRARY_PATH=${list((at) => `/d${at}`, 17_000, ':')}`]),
    status: [0],
  },
  {
    name: 'an LD_PRELOAD of 500,000 names',
    prepare: (folder) => check(folder, [], [`LD_PRELOAD=${list((at) => `l${at}.so`, 500_000, ':')}`]),
    status: [1],
  },
  {
    name: 'an LD_PRELOAD of 14,000 names',
    prepare: (folder) => check(folder, [], [`LD_PRELOAD=${list((at) => `l${at}.so`, 14_000, ':')}`]),
    status: [0],
  },
  {
    name: 'an ld.so.cache whose 300,000 entries share one name of 1 MB',
    prepare: (folder) =>
      check(folder, [{ name: 'etc/ld.so.cache', data: cacheOfOneString(300_000, 1 << 20) }]),
    status: [0, 3],
  },
  {
    name: '50,000 variables of the image',
    prepare: (folder) =>
      check(
        folder,
        [],
        Array.from({ length: 50_000 }, (_, at) => `V${at}=x`),
      ),
    status: [0],
  },
  {
    name: '50,000 times --env',
    prepare: (folder) => {
      const { argv } = check(folder, []);
      return { argv: [...argv, ...Array.from({ length: 50_000 }, (_, at) => ['--env', `V${at}=x`]).flat()] };
    },
    status: [0],
  },
];
