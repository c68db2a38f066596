import { resolve } from 'node:path';
import { printablePath } from '../entry-path.ts';
import { emptyConfig } from '../image.ts';
import { fileChunks } from '../layer/file-chunks.ts';
import { indexLayer } from '../layer/layer-stream.ts';
import { statusOf } from '../path-status.ts';
import { fallbackPlatform } from '../reference/platform.ts';
import { rootfsPlatform } from '../reference/rootfs-platform.ts';
import type { SourceContext, SourceImage } from '../source-options.ts';

/**
 * A root file system tarball (plain, gzip or zstd), or one on standard input for `-`. `chunks` are its bytes where they are
 * being read already. Throws ImageError.
 */
export async function openRootfsTar(
  path: string,
  context: SourceContext,
  chunks?: AsyncIterable<Uint8Array>,
): Promise<SourceImage> {
  const what = path === '-' ? 'standard input' : printablePath(path);
  const { layer } = await indexLayer(chunks ?? tarChunks(path, what, context), {
    what,
    budget: context.budget,
    signal: context.signal,
  });
  const platform = context.platform ?? rootfsPlatform([layer]) ?? fallbackPlatform(context);
  const content = { platform, config: emptyConfig, layers: [layer], provenance: null };
  return { resolved: path === '-' ? what : resolve(path), digest: null, content, platformChosen: false };
}

/** The bytes of a tar file, with progress. */
export function tarChunks(path: string, what: string, context: SourceContext): AsyncIterable<Uint8Array> {
  const total = path === '-' ? null : (statusOf(path)?.size ?? null);
  const waitingFor = path === '-' ? 'standard input' : what;
  context.onProgress?.({ what: `waiting for ${waitingFor}`, bytes: 0, total: null });
  return fileChunks(path, {
    mayBePipe: true,
    signal: context.signal,
    onBytes: (bytes) => context.onProgress?.({ what, bytes, total }),
  });
}
