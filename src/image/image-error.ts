import type { SourceAttempt } from './image.ts';

/** An image could not be read or chosen. The message is one sentence for the user: what, where, what to do. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
  /**
   * `call`: the reference itself is wrong, such as a path that does not exist or an unknown profile (exit 2).
   * `unreadable`: the source could not give it, such as an engine that is down or a damaged layer (exit 3).
   */
  readonly code: 'call' | 'unreadable';
  /** Why each source that was asked by name does not have the image, in order; empty for every other error. */
  readonly fellThrough: readonly SourceAttempt[];

  constructor(
    code: 'call' | 'unreadable',
    message: string,
    options?: ErrorOptions & { readonly fellThrough?: readonly SourceAttempt[] },
  ) {
    super(message, options);
    this.code = code;
    this.fellThrough = options?.fellThrough ?? [];
  }
}
