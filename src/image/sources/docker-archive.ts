import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { printablePath } from '../entry-path.ts';
import type { LayerIndex } from '../image.ts';
import { ImageError } from '../image-error.ts';
import { splitArchivePath } from '../oci/archive-path.ts';
import { type ImageArchive, readImageArchive } from '../oci/image-archive.ts';
import { type ImageDocument, parseImageDocument } from '../oci/image-document.ts';
import { type JsonObject, objectsOf, parseDocument, textOf, textsOf } from '../oci/json-document.ts';
import { verifyDiffIDs } from '../oci/oci-image.ts';
import { familiarReference, parseDockerReference } from '../reference/docker-reference.ts';
import { fallbackPlatform, platformMatches, selectPlatform, wantedPlatforms } from '../reference/platform.ts';
import type { SourceContext, SourceImage } from '../source-options.ts';
import { openOciArchiveContents } from './oci-layout.ts';
import { tarChunks } from './rootfs-tar.ts';

/** What `docker save` wrote, `PATH[:NAME]`: the layout of old engines and the OCI hybrid of current ones. Throws ImageError. */
export async function openDockerArchive(text: string, context: SourceContext): Promise<SourceImage> {
  const { path, image } = splitArchivePath(text);
  const what = path === '-' ? 'standard input' : printablePath(path);
  if (path !== '-' && !existsSync(path)) throw new ImageError('call', `${what}: no such file`);
  const archive = await readImageArchive(tarChunks(path, what, context), what, context);
  return openDockerArchiveContents(archive, image, path === '-' ? what : resolve(path), context);
}

/** An archive of either kind, by what it holds: manifest.json first, as current engines write both. Throws ImageError. */
export async function openArchive(path: string, context: SourceContext): Promise<SourceImage> {
  const what = printablePath(path);
  return openReadArchive(
    await readImageArchive(tarChunks(path, what, context), what, context),
    path,
    context,
  );
}

/** Whether an archive has the document that names its images. */
export const holdsImage = (archive: ImageArchive): boolean =>
  archive.get('manifest.json') !== null || archive.get('index.json') !== null;

/** The same for an archive that was read already. `path` is `-` for standard input. Throws ImageError. */
export async function openReadArchive(
  archive: ImageArchive,
  path: string,
  context: SourceContext,
): Promise<SourceImage> {
  const { what } = archive;
  const resolved = path === '-' ? what : resolve(path);
  if (archive.get('manifest.json') !== null) {
    const image = await openDockerArchiveContents(archive, null, resolved, context);
    return { ...image, source: 'docker-archive' };
  }
  if (archive.get('index.json') === null) {
    throw new ImageError(
      'unreadable',
      `${what} looks like an image archive but has neither manifest.json nor index.json; if it is a root file system, write tar:${what}`,
    );
  }
  return { ...(await openOciArchiveContents(archive, null, resolved, context)), source: 'oci-archive' };
}

/** One image of manifest.json. */
interface SavedImage {
  readonly config: string;
  readonly tags: readonly string[];
  readonly layers: readonly string[];
}

