import { BinaryError } from '../binary/binary-file.ts';
import { ImageError } from '../image/image-error.ts';

/** Why a binary or an image could not be read: `call` when the request is wrong, `unreadable` otherwise. */
export interface Failure {
  readonly problem: 'call' | 'unreadable';
  readonly reason: string;
}

/** The failure that an error describes. Throws every error that is neither a BinaryError nor an ImageError. */
export function failureOf(error: unknown): Failure {
  if (error instanceof BinaryError || error instanceof ImageError)
    return { problem: error.code, reason: error.message };
  throw error;
}
