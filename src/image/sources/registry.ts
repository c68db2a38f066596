import { printablePath } from '../entry-path.ts';
import { ImageError } from '../image-error.ts';
import { openOciImage } from '../oci/oci-image.ts';
import { isPartial } from '../partial/partial-layer.ts';
import {
  type DockerReference,
  familiarReference,
  parseDockerReference,
} from '../reference/docker-reference.ts';
import { CachedBlobs } from '../registry/cached-blobs.ts';
import type { Patience } from '../registry/patience.ts';
import { addressesFor, type RegistryAddress } from '../registry/registry-address.ts';
import { RegistryBlobs } from '../registry/registry-blobs.ts';
import { RegistryClient } from '../registry/registry-client.ts';
import { Transport } from '../registry/transport.ts';
import type { RegistryOptions, SourceContext, SourceImage } from '../source-options.ts';

/**
 * An image straight from its registry (OCI distribution spec, Docker Registry HTTP API v2), a mirror first where one is
 * named. Of the image, nothing but its index is written to disk. Throws ImageError.
 */
export async function openRegistry(
  name: string,
  context: SourceContext,
  patience?: Patience,
): Promise<SourceImage> {
  const reference = parseDockerReference(name);
  if (reference === null)
    throw new ImageError('call', `registry:${printablePath(name)} is not a valid image name`);
  if (reference.digest !== null && !/^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/.test(reference.digest))
    throw new ImageError(
      'call',
      `registry:${printablePath(name)}: only sha256 and sha512 digests can be read`,
    );
  if (context.offline === true) return openCached(reference, context);
  const { env, signal, registry } = context;
  const transport = new Transport({
    env,
    ca: registry.ca,
    allowedHosts: allowedHosts(registry),
    signal,
    patience,
  });
  let keepOpen = false;
  try {
    const opened = await openAtFirst(addressesFor(reference, registry), reference, transport, context);
    keepOpen = opened.content.layers.some(isPartial);
    return opened;
  } finally {
    if (!keepOpen) await transport.close();
  }
}

/** The first registry that gives the image; when none does, what the last one, the image's own, says. */
async function openAtFirst(
  [address, ...others]: readonly [RegistryAddress, ...RegistryAddress[]],
  reference: DockerReference,
  transport: Transport,
  context: SourceContext,
): Promise<SourceImage> {
  try {
    return await openAt(address, reference, transport, context);
  } catch (error) {
    const [next, ...rest] = others;
    if (next === undefined || !(error instanceof ImageError) || context.signal?.aborted === true) throw error;
    return openAtFirst([next, ...rest], reference, transport, context);
  }
}

async function openAt(
  address: RegistryAddress,
  reference: DockerReference,
  transport: Transport,
  context: SourceContext,
): Promise<SourceImage> {
  const { env, registry, cache = null } = context;
  const client = new RegistryClient({
    address,
    repository: reference.path,
    transport,
    env,
    insecureHosts: registry.insecure,
    allowedHosts: allowedHosts(registry),
  });
  const name = familiarReference(reference);
  context.onProgress?.({ what: `asking the registry ${address.host} for ${name}`, bytes: 0, total: null });
  const blobs = new RegistryBlobs(client, name, cache);
  const known = reference.digest === null ? null : (cache?.resolvedName(fullName(reference)) ?? null);
  const descriptor = known ?? (await blobs.resolve(reference.digest ?? reference.tag ?? 'latest'));
  if (reference.digest !== null && descriptor.digest !== reference.digest) {
    throw new ImageError('unreadable', `${client.label} gives ${descriptor.digest} for ${reference.digest}`);
  }
  const opened = await openOciImage(blobs, [descriptor], context);
  cache?.storeResolvedName(fullName(reference), descriptor);
  const { shownCredentials: credentials } = client;
  return { ...opened, digest: descriptor.digest, resolved: `${name} (${descriptor.digest})`, credentials };
}

/** Hosts that the user named for a registry's sake, wherever they are. */
const allowedHosts = ({ allow = [], insecure }: RegistryOptions): readonly string[] => [
  ...allow,
  ...insecure,
];

/** The name with domain, path and tag or digest: what the cache knows an image by. */
const fullName = ({ domain, path, tag, digest }: DockerReference): string =>
  `${domain}/${path}${digest === null ? `:${tag ?? 'latest'}` : `@${digest}`}`;

/** The image as it was when its registry last gave it, from the cache alone. Throws ImageError. */
async function openCached(reference: DockerReference, context: SourceContext): Promise<SourceImage> {
  const name = familiarReference(reference);
  const descriptor = context.cache?.resolvedName(fullName(reference)) ?? null;
  if (descriptor === null || context.cache === undefined) {
    throw new ImageError(
      'unreadable',
      `not asked (--offline), and ${name} is not in the cache: run once without --offline`,
    );
  }
  const opened = await openOciImage(new CachedBlobs(context.cache, name), [descriptor], context);
  return { ...opened, digest: descriptor.digest, resolved: `${name} (${descriptor.digest}, from the cache)` };
}