/** Opens the image of an archive that was read already. `image` is a name of RepoTags, or null for the only one. */
export async function openDockerArchiveContents(
  archive: ImageArchive,
  image: string | null,
  resolved: string,
  context: SourceContext,
): Promise<SourceImage> {
  const manifest = archive.get('manifest.json')?.document;
  if (manifest === null || manifest === undefined) {
    throw new ImageError(
      'unreadable',
      `${archive.what} is not what docker save writes: it has no manifest.json`,
    );
  }
  const saved = objectsOf(parseDocument(manifest, `manifest.json of ${archive.what}`)).map(savedImage);
  const offers = chooseSaved(saved, image, archive.what).map((candidate) => {
    const document = readConfig(archive, candidate);
    return { saved: candidate, document, platform: document.platform ?? fallbackPlatform(context) };
  });
  const [first, ...rest] = offers;
  if (first === undefined)
    throw new ImageError('unreadable', `manifest.json of ${archive.what} names no image`);
  const wanted = wantedPlatforms(context);
  const fits =
    wanted.length === 0 ||
    offers.some(({ platform }) => wanted.some((each) => platformMatches(each, platform)));
  if (!fits && archive.get('index.json') !== null) {
    const named = image === null ? null : (parseDockerReference(image)?.tag ?? image);
    return openOciArchiveContents(archive, named, resolved, context);
  }
  const asked = { asked: context.platform, fitting: context.fitting };
  const { chosen, platformChosen, alternative } = selectPlatform([first, ...rest], asked, archive.what);
  const layers = readLayers(archive, chosen.saved);
  verifyDiffIDs(layers, chosen.document.diffIDs, archive.what);
  const digest = archive.get(chosen.saved.config)?.digest ?? null;
  const label = [image ?? chosen.saved.tags[0] ?? null, digest].filter((part) => part !== null).join(', ');
  const content = { platform: chosen.platform, config: chosen.document.config, layers, provenance: null };
  return { resolved: `${resolved} (${printablePath(label)})`, digest, content, platformChosen, alternative };
}

const savedImage = (object: JsonObject): SavedImage => ({
  config: textOf(object['Config']),
  tags: textsOf(object['RepoTags']),
  layers: textsOf(object['Layers']),
});

/** The images that the name fits; without a name all of them, when they are one image for several platforms. */
function chooseSaved(
  saved: readonly SavedImage[],
  image: string | null,
  what: string,
): readonly SavedImage[] {
  const tags = [...new Set(saved.flatMap((candidate) => candidate.tags))].map(printablePath);
  if (image !== null) {
    const wanted = canonical(image);
    const named = saved.filter(({ tags: own }) => own.some((tag) => canonical(tag) === wanted));
    if (named.length > 0) return named;
    const there = tags.length === 0 ? 'its images have no names' : `it has: ${tags.join(', ')}`;
    throw new ImageError('call', `${what} has no image named ${printablePath(image)}; ${there}`);
  }
  const distinct = new Set(saved.map((candidate) => candidate.tags.join(' ')));
  if (distinct.size > 1) {
    const how = tags.length === 0 ? 'save one alone' : `add one of :${tags.join(', :')} to the path`;
    throw new ImageError('call', `${what} holds ${saved.length} images: ${how}`);
  }
  return saved;
}

/** `alpine` and `docker.io/library/alpine:latest` are one name. */
function canonical(name: string): string {
  const reference = parseDockerReference(name);
  if (reference === null) return name;
  return familiarReference({
    ...reference,
    tag: reference.tag ?? (reference.digest === null ? 'latest' : null),
  });
}

function readConfig(archive: ImageArchive, saved: SavedImage): ImageDocument {
  const what = `the configuration of ${archive.what}`;
  const member = archive.get(saved.config);
  if (member?.document === null || member === null) {
    throw new ImageError('unreadable', `${what} is not in the archive; save the image again`);
  }
  const named = /([0-9a-f]{64})(?:\.json)?$/.exec(saved.config)?.[1];
  if (named !== undefined && member.digest !== `sha256:${named}`) {
    throw new ImageError(
      'unreadable',
      `${what} is damaged: its digest is ${member.digest} instead of sha256:${named}`,
    );
  }
  return parseImageDocument(member.document, what);
}

function readLayers(archive: ImageArchive, saved: SavedImage): readonly LayerIndex[] {
  return saved.layers.map((path, i) => {
    const what = `layer ${i + 1} of ${saved.layers.length} of ${archive.what}`;
    const member = archive.get(path);
    if (member === null) {
      throw new ImageError(
        'unreadable',
        `${what} (${printablePath(path)}) is not in the archive; save the image again`,
      );
    }
    if (member.layer === null) throw member.failure ?? new ImageError('unreadable', `${what} is not a layer`);
    return member.layer;
  });
}
