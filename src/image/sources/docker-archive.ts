import { ImageError } from '../image-error.ts';
import type { ImageSourceName } from '../image-index.ts';
import type { SourceContext, SourceImage } from '../source-options.ts';
export async function openDockerArchive(path: string, _context: SourceContext): Promise<SourceImage> {
  throw new ImageError('unreadable', `${path}: not built yet`);
}
export async function openArchive(
  path: string,
  _context: SourceContext,
): Promise<{ source: ImageSourceName; image: SourceImage }> {
  throw new ImageError('unreadable', `${path}: not built yet`);
}
