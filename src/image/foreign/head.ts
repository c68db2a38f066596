/** How many bytes of a file `recogniseForeign` looks at. */
export const foreignHeadSize = 512;

/** The part of a file's start that is looked at. */
export const headOf = (head: Uint8Array): Buffer =>
  Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, foreignHeadSize));
