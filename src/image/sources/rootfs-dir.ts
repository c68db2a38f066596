import { resolve } from 'node:path';
import { emptyConfig } from '../image.ts';
import { indexFolder } from '../layer/folder-layer.ts';
import { LongWork } from '../long-work.ts';
import { fallbackPlatform } from '../reference/platform.ts';
import { rootfsPlatform } from '../reference/rootfs-platform.ts';
import type { SourceContext, SourceImage } from '../source-options.ts';

/** A root file system in a folder. Throws ImageError. */
export async function openRootfsDir(path: string, context: SourceContext): Promise<SourceImage> {
  const layer = await indexFolder(path, context.budget, new LongWork(context));
  const platform = context.platform ?? rootfsPlatform([layer]) ?? fallbackPlatform(context);
  const content = { platform, config: emptyConfig, layers: [layer], provenance: null };
  return { resolved: resolve(path), digest: null, content, platformChosen: false };
}
