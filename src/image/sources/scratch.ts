import type { Platform } from '../image-index.ts';
import { emptyConfig, type SourceContext, type SourceImage } from '../source-options.ts';

/** The platform of an image that nothing in it tells: the one asked for, the binary's, or linux/amd64. */
export function fallbackPlatform(context: Pick<SourceContext, 'platform' | 'fitting'>): Platform {
  return context.platform ?? context.fitting ?? { os: 'linux', architecture: 'amd64', variant: null };
}

/** `FROM scratch`: no file at all. It has every platform. */
export function openScratch(context: SourceContext): SourceImage {
  const platform = fallbackPlatform(context);
  const index = { platform, config: emptyConfig, layers: [], provenance: null };
  return { resolved: 'scratch', digest: null, index, platformChosen: context.platform === null };
}
