import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type TarMember, tarBytes } from '../../image/tar-bytes.ts';
import type { Call, Trick } from '../trick.ts';

const program = 'fixtures/bin/glibc-dynamic';

/** Checks a program in the root file system that the members make, packed by gzip without ever holding it whole. */
async function check(folder: string, members: Iterable<TarMember>): Promise<Call> {
  const file = join(folder, 'rootfs.tar.gz');
  await pipeline(Readable.from(blocks(members)), createGzip({ level: 1 }), createWriteStream(file));
  return { argv: [program, '--image', `tar:${file}`] };
}

function* blocks(members: Iterable<TarMember>): Generator<Buffer> {
  for (const member of members) yield tarBytes([member], false);
  yield Buffer.alloc(1024);
}

function* emptyFiles(count: number): Generator<TarMember> {
  for (let at = 0; at < count; at++) yield { name: `d${at % 1000}/f${at}` };
}

/** Each entry implies a chain of folders of its own. */
function* deepChains(entries: number, depth: number): Generator<TarMember> {
  for (let at = 0; at < entries; at++) yield { name: 'x', pax: { path: `${at}/${'d/'.repeat(depth)}f` } };
}

export const members: readonly Trick[] = [
  {
    name: '2,000 entries, each in a chain of 1,990 folders of its own',
    prepare: (folder) => check(folder, deepChains(2000, 1990)),
    status: [3],
  },
  {
    name: '3,000,000 empty files',
    prepare: (folder) => check(folder, emptyFiles(3_000_000)),
    status: [1, 3],
  },
  {
    name: 'an archive that goes on for 4 GiB of zeros after its end',
    prepare: async (folder) => {
      const file = join(folder, 'rootfs.tar.gz');
      const zeros = function* () {
        yield tarBytes([{ name: 'etc/hostname', data: 'x' }]);
        for (let mebibytes = 0; mebibytes < 4096; mebibytes++) yield Buffer.alloc(1 << 20);
      };
      await pipeline(Readable.from(zeros()), createGzip({ level: 1 }), createWriteStream(file));
      return { argv: [program, '--image', `tar:${file}`] };
    },
    status: [1, 3],
  },
  {
    name: 'a file of zeros that is called an archive',
    prepare: (folder) => {
      writeFileSync(join(folder, 'zeros.tar'), Buffer.alloc(1 << 20));
      return { argv: [program, '--image', `tar:${join(folder, 'zeros.tar')}`] };
    },
    status: [1, 3],
    small: true,
  },
  {
    name: '/dev/zero as an archive',
    prepare: () => ({ argv: [program, '--image', 'tar:/dev/zero'] }),
    status: [2],
    small: true,
  },
];
