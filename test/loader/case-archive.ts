import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Layers as an archive that `docker load` takes. */
export function archiveOfTars(
  layers: readonly Uint8Array[],
  config: { readonly env: readonly string[]; readonly user: string; readonly workingDir: string },
  tag: string,
): Promise<Buffer> {
  const digests = layers.map(sha256);
  const image = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: { Env: config.env, User: config.user, WorkingDir: config.workingDir, Cmd: ['/none'] },
    rootfs: { type: 'layers', diff_ids: digests.map((digest) => `sha256:${digest}`) },
  });
  const names = digests.map((digest, index) => `${digest}-${index}/layer.tar`);
  const tar = pack();
  tar.entry(
    { name: 'manifest.json' },
    JSON.stringify([{ Config: `${sha256(image)}.json`, RepoTags: [tag], Layers: names }]),
  );
  tar.entry({ name: `${sha256(image)}.json` }, image);
  layers.forEach((layer, index) => {
    tar.entry({ name: names[index] ?? '' }, Buffer.from(layer));
  });
  tar.finalize();
  return buffer(tar);
}
