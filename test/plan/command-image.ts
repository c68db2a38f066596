import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../../src/check.ts';
import type { CheckResult } from '../../src/examine/check-report.ts';
import { emptyConfig, type ImageConfig, type LayerEntry } from '../../src/image/image.ts';
import { encodeImageContent } from '../../src/image/index-file/index-file.ts';
import type { CheckInput } from '../../src/plan/check-input.ts';
import { embedded, placed, script } from '../rules/start.ts';

/** An image by what is different about it from a base image. */
export interface CommandImage {
  /** An embedded image; `scratch` for none. */
  readonly base: string;
  readonly config?: Partial<ImageConfig>;
  readonly files?: readonly LayerEntry[];
}

let written = 0;

/** Writes the image into `folder` as an index file and gives its path. */
export async function indexOf({ base, config, files = [] }: CommandImage, folder: string): Promise<string> {
  const platform = { os: 'linux', architecture: 'amd64', variant: null };
  const empty = { platform, config: emptyConfig, layers: [], provenance: null };
  const content = base === 'scratch' ? empty : (await embedded(base)).content;
  const path = join(folder, `image-${written++}.lcindex`);
  const image = {
    ...content,
    config: { ...emptyConfig, ...config },
    layers: [...content.layers, { diffID: null, entries: files }],
  };
  writeFileSync(path, encodeImageContent(image, 1));
  return path;
}

/** The results of `libc-check --image IMAGE`. */
export async function resultsOf(
  image: CommandImage,
  folder: string,
  call: Partial<CheckInput> = {},
): Promise<readonly CheckResult[]> {
  const reference = await indexOf(image, folder);
  const { results } = await check({ binaries: [], images: [reference], environment: {}, ...call });
  return results;
}

/** An executable script at `path`. */
export const scriptFile = (path: string, text: string): LayerEntry =>
  placed(path.replace(/^\//, ''), script(text), Buffer.byteLength(text));
