import { existsSync } from 'node:fs';
import { printablePath } from './entry-path.ts';
import type { Image, ImageSourceName, SourceAttempt } from './image.ts';
import { ImageError } from './image-error.ts';
import { IndexBudget } from './layer/layer-budget.ts';
import { looksLikePath, parseReference } from './reference/source-reference.ts';
import type { Patience } from './registry/patience.ts';
import {
  defaultRegistryOptions,
  type OpenImageOptions,
  type SourceContext,
  type SourceImage,
} from './source-options.ts';

export type { ImageProgress, OpenImageOptions } from './source-options.ts';

/** A source's image and which source it was. */
interface Found {
  readonly source: ImageSourceName;
  readonly image: SourceImage;
  readonly fellThrough: readonly SourceAttempt[];
}

/**
 * Finds an image and indexes it. `reference` is `source:reference`, or without a source what `auto` makes of it: a path
 * that exists, by what it is; else the Docker engine, Podman, the registry and the embedded profiles, in this order. Throws ImageError:
 * `call` when the reference itself is wrong, `unreadable` when no source could give the image.
 */
export async function openImage(reference: string, options: OpenImageOptions): Promise<Image> {
  const context: SourceContext = {
    ...options,
    budget: new IndexBudget(),
    registry: options.registry ?? defaultRegistryOptions,
  };
  const { source, rest } = parseReference(reference);
  const found = source === 'auto' ? await openAuto(rest, context) : await openNamed(source, rest, context);
  const { resolved, digest, content, platformChosen } = found.image;
  return {
    reference,
    source: found.source,
    resolved,
    digest,
    content,
    fellThrough: found.fellThrough,
    platformChosen,
  };
}

const found = (source: ImageSourceName, image: SourceImage): Found => ({ source, image, fellThrough: [] });

/** Modules of the sources load only when used: the Docker client alone is 66 packages. */
async function openNamed(source: ImageSourceName, rest: string, context: SourceContext): Promise<Found> {
  if (rest === '' && source !== 'scratch') {
    throw new ImageError('call', `"${source}:" names nothing: write ${source}:${examples[source]}`);
  }
  switch (source) {
    case 'scratch':
      return found(source, (await import('./sources/scratch.ts')).openScratch(context));
    case 'dir':
      return found(source, (await import('./sources/rootfs-dir.ts')).openRootfsDir(rest, context));
    case 'tar':
      return found(source, await (await import('./sources/rootfs-tar.ts')).openRootfsTar(rest, context));
    case 'profile':
      if (rest === 'scratch') return openNamed('scratch', '', context);
      return found(source, (await import('./sources/profile.ts')).openProfile(rest, context));
    case 'docker-archive':
      return found(
        source,
        await (await import('./sources/docker-archive.ts')).openDockerArchive(rest, context),
      );
    case 'oci-archive':
      return found(source, await (await import('./sources/oci-layout.ts')).openOciArchive(rest, context));
    case 'oci-dir':
      return found(source, await (await import('./sources/oci-layout.ts')).openOciDir(rest, context));
    case 'registry':
      return found(source, await (await import('./sources/registry.ts')).openRegistry(rest, context));
    case 'docker':
    case 'podman':
      return found(source, await (await import('./sources/engine.ts')).openEngine(source, rest, context));
  }
}

const examples: Readonly<Record<ImageSourceName, string>> = {
  docker: 'alpine:3.19',
  podman: 'alpine:3.19',
  registry: 'alpine:3.19',
  'docker-archive': 'image.tar',
  'oci-dir': './layout',
  'oci-archive': 'image.tar',
  dir: './rootfs',
  tar: 'rootfs.tar.gz',
  profile: 'alpine:3.19',
  scratch: '',
};

async function openAuto(rest: string, context: SourceContext): Promise<Found> {
  if (rest === '')
    throw new ImageError('call', 'the image reference is empty: write for example alpine:3.19');
  if (rest === '-') return openNamed('tar', rest, context);
  if (existsSync(rest)) return openPath(rest, context);
  if (looksLikePath(rest)) throw new ImageError('call', `${printablePath(rest)}: no such file or folder`);
  return openByName(rest, context);
}

async function openPath(path: string, context: SourceContext): Promise<Found> {
  const { kindOfPath } = await import('./reference/path-kind.ts');
  const kind = await kindOfPath(path);
  if (kind === 'index')
    return found('profile', (await import('./sources/profile.ts')).openIndexFile(path, context));
  if (kind !== 'archive') return openNamed(kind, path, context);
  const { openArchive } = await import('./sources/docker-archive.ts');
  const archive = await openArchive(path, context);
  return found(archive.source, archive.image);
}

/** Engines first, then the registry, then the embedded profile; why each did not give it is kept. */
async function openByName(name: string, context: SourceContext): Promise<Found> {
  const fellThrough: SourceAttempt[] = [];
  const { parseDockerReference } = await import('./reference/docker-reference.ts');
  if (parseDockerReference(name) === null) {
    throw new ImageError(
      'call',
      `"${printablePath(name)}" is neither a path that exists nor a valid image name`,
    );
  }
  const { tryEngine } = await import('./sources/engine.ts');
  for (const source of ['docker', 'podman'] as const) {
    const attempt = await tryEngine(source, name, context);
    if ('image' in attempt) return { source, image: attempt.image, fellThrough };
    fellThrough.push({ source, reason: attempt.reason });
  }
  const registry = await tryRegistry(name, context);
  if ('image' in registry) return { source: 'registry', image: registry.image, fellThrough };
  fellThrough.push({ source: 'registry', reason: registry.reason });
  const { findProfile } = await import('./sources/profile.ts');
  const profile = findProfile(name, context);
  if ('image' in profile) return { source: 'profile', image: profile.image, fellThrough };
  fellThrough.push({ source: 'profile', reason: profile.reason });
  const tried = fellThrough.map(({ source, reason }) => `${source}: ${reason}`).join('; ');
  throw new ImageError(
    'unreadable',
    `no source has the image ${printablePath(name)} (${tried}); check the name, or give a file: docker-archive:image.tar`,
  );
}

/** Where a profile can stand in, a registry that does not answer is not waited for as long. */
async function patienceFor(name: string): Promise<Patience> {
  const [{ defaultPatience, shortPatience }, { matchProfile }, { parseDockerReference }] = await Promise.all([
    import('./registry/patience.ts'),
    import('./profiles/profile-catalog.ts'),
    import('./reference/docker-reference.ts'),
  ]);
  const reference = parseDockerReference(name);
  const hasProfile = reference !== null && reference.digest === null && matchProfile(reference) !== null;
  return hasProfile ? shortPatience : defaultPatience;
}

/** The registry's image, or why it gave none: then a profile may stand in for it. */
async function tryRegistry(
  name: string,
  context: SourceContext,
): Promise<{ image: SourceImage } | { reason: string }> {
  if (context.pull === 'never') return { reason: 'not asked (--pull never)' };
  try {
    const { openRegistry } = await import('./sources/registry.ts');
    return { image: await openRegistry(name, context, await patienceFor(name)) };
  } catch (error) {
    if (error instanceof ImageError && error.code === 'unreadable') return { reason: error.message };
    throw error;
  }
}
