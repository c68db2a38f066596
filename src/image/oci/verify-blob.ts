import { ImageError } from '../image-error.ts';
import type { Descriptor } from './descriptor.ts';

/** Holds what was read against the size and digest that its descriptor promised. Throws ImageError `unreadable`. */
export function verifyBlob(
  read: { readonly size: number; readonly digest: string },
  promised: Descriptor,
  what: string,
): void {
  if (read.size !== promised.size) {
    throw new ImageError('unreadable', `${what} is damaged: ${read.size} bytes instead of ${promised.size}`);
  }
  if (read.digest !== promised.digest) {
    throw new ImageError(
      'unreadable',
      `${what} is damaged: its digest is ${read.digest} instead of ${promised.digest}`,
    );
  }
}
