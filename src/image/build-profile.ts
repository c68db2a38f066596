import { basename } from 'node:path';
import type { ImageConfig, ImageContent } from './image.ts';
import { encodeImageContent } from './index-file/index-file.ts';
import { fileChunks } from './layer/file-chunks.ts';
import { createHash } from './layer/hash.ts';
import { openImage } from './open-image.ts';
import { statusOf } from './path-status.ts';
import { parseReference } from './reference/source-reference.ts';
import type { SourceOptions } from './source-options.ts';

export interface BuildProfileOptions extends SourceOptions {
  /** In words what it is made from; default the file's name, or the reference. */
  readonly madeFrom?: string;
  /** ISO date of the content, such as `2026-11-23`. */
  readonly date: string;
  /** Replaces parts of the image's configuration; a root file system has none of its own. */
  readonly config?: Partial<ImageConfig>;
}

export interface BuiltProfile {
  readonly content: ImageContent;
  /** The index file. */
  readonly bytes: Uint8Array;
}

/** Makes an index file out of an image of any source, with its provenance. Throws ImageError. */
export async function buildProfile(reference: string, options: BuildProfileOptions): Promise<BuiltProfile> {
  const image = await openImage(reference, options);
  const { source, rest } = parseReference(reference);
  const path = source === 'auto' || source === image.source ? rest : '';
  const isFile = path !== '' && statusOf(path)?.isFile() === true;
  const provenance = {
    madeFrom: options.madeFrom ?? (isFile ? basename(path) : image.resolved),
    sha256: isFile ? await sha256OfFile(path, options) : (image.digest?.replace(/^sha256:/, '') ?? null),
    date: options.date,
  };
  const content = { ...image.content, config: { ...image.content.config, ...options.config }, provenance };
  return { content, bytes: encodeImageContent(content) };
}

async function sha256OfFile(path: string, { signal }: SourceOptions): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of fileChunks(path, { signal })) hash.update(chunk);
  return hash.digest('hex');
}
