import { BinaryError } from '../binary/binary-file.ts';
import type { SourceAttempt } from '../image/image.ts';
import { ImageError } from '../image/image-error.ts';

/** Why a binary or an image could not be read: `call` when the request is wrong, `unreadable` otherwise. */
export interface Failure {
  readonly problem: 'call' | 'unreadable';
  readonly reason: string;
  /** Why each source that was asked by name does not have the image. */
  readonly fellThrough?: readonly SourceAttempt[];
}

/** The failure that an error describes. Throws every error that is neither a BinaryError nor an ImageError. */
export function failureOf(error: unknown): Failure {
  if (error instanceof BinaryError) return { problem: error.code, reason: error.message };
  if (error instanceof ImageError)
    return { problem: error.code, reason: error.message, fellThrough: error.fellThrough };
  throw error;
}
