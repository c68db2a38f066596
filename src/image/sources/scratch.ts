import { emptyConfig } from '../image.ts';
import { fallbackPlatform } from '../reference/platform.ts';
import type { SourceContext, SourceImage } from '../source-options.ts';

/** `FROM scratch`: no file at all. It has every platform. */
export function openScratch(context: SourceContext): SourceImage {
  const platform = fallbackPlatform(context);
  const content = { platform, config: emptyConfig, layers: [], provenance: null };
  return {
    resolved: 'scratch',
    digest: null,
    content,
    platformChosen: context.platform === null && context.fitting !== null,
  };
}
