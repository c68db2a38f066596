import type { Image } from '../image.ts';
import { fetchWanted } from './partial-layer.ts';

/**
 * The image with the contents of the files that were asked for since it was opened; null when none is missing. Whoever asked
 * asks again: of the new image, other files may be wanted. Throws ImageError.
 */
export async function completeImage(image: Image): Promise<Image | null> {
  const layers = await Promise.all(image.content.layers.map((layer) => fetchWanted(layer)));
  if (layers.every((layer) => layer === null)) return null;
  const content = { ...image.content, layers: image.content.layers.map((layer, i) => layers[i] ?? layer) };
  return { ...image, content };
}
