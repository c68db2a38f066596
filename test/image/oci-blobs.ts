import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type TarMember, tarBytes } from './tar-bytes.ts';

export const digestOf = (bytes: Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export interface TestDescriptor {
  mediaType: string;
  digest: string;
  size: number;
  platform?: object;
  annotations?: object;
}

type Compress = 'plain' | 'gzip' | ((tar: Buffer) => Buffer);

/** Makes the blobs of an OCI image layout, with every fault that a test needs. */
export class OciBlobs {
  readonly blobs = new Map<string, Buffer>();

  add(bytes: Buffer, mediaType: string): TestDescriptor {
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  }

  json(value: unknown, mediaType: string): TestDescriptor {
    return this.add(Buffer.from(JSON.stringify(value)), mediaType);
  }

  layer(
    members: readonly TarMember[],
    compress: Compress = 'gzip',
  ): { descriptor: TestDescriptor; diffID: string } {
    const tar = tarBytes(members);
    const types = { plain: 'tar', gzip: 'tar+gzip' } as const;
    const bytes = compress === 'plain' ? tar : compress === 'gzip' ? gzipSync(tar) : compress(tar);
    const type = typeof compress === 'string' ? types[compress] : 'tar+zstd';
    return {
      descriptor: this.add(bytes, `application/vnd.oci.image.layer.v1.${type}`),
      diffID: digestOf(tar),
    };
  }

  /** An image of these layers for one architecture. `changes` go over the manifest and over the configuration. */
  image(
    architecture: string,
    layers: readonly { descriptor: TestDescriptor; diffID: string }[],
    changes: { readonly manifest?: object; readonly config?: object } = {},
  ): TestDescriptor {
    const config = this.json(
      {
        os: 'linux',
        architecture,
        config: { Env: ['PATH=/bin'], User: 'app', WorkingDir: '/srv', Entrypoint: ['/app'], Cmd: ['serve'] },
        rootfs: { type: 'layers', diff_ids: layers.map(({ diffID }) => diffID) },
        ...changes.config,
      },
      'application/vnd.oci.image.config.v1+json',
    );
    return this.json(
      { schemaVersion: 2, config, layers: layers.map(({ descriptor }) => descriptor), ...changes.manifest },
      'application/vnd.oci.image.manifest.v1+json',
    );
  }

  index(manifests: readonly TestDescriptor[]): TestDescriptor {
    return this.json({ schemaVersion: 2, manifests }, 'application/vnd.oci.image.index.v1+json');
  }

  /** The files of the layout by path. */
  files(manifests: readonly TestDescriptor[]): Map<string, Buffer> {
    const files = new Map<string, Buffer>([
      ['oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}')],
      ['index.json', Buffer.from(JSON.stringify({ schemaVersion: 2, manifests }))],
    ]);
    for (const [digest, bytes] of this.blobs) files.set(`blobs/${digest.replace(':', '/')}`, bytes);
    return files;
  }
}

export function writeFolder(folder: string, files: ReadonlyMap<string, Buffer>): string {
  for (const [path, bytes] of files) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

export function tarOfFiles(files: ReadonlyMap<string, Buffer>): Buffer {
  return tarBytes([...files].map(([name, data]) => ({ name, data })));
}
