import { ImageError } from '../image-error.ts';
import { abandon, type HttpResponse } from './transport.ts';

/** The whole body as long as it is not larger than `limit` bytes: else ImageError. A broken connection throws as it comes. */
export async function readBody(
  response: Pick<HttpResponse, 'body'>,
  limit: number,
  what: string,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > limit) {
      abandon(response);
      throw new ImageError('unreadable', `${what} is larger than ${limit} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
