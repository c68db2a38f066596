import type { OciBlobs, TestDescriptor } from '../../image/oci-blobs.ts';
import { TestRegistry } from '../../image/registry/test-registry.ts';
import type { Trick } from '../trick.ts';
import { program, smallImage } from './served.ts';

/** What the tag 1 names is made of the blobs of an image that can be read. */
function tagged(
  name: string,
  make: (blobs: OciBlobs, image: TestDescriptor) => TestDescriptor,
  changes: Partial<Trick> = {},
): Trick {
  return {
    name,
    status: [3],
    ...changes,
    prepare: async () => {
      const { blobs, image } = smallImage();
      const registry = await new TestRegistry(blobs).start();
      registry.tag('1', make(blobs, image));
      return {
        argv: [program, '--image', `registry:${registry.host}/app:1`],
        end: () => registry.stop(),
      };
    },
  };
}

const manifest = 'application/vnd.oci.image.manifest.v1+json';
const index = 'application/vnd.oci.image.index.v1+json';

/** Manifests and indexes that are JSON, and nothing that an engine would take. */
export const documents: readonly Trick[] = [
  ...[null, [], 7, 'text', {}, { schemaVersion: 2 }, { layers: {} }, { config: [], layers: [[]] }].map(
    (value) => tagged(`the manifest ${JSON.stringify(value)}`, (blobs) => blobs.json(value, manifest)),
  ),
  ...[null, [], { manifests: 1 }, { manifests: [1, null, []] }, { manifests: [{}] }].map((value) =>
    tagged(`the index ${JSON.stringify(value)}`, (blobs) => blobs.json(value, index)),
  ),
  tagged(
    'an index that names itself',
    (blobs, image) => {
      // No index can hold its own digest; one that names another by its digest and size, twice, is as near as one can come.
      const inner = blobs.index([image, image]);
      return blobs.index([inner, inner, image]);
    },
    { status: [1, 3] },
  ),
  tagged('an index of 100,000 images of other platforms', (blobs, image) =>
    blobs.index(
      Array.from({ length: 40_000 }, (_, number) => ({
        ...image,
        platform: { os: 'linux', architecture: `x${number}` },
      })),
    ),
  ),
  tagged('a manifest that names a layer of a size below zero', (blobs, image) =>
    changed(blobs, image, (layer) => ({ ...layer, size: -1 })),
  ),
  tagged('a manifest that names a layer of 9 EB', (blobs, image) =>
    changed(blobs, image, (layer) => ({ ...layer, size: 2 ** 63 })),
  ),
  tagged('a manifest that names a layer by a path', (blobs, image) =>
    changed(blobs, image, (layer) => ({ ...layer, digest: '../../../etc/passwd' })),
  ),
  tagged('a manifest that names a layer by a digest nobody has', (blobs, image) =>
    changed(blobs, image, (layer) => ({ ...layer, digest: `sha256:${'a'.repeat(64)}` })),
  ),
  tagged('a manifest that names a layer by an unknown kind of digest', (blobs, image) =>
    changed(blobs, image, (layer) => ({ ...layer, digest: `md5:${'a'.repeat(32)}` })),
  ),
  tagged('a manifest that names its layer 10,000 times', (blobs, image) => {
    const { layers, ...rest } = read(blobs, image);
    return blobs.json({ ...rest, layers: Array(10_000).fill(layers[0]) }, manifest);
  }),
  tagged('a manifest of another 10 MB', (blobs, image) =>
    blobs.json({ ...read(blobs, image), annotations: { x: 'x'.repeat(10 << 20) } }, manifest),
  ),
  tagged('a manifest nested 100,000 deep', (blobs) =>
    blobs.add(Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), manifest),
  ),
  tagged('a manifest with terminal escapes where names are', (blobs, image) =>
    changed(blobs, image, (layer) => ({
      ...layer,
      mediaType: '\u001b]0;x\u0007\u001b[2J',
      digest: `sha256:\u001b[31m${'a'.repeat(59)}`,
    })),
  ),
];

interface TestManifest {
  readonly layers: readonly TestDescriptor[];
}

const read = (blobs: OciBlobs, { digest }: TestDescriptor): TestManifest =>
  JSON.parse(String(blobs.blobs.get(digest))) as TestManifest;

function changed(
  blobs: OciBlobs,
  image: TestDescriptor,
  change: (layer: TestDescriptor | undefined) => object,
): TestDescriptor {
  const { layers, ...rest } = read(blobs, image);
  return blobs.json({ ...rest, layers: [change(layers[0])] }, manifest);
}
