import { type EngineClient, engineClient } from '../engine/engine-client.ts';
import { EngineFault } from '../engine/engine-fault.ts';
import type { EngineAddress, EngineLocation } from '../engine/engine-location.ts';
import { type EnginePatience, patienceWith } from '../engine/engine-patience.ts';
import { askVersion } from '../engine/engine-version.ts';
import { SshError } from '../engine/ssh-connection.ts';
import { printablePath } from '../entry-path.ts';
import type { EngineVersion, Platform } from '../image.ts';
import { ImageError } from '../image-error.ts';
import { readImageArchive } from '../oci/image-archive.ts';
import { type ImageDocument, imageConfigOf, platformOfObject } from '../oci/image-document.ts';
import { isObject, objectOf, textOf, textsOf } from '../oci/json-document.ts';
import { formatPlatform, platformMatches, wantedPlatforms } from '../reference/platform.ts';
import type { SourceContext, SourceImage } from '../source-options.ts';
import type { EngineAttempt } from './attempt.ts';
import { openDockerArchiveContents } from './docker-archive.ts';

export interface EngineRequest {
  readonly source: 'docker' | 'podman';
  readonly location: Extract<EngineLocation, { address: EngineAddress }>;
  /** With a tag or a digest: without one an engine exports all tags. */
  readonly name: string;
}

/** Streams an image out of an engine (`GET /images/NAME/get`, what docker save does) into an index, without the disk. */
export async function exportImage(
  request: EngineRequest,
  context: SourceContext,
  patience: EnginePatience = patienceWith(request.location.address),
): Promise<EngineAttempt> {
  const client = engineClient(request.location.address, context.env, patience);
  const close = (): void => client.close();
  context.signal?.addEventListener('abort', close);
  try {
    return await exportBy(client, request, context);
  } finally {
    context.signal?.removeEventListener('abort', close);
    close();
  }
}

async function exportBy(
  client: EngineClient,
  request: EngineRequest,
  context: SourceContext,
): Promise<EngineAttempt> {
  const { name } = request;
  let inspected: InspectedImage;
  let engine: EngineVersion | null;
  let stream: AsyncIterable<Uint8Array>;
  try {
    context.signal?.throwIfAborted();
    say(`asking ${labelOf(request)} for ${name}`, context);
    inspected = await inspectImage(client, request);
    const mismatch = platformMismatch(inspected, context);
    if (mismatch !== null) return { reason: `${labelOf(request)} has ${name} ${mismatch}`, code: 'call' };
    engine = await askVersion(client);
    const known = knownImage(inspected, context);
    if (known !== null) return { image: { ...known, engine, resolved: resolvedName(name, known.digest) } };
    say(`waiting until ${labelOf(request)} exports ${name}`, context);
    stream = await client.stream(`/images/${inspected.name}/get`);
  } catch (error) {
    context.signal?.throwIfAborted();
    return { reason: reasonOf(error, request), code: 'unreadable' };
  }
  const what = `${name} in ${labelOf(request)}`;
  const archive = await readImageArchive(bytesOf(stream, what, inspected.size, context), what, context);
  const platform = inspected.multiPlatform ? context.platform : null;
  const opened = await openDockerArchiveContents(archive, null, name, { ...context, platform });
  const digest = inspected.id ?? opened.digest;
  for (const { diffID, entries } of opened.content.layers)
    if (diffID !== null) context.cache?.storeLayer({ diffID, entries });
  return { image: { ...opened, engine, digest, resolved: resolvedName(name, digest) } };
}

const resolvedName = (name: string, digest: string | null): string =>
  digest === null ? name : `${name} (${digest})`;

/**
 * The image when the cache has all its layers: then nothing is exported. An engine that keeps several platforms under one name
 * reports one of them; it is used when that is the requested one.
 */
function knownImage(inspected: InspectedImage, context: SourceContext): Omit<SourceImage, 'resolved'> | null {
  const { platform, document, id, multiPlatform } = inspected;
  const wanted = wantedPlatforms(context);
  if (platform === null || id === null || document.diffIDs.length === 0) return null;
  if (multiPlatform && !wanted.some((each) => platformMatches(each, platform))) return null;
  const layers = context.cache?.layers(document.diffIDs) ?? null;
  if (layers === null) return null;
  const content = { platform, config: document.config, layers, provenance: null };
  return { digest: id, content, platformChosen: false };
}

