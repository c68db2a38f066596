import { ImageError } from '../image-error.ts';
import type { SourceContext, SourceImage } from '../source-options.ts';
export async function openOciArchive(path: string, _context: SourceContext): Promise<SourceImage> {
  throw new ImageError('unreadable', `${path}: not built yet`);
}
export async function openOciDir(path: string, _context: SourceContext): Promise<SourceImage> {
  throw new ImageError('unreadable', `${path}: not built yet`);
}
