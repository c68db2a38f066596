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
  const blobs = new RegistryBlobs(client, `${name} in ${client.label}`);
  const descriptor = await blobs.resolve(reference.digest ?? reference.tag ?? 'latest');
  const opened = await openOciImage(blobs, [descriptor], context);
  return { ...opened, digest: descriptor.digest, resolved: `${name} (${descriptor.digest})` };
}
