import { CachedBlobs } from '../cache/cached-blobs.ts';
import { type DockerReference, familiarReference, parseDockerReference } from '../docker-reference.ts';
import { printablePath } from '../entry-path.ts';
import { ImageError } from '../image-error.ts';
import { openOciImage } from '../oci-image.ts';
import { addressesFor, type RegistryAddress } from '../registry/registry-address.ts';
import { RegistryBlobs } from '../registry/registry-blobs.ts';
import { RegistryClient } from '../registry/registry-client.ts';
import { Transport } from '../registry/transport.ts';
import type { SourceContext, SourceImage } from '../source-options.ts';

/**
 * An image straight from its registry (OCI distribution spec, Docker Registry HTTP API v2), a mirror first where one is
 * named. Nothing is written to disk. Throws ImageError.
 */
export async function openRegistry(name: string, context: SourceContext): Promise<SourceImage> {
  const reference = parseDockerReference(name);
  if (reference === null)
    throw new ImageError('call', `registry:${printablePath(name)} is not a valid image name`);
  if (context.offline === true) return openCached(reference, context);
  const { insecure, mirrors, ca } = context.registry;
  const transport = new Transport({ env: context.env, ca, signal: context.signal });
  try {
    const addresses = addressesFor(reference, { mirrors, insecure });
    let failure: unknown = null;
    for (const address of addresses) {
      try {
        return await openAt(address, reference, transport, context);
      } catch (error) {
        context.signal?.throwIfAborted();
        failure = error;
      }
    }
    throw failure;
  } finally {
    await transport.close();
  }
}

async function openAt(
  address: RegistryAddress,
  reference: DockerReference,
  transport: Transport,
  context: SourceContext,
): Promise<SourceImage> {
  const client = new RegistryClient(address, reference.path, transport, context.env);
  const name = familiarReference(reference);
  const blobs = new RegistryBlobs(client, `${name} in ${client.label}`, context.cache ?? null);
  const descriptor = await blobs.resolve(reference.digest ?? reference.tag ?? 'latest');
  if (reference.digest !== null && descriptor.digest !== reference.digest) {
    throw new ImageError('unreadable', `${client.label} gives ${descriptor.digest} for ${reference.digest}`);
  }
  context.cache?.storeResolvedName(fullName(reference), descriptor);
  const opened = await openOciImage(blobs, [descriptor], context);
  return { ...opened, digest: descriptor.digest, resolved: `${name} (${descriptor.digest})` };
}

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
      `${name} is not in the cache, and --offline allows no registry: run once without it`,
    );
  }
  const opened = await openOciImage(new CachedBlobs(context.cache, name), [descriptor], context);
  return { ...opened, digest: descriptor.digest, resolved: `${name} (${descriptor.digest}, from the cache)` };
}
