import { existsSync } from 'node:fs';
import { printablePath } from './entry-path.ts';
import type { Image, ImageSourceName, SourceAttempt } from './image.ts';
import { ImageError } from './image-error.ts';
import { IndexBudget } from './layer/layer-budget.ts';
import { isFolder } from './path-status.ts';
import { areRootPaths, isRootFolder, notRootfs } from './reference/rootfs-shape.ts';
import { looksLikePath, parseReference } from './reference/source-reference.ts';
import {
  defaultRegistryOptions,
  type SourceContext,
  type SourceImage,
  type SourceOptions,
} from './source-options.ts';
import { imageSourceNames, imageSources } from './sources/image-sources.ts';

export interface OpenImageOptions extends SourceOptions {
  /** The source of a reference that names none. Default `auto`: the reference itself may name one. */
  readonly source?: ImageSourceName | 'auto';
}

/** A source's image and which source it was. */
interface Found {
  readonly source: ImageSourceName;
  readonly image: SourceImage;
  readonly fellThrough: readonly SourceAttempt[];
}

/**
 * Finds an image and indexes it. With `auto`, `reference` is `source:reference`, or without a source: a path that exists, opened
 * by what it is, except for a folder without a slash; else a name that each of the engines, the registry and the embedded profiles is asked for, in this order.
 * With another `source`, all of `reference` belongs to that source. Throws ImageError: `call` when the reference itself is wrong,
 * `unreadable` when no source could give the image.
 */
export async function openImage(
  reference: string,
  { source: asked = 'auto', ...options }: OpenImageOptions,
): Promise<Image> {
  const context: SourceContext = {
    ...options,
    budget: new IndexBudget(),
    registry: options.registry ?? defaultRegistryOptions,
  };
  const { source, rest } = asked === 'auto' ? parseReference(reference) : { source: asked, rest: reference };
  const found = source === 'auto' ? await openAuto(rest, context) : await openNamed(source, rest, context);
  const {
    resolved,
    digest,
    content,
    platformChosen,
    difference = null,
    engine = null,
    alternative = null,
    credentials = [],
  } = found.image;
  return {
    reference,
    source: found.source,
    resolved,
    digest,
    content,
    fellThrough: found.fellThrough,
    platformChosen,
    difference,
    engine,
    alternative,
    credentials,
  };
}

const found = (asked: ImageSourceName, image: SourceImage): Found => ({
  source: image.source ?? asked,
  image,
  fellThrough: [],
});

async function openNamed(source: ImageSourceName, rest: string, context: SourceContext): Promise<Found> {
  const { takes, example, open } = imageSources[source];
  if (rest === '' && takes !== null) {
    throw new ImageError('call', `"${source}:" names nothing: write ${source}:${example}`);
  }
  return found(source, await open(rest, context));
}

async function openAuto(rest: string, context: SourceContext): Promise<Found> {
  if (rest === '')
    throw new ImageError('call', 'the image reference is empty: write for example alpine:3.19');
  if (rest === '-') return openUnnamedTar(rest, context);
  if (existsSync(rest) && !isBareFolder(rest)) return openPath(rest, context);
  if (looksLikePath(rest)) throw new ImageError('call', `${printablePath(rest)}: no such file or folder`);
  return openByName(rest, context);
}

/** A folder without a slash in its reference: the word is an image's name. */
const isBareFolder = (text: string): boolean => !/[\\/]/.test(text) && !looksLikePath(text) && isFolder(text);

/** A tar that was not said to be a root file system must look like one. */
async function openUnnamedTar(path: string, context: SourceContext): Promise<Found> {
  const tar = await openNamed('tar', path, context);
  const paths = tar.image.content.layers.flatMap(({ entries }) => entries.map((entry) => entry.path));
  if (tar.source === 'tar' && !areRootPaths(paths)) {
    throw notRootfs(path === '-' ? 'standard input' : printablePath(path), `tar:${printablePath(path)}`);
  }
  return tar;
}

async function openPath(path: string, context: SourceContext): Promise<Found> {
  const { kindOfPath } = await import('./reference/path-kind.ts');
  const kind = await kindOfPath(path);
  if (kind === 'index')
    return found('profile', (await import('./sources/profile.ts')).openIndexFile(path, context));
  if (kind === 'tar') return openUnnamedTar(path, context);
  if (kind === 'dir' && !isRootFolder(path)) {
    const { isSavedFolder, savedFolderError } = await import('./sources/any-folder.ts');
    throw isSavedFolder(path)
      ? savedFolderError(path)
      : notRootfs(printablePath(path), `dir:${printablePath(path)}`);
  }
  if (kind !== 'archive') return openNamed(kind, path, context);
  const { openArchive } = await import('./sources/docker-archive.ts');
  return found('docker-archive', await openArchive(path, context));
}

/** Asks the sources that look up names, in the order of their table, and keeps why each did not have the image. */
async function openByName(name: string, context: SourceContext): Promise<Found> {
  const fellThrough: SourceAttempt[] = [];
  const { parseDockerReference } = await import('./reference/docker-reference.ts');
  if (parseDockerReference(name) === null) {
    throw new ImageError(
      'call',
      `"${printablePath(name)}" is neither a path that exists nor a valid image name`,
    );
  }
  for (const source of imageSourceNames) {
    const answer = await imageSources[source].lookUp?.(name, context);
    if (answer === undefined) continue;
    if ('image' in answer) return { source, image: answer.image, fellThrough };
    fellThrough.push({ source, reason: answer.reason });
  }
  const folder = isBareFolder(name) ? `; for the folder of this name write ./${printablePath(name)}` : '';
  const tried = fellThrough.map(({ source }) => source).join(', ');
  throw new ImageError(
    'unreadable',
    `no source has the image ${printablePath(name)} (asked: ${tried}); check the name, or give a file: docker-archive:image.tar${folder}`,
    { fellThrough },
  );
}
