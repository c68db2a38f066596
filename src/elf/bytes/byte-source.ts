/** Bounded random access to the bytes of one file. */
export interface ByteSource {
  /** Size of the file in bytes. */
  readonly size: number;
  /**
   * The bytes of [offset, offset + length), cut at the end of the file; never longer than asked.
   * The result may share memory with the source: do not write to it.
   * Throws `UnreadableRangeError` when the source no longer holds that range.
   */
  read(offset: number, length: number): Uint8Array;
}

/** The range was dropped while streaming (bounded memory), so the facts in it are unknown. */
export class UnreadableRangeError extends Error {
  override readonly name = 'UnreadableRangeError';
}