/** `Docker (/var/run/docker.sock)` */
const labelOf = ({ source, location }: EngineRequest): string =>
  `${source === 'docker' ? 'Docker' : 'Podman'} (${location.from})`;

interface InspectedImage {
  /** The name that the engine knows it by. */
  readonly name: string;
  readonly id: string | null;
  readonly platform: Platform | null;
  /** Bytes of all layers, to show progress by. */
  readonly size: number | null;
  /** The engine keeps images in containerd's store, where one name can have several platforms. */
  readonly multiPlatform: boolean;
  /** Configuration and layers. */
  readonly document: ImageDocument;
}

async function inspectImage(client: EngineClient, { source, name }: EngineRequest): Promise<InspectedImage> {
  try {
    return inspectedImage(name, await client.ask(`/images/${name}/json`));
  } catch (error) {
    // Podman takes a short name for one of Docker Hub; what was built here is below localhost.
    if (source !== 'podman' || !(error instanceof EngineFault) || error.status !== 404 || name.includes('/'))
      throw error;
    const local = `localhost/${name}`;
    return inspectedImage(local, await client.ask(`/images/${local}/json`));
  }
}

function inspectedImage(name: string, answer: unknown): InspectedImage {
  const image = objectOf(answer);
  const platform = platformOfObject({
    os: image['Os'],
    architecture: image['Architecture'],
    variant: image['Variant'],
  });
  const size = typeof image['Size'] === 'number' ? image['Size'] : null;
  const multiPlatform = isObject(image['Descriptor']);
  const id = textOf(image['Id']);
  const document: ImageDocument = {
    platform,
    config: imageConfigOf(objectOf(image['Config'])),
    diffIDs: textsOf(objectOf(image['RootFS'])['Layers']),
  };
  return { name, id: /^sha256:[0-9a-f]{64}$/.test(id) ? id : null, platform, size, multiPlatform, document };
}

function platformMismatch(
  { platform, multiPlatform }: InspectedImage,
  context: SourceContext,
): string | null {
  if (context.platform === null || platform === null || multiPlatform) return null;
  if (platformMatches(context.platform, platform)) return null;
  const asked = formatPlatform(context.platform);
  return `for ${formatPlatform(platform)}, not for ${asked}; pull it with --platform ${asked}`;
}

const say = (what: string, { onProgress }: SourceContext): void =>
  onProgress?.({ what, bytes: 0, total: null });

/** The bytes of an export with progress; a connection that breaks or stalls is an ImageError. */
async function* bytesOf(
  stream: AsyncIterable<Uint8Array>,
  what: string,
  total: number | null,
  context: SourceContext,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      bytes += chunk.length;
      context.onProgress?.({ what, bytes, total });
      yield chunk;
    }
  } catch (error) {
    context.signal?.throwIfAborted();
    if (error instanceof ImageError) throw error;
    const fault = error instanceof EngineFault ? `the engine ${error.message}` : 'the connection broke';
    throw new ImageError('unreadable', `${what}: ${fault} after ${bytes} bytes; try again`, { cause: error });
  }
}

/** One clear line for each way in which an engine does not answer. */
function reasonOf(error: unknown, request: EngineRequest): string {
  const { location, name, source } = request;
  const engine = labelOf(request);
  if (error instanceof SshError) return `${engine} cannot be reached: ${error.message}`;
  if (error instanceof EngineFault)
    return error.status === 404 ? `${engine} has no image ${name}` : `${engine} ${messageOf(error)}`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const path = location.address.kind === 'socket' ? location.address.path : '';
  if (code === 'EACCES' || code === 'EPERM') {
    const how =
      source === 'docker' ? 'join the group docker or use sudo' : 'run it as the owner of that socket';
    return `permission denied on ${path || engine}: ${how}`;
  }
  if (code === 'ECONNREFUSED' || code === 'ENOENT') return `${engine} is not running: nothing listens there`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the host name of ${engine} is unknown`;
  if (code === 'ETIMEDOUT' || code === 'ECONNRESET') return `${engine} did not answer (${code})`;
  if (/^(?:CERT_|ERR_TLS|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|EPROTO|ERR_SSL)/.test(code)) {
    return `${engine}: the TLS connection was refused (${code})`;
  }
  return `${engine} cannot be asked: ${messageOf(error)}`;
}

const messageOf = (error: unknown): string =>
  printablePath((error instanceof Error ? error.message : String(error)).trim());
