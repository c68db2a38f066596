import { ImageError } from '../image-error.ts';
import type { SourceContext, SourceImage } from '../source-options.ts';
export async function openEngine(
  source: 'docker' | 'podman',
  name: string,
  _context: SourceContext,
): Promise<SourceImage> {
  throw new ImageError('unreadable', `${source}:${name}: not built yet`);
}
