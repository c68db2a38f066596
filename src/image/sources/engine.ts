import { locateDocker, locatePodman } from '../engine/engine-location.ts';
import { printablePath } from '../entry-path.ts';
import { ImageError } from '../image-error.ts';
import { familiarReference, parseDockerReference } from '../reference/docker-reference.ts';
import type { SourceContext, SourceImage } from '../source-options.ts';
import type { EngineAttempt } from './attempt.ts';

/**
 * Asks an engine for an image. An engine that is not there, or has no such image, is an answer; a stream that breaks
 * midway is an ImageError. The Docker client loads only when there is a socket or an address to try.
 */
export async function tryEngine(
  source: 'docker' | 'podman',
  name: string,
  context: SourceContext,
): Promise<EngineAttempt> {
  const location = source === 'docker' ? locateDocker(context.env) : locatePodman(context.env);
  if ('reason' in location) return { reason: location.reason, code: 'unreadable' };
  const { exportImage } = await import('./docker-engine.ts');
  return exportImage({ source, location, name: engineName(name) }, context);
}

const isImageID = (name: string): boolean => /^(?:sha256:)?[0-9a-f]{12,64}$/.test(name);

/** The one image that a name means: an engine asked for `alpine` exports all its tags. A digest outdoes a tag. */
function engineName(name: string): string {
  const reference = parseDockerReference(name);
  if (reference === null || isImageID(name)) return name;
  if (reference.digest !== null) return familiarReference({ ...reference, tag: null });
  return familiarReference({ ...reference, tag: reference.tag ?? 'latest' });
}

/** The image of an engine that was named. Throws ImageError. */
export async function openEngine(
  source: 'docker' | 'podman',
  name: string,
  context: SourceContext,
): Promise<SourceImage> {
  if (parseDockerReference(name) === null && !isImageID(name)) {
    throw new ImageError('call', `${source}:${printablePath(name)} is not a valid image name`);
  }
  const attempt = await tryEngine(source, name, context);
  if ('image' in attempt) return attempt.image;
  const looksLikeTag = /^\d[\w.-]*$/.test(name) && !isImageID(name);
  const hint = looksLikeTag ? ` (for the image called ${source}, write ${source}:${source}:${name})` : '';
  throw new ImageError(attempt.code, `${source}:${printablePath(name)}: ${attempt.reason}${hint}`);
}
