import type { ImageSourceName } from '../image.ts';
import { imageSourceNames } from '../sources/image-sources.ts';

/** `source:rest`, or `auto` when no source is named. */
export interface ImageReference {
  readonly source: ImageSourceName | 'auto';
  readonly rest: string;
}

/**
 * Splits `source:reference`. A name of a source followed by a colon is always taken as the source: an image that is
 * itself called `docker` is written `docker:docker:27`.
 */
export function parseReference(text: string): ImageReference {
  if (text === 'scratch') return { source: 'scratch', rest: '' };
  const colon = text.indexOf(':');
  const prefix = colon < 0 ? '' : text.slice(0, colon);
  const source = imageSourceNames.find((name) => name === prefix);
  return source === undefined ? { source: 'auto', rest: text } : { source, rest: text.slice(colon + 1) };
}

/** A text that can only be meant as a path: `/x`, `./x`, `../x`, `~/x`, a drive, or a name that ends as archives do. */
export function looksLikePath(text: string): boolean {
  if (/^(?:[/~]|\.\.?(?:\/|$)|[A-Za-z]:[\\/])/.test(text)) return true;
  return /\.(?:tar|tar\.gz|tgz|tar\.zst|tzst|lcindex)$/.test(text);
}
