import type { ImageCache } from '../cache/image-cache.ts';
import { printablePath } from '../entry-path.ts';
import type { FileContent, LayerEntry, LayerIndex } from '../image.ts';
import { ImageError } from '../image-error.ts';
import { decompress } from '../layer/decompress.ts';
import { FileContentReader } from '../layer/file-content.ts';
import { createHash } from '../layer/hash.ts';
import { isKeptFile } from '../layer/kept-files.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { SourceContext } from '../source-options.ts';
import { describeTable, fetchTable, onePiece, tableJson } from './find-table.ts';
import {
  type BlobRanges,
  type FilePlace,
  type ListedEntry,
  readTable,
  UnusableTable,
} from './layer-contents.ts';
import { UnfetchedFile } from './unfetched-file.ts';

/** Parts of a blob that are fetched at the same time. */
const partsAtOnce = 6;
/** Files that lie as near as this, in bytes, are fetched as one part. */
const nearby = 64 * 1024;
/** Most bytes of one part that holds several files. */
const maxPart = 4 * 1024 * 1024;

/** What a layer that is read in parts needs. */
export interface PartialSource {
  readonly ranges: BlobRanges;
  readonly cache: ImageCache | null;
  readonly context: SourceContext;
  /** Names the layer in errors. */
  readonly what: string;
}

/** Where the rest of a layer is to be had; of layers alone that were read in parts. */
const sources = new WeakMap<LayerIndex, PartialSource>();

/**
 * A layer by its table of contents, with the files that every check reads; what else is wanted comes with `fetchWanted`.
 * Null when the layer has no table that can be verified, or its source gives no parts. Throws ImageError.
 */
export async function openPartialLayer(
  descriptor: Descriptor,
  source: PartialSource,
): Promise<LayerIndex | null> {
  const table = describeTable(descriptor);
  if (table === null) return null;
  const { ranges, cache, what, context } = source;
  try {
    const known = cache?.document(table.digest) ?? null;
    const bytes = known ?? (await fetchTable(table, ranges, what));
    const listed = readTable(
      await tableJson(table.kind, bytes, what),
      table.place?.offset ?? ranges.size,
      what,
    );
    if (known === null) cache?.storeDocument(table.digest, bytes);
    const entries = listed.flatMap((item) => entryOf(item, context, what));
    const layer = { diffID: null, entries };
    const kept = entries.flatMap((entry) =>
      isUnfetched(entry) && isKeptFile(entry.path) ? [entry.content as UnfetchedFile] : [],
    );
    return await withContents(layer, new Set(kept), source);
  } catch (error) {
    if (error instanceof UnusableTable) return null;
    throw error;
  }
}

const isUnfetched = (entry: LayerEntry): entry is LayerEntry & { readonly type: 'file' } =>
  entry.type === 'file' && entry.content instanceof UnfetchedFile;

function entryOf({ entry, place }: ListedEntry, { budget }: SourceContext, what: string): LayerEntry[] {
  if (entry.type === 'none') return [];
  budget.addEntry(what, entry.path.length + ('target' in entry ? entry.target.length : 0));
  if (entry.type !== 'file') return [entry];
  const { sparse: _none, ...file } = entry;
  const content: FileContent =
    place === null ? new FileContentReader(file.path, 0, budget).finish() : new UnfetchedFile(place);
  return [{ ...file, content }];
}

/** The layer with the files that were asked for since; null when there are none. Throws ImageError. */
export async function fetchWanted(layer: LayerIndex): Promise<LayerIndex | null> {
  const source = sources.get(layer);
  if (source === undefined) return null;
  const wanted = layer.entries.flatMap((entry) =>
    entry.type === 'file' && entry.content instanceof UnfetchedFile && entry.content.wanted
      ? [entry.content]
      : [],
  );
  if (wanted.length === 0) return null;
  try {
    return await withContents(layer, new Set(wanted), source);
  } catch (error) {
    if (!(error instanceof UnusableTable)) throw error;
    throw new ImageError('unreadable', `${source.what} cannot be read on: ${error.message}; try again`, {
      cause: error,
    });
  }
}

/** Whether more of a layer can be had: then its source must stay open. */
export const isPartial = (layer: LayerIndex): boolean => sources.has(layer);

