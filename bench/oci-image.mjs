// Writes an OCI image layout of plain tar layers, gzipped: what registries and engines are filled with.
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { find, run } from './machine.mjs';

const architectures = { x64: 'amd64', arm64: 'arm64' };

function sha256Of(path) {
  const program = find('sha256sum');
  if (program !== null) return run([program, path]).slice(0, 64);
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** `tars`: paths of uncompressed layers. Gives the paths of the compressed ones. */
export function writeOciImage(folder, tars) {
  const blobs = join(folder, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  const put = (bytes, mediaType) => {
    const digest = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(blobs, digest), bytes);
    return { mediaType, digest: `sha256:${digest}`, size: bytes.length };
  };
  const layers = tars.map((tar) => {
    const part = join(blobs, 'part');
    copyFileSync(tar, part);
    const diffID = `sha256:${sha256Of(part)}`;
    run(['gzip', '-n', '-6', part]);
    const digest = sha256Of(`${part}.gz`);
    renameSync(`${part}.gz`, join(blobs, digest));
    const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip';
    const size = statSync(join(blobs, digest)).size;
    return { diffID, path: join(blobs, digest), descriptor: { mediaType, digest: `sha256:${digest}`, size } };
  });
  const config = put(
    Buffer.from(
      JSON.stringify({
        os: 'linux',
        architecture: architectures[process.arch] ?? process.arch,
        config: { Cmd: ['/bin/sh'] },
        rootfs: { type: 'layers', diff_ids: layers.map(({ diffID }) => diffID) },
      }),
    ),
    'application/vnd.oci.image.config.v1+json',
  );
  const manifest = put(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config,
        layers: layers.map(({ descriptor }) => descriptor),
      }),
    ),
    'application/vnd.oci.image.manifest.v1+json',
  );
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
  writeFileSync(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  return layers.map(({ path }) => path);
}
