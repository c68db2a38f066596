import { ImageError } from '../image-error.ts';
import { abandon, type HttpResponse } from './transport.ts';

/**
 * The whole body as long as it is not larger than `limit` bytes and comes within so many milliseconds: else ImageError. A broken
 * connection throws as it comes.
 */
export async function readBody(
  response: Pick<HttpResponse, 'body'>,
  limit: number,
  within: number,
  what: string,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const late = new ImageError('unreadable', `${what} did not come whole within ${within / 1000} seconds`);
  const timer = setTimeout(() => response.body.destroy(late), within);
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > limit) throw new ImageError('unreadable', `${what} is larger than ${limit} bytes`);
      chunks.push(chunk);
    }
  } finally {
    clearTimeout(timer);
    abandon(response);
  }
  return Buffer.concat(chunks);
}