/** The same layer with the contents of some files. */
async function withContents(
  layer: LayerIndex,
  wanted: ReadonlySet<UnfetchedFile>,
  source: PartialSource,
): Promise<LayerIndex> {
  const files = layer.entries.flatMap((entry) =>
    entry.type === 'file' && entry.content instanceof UnfetchedFile && wanted.has(entry.content)
      ? [{ path: entry.path, place: entry.content.place, file: entry.content }]
      : [],
  );
  const contents = await readFiles(files, source);
  const entries = layer.entries.map((entry) => {
    const content =
      entry.type === 'file' && entry.content instanceof UnfetchedFile
        ? contents.get(entry.content)
        : undefined;
    return content === undefined ? entry : ({ ...entry, content } as LayerEntry);
  });
  const fuller = { diffID: layer.diffID, entries };
  sources.set(fuller, source);
  return fuller;
}

interface WantedFile {
  readonly path: string;
  readonly place: FilePlace;
  readonly file: UnfetchedFile;
}

async function readFiles(
  files: readonly WantedFile[],
  source: PartialSource,
): Promise<ReadonlyMap<UnfetchedFile, FileContent>> {
  const contents = new Map<UnfetchedFile, FileContent>();
  const missing: WantedFile[] = [];
  for (const wanted of files) {
    const known = source.cache?.file(cacheKey(wanted)) ?? null;
    if (known === null) missing.push(wanted);
    else contents.set(wanted.file, known);
  }
  const queue = partsOf(missing).values();
  const work = async (): Promise<void> => {
    for (const part of queue)
      for (const [file, content] of await readPart(part, source)) contents.set(file, content);
  };
  await Promise.all(Array.from({ length: partsAtOnce }, work));
  return contents;
}

/** The key that a file's content is kept under: what is kept depends on its name too. */
const cacheKey = ({ path, place }: WantedFile): string =>
  `${isKeptFile(path) ? 'kept' : 'file'}:${place.digest}`;

/** Files side by side in the blob, in groups that one request gets. */
function partsOf(files: readonly WantedFile[]): readonly (readonly WantedFile[])[] {
  const parts: WantedFile[][] = [];
  for (const file of [...files].sort((a, b) => a.place.offset - b.place.offset)) {
    const part = parts[parts.length - 1];
    const first = part?.[0];
    const last = part?.[part.length - 1];
    const fits =
      first !== undefined &&
      last !== undefined &&
      file.place.offset - last.place.end <= nearby &&
      file.place.end - first.place.offset <= maxPart;
    if (fits) part?.push(file);
    else parts.push([file]);
  }
  return parts;
}

async function readPart(
  part: readonly WantedFile[],
  source: PartialSource,
): Promise<readonly (readonly [UnfetchedFile, FileContent])[]> {
  const start = Math.min(...part.map(({ place }) => place.offset));
  const end = Math.max(...part.map(({ place }) => place.end));
  const bytes = await source.ranges.read(start, end - start);
  const contents: (readonly [UnfetchedFile, FileContent])[] = [];
  for (const wanted of part) {
    const { offset, end: behind } = wanted.place;
    const content = await readContent(wanted, bytes.subarray(offset - start, behind - start), source);
    source.cache?.storeFile(cacheKey(wanted), content);
    contents.push([wanted.file, content]);
  }
  return contents;
}

/** Decompresses one file and holds it against its digest. */
async function readContent(
  { path, place }: WantedFile,
  compressed: Uint8Array,
  { context, what }: PartialSource,
): Promise<FileContent> {
  const name = `${printablePath(path)} in ${what}`;
  const hash = createHash('sha256');
  const reader = new FileContentReader(path, place.size, context.budget);
  let left = place.size;
  for await (const chunk of decompress(onePiece(compressed), name)) {
    context.signal?.throwIfAborted();
    const bytes = chunk.subarray(0, left);
    left -= bytes.length;
    hash.update(bytes);
    if (bytes.length > 0) reader.push(bytes);
    if (left === 0) break;
  }
  if (left > 0 || `sha256:${hash.digest('hex')}` !== place.digest) {
    throw new ImageError(
      'unreadable',
      `${name} is damaged: it is not what the layer's table of contents says`,
    );
  }
  return reader.finish();
}
