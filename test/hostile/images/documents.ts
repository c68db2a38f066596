import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { OciBlobs, type TestDescriptor, writeFolder } from '../../image/oci-blobs.ts';
import type { Call, Trick } from '../trick.ts';

const program = 'fixtures/bin/glibc-dynamic';

function layout(folder: string, blobs: OciBlobs, manifests: readonly TestDescriptor[]): Call {
  writeFolder(folder, blobs.files(manifests));
  return { argv: [program, '--image', `oci-dir:${folder}`] };
}

export const documents: readonly Trick[] = [
  {
    name: 'the same layer named 40,000 times',
    prepare: (folder) => {
      const blobs = new OciBlobs();
      const layer = blobs.layer([{ name: 'etc/hostname', data: 'x' }]);
      return layout(folder, blobs, [
        blobs.image('amd64', Array(40_000).fill(layer), { config: { config: {} } }),
      ]);
    },
    status: [3],
    small: true,
  },
  {
    name: 'an index that names the same index 1,000 times, four levels deep',
    prepare: (folder) => {
      const blobs = new OciBlobs();
      let index = blobs.index([blobs.image('arm', [blobs.layer([{ name: 'x' }])])]);
      for (let level = 0; level < 4; level++) index = blobs.index(Array(1000).fill(index));
      return layout(folder, blobs, [index]);
    },
    status: [3],
    small: true,
  },
  {
    name: 'index.json that is a link to /dev/zero',
    prepare: (folder) => {
      const blobs = new OciBlobs();
      const call = layout(folder, blobs, []);
      rmSync(join(folder, 'index.json'));
      symlinkSync('/dev/zero', join(folder, 'index.json'));
      return call;
    },
    status: [3],
    small: true,
  },
  {
    name: 'index.json that is a FIFO nobody writes to',
    prepare: (folder) => {
      const blobs = new OciBlobs();
      const call = layout(folder, blobs, []);
      rmSync(join(folder, 'index.json'));
      spawnSync('mkfifo', [join(folder, 'index.json')]);
      return call;
    },
    status: [3],
    bounds: { seconds: 10 },
    small: true,
  },
  {
    name: 'a root file system whose ld.so.cache is a FIFO',
    prepare: (folder) => {
      mkdirSync(join(folder, 'etc'));
      spawnSync('mkfifo', [join(folder, 'etc/ld.so.cache')]);
      return { argv: [program, '--image', `dir:${folder}`] };
    },
    status: [1, 3],
    bounds: { seconds: 10 },
    small: true,
  },
];
