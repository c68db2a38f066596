import { ImageError } from '../image-error.ts';
import { LeastRate } from '../least-rate.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { RegistryClient } from './registry-client.ts';
import { abandon, discard, errorCode, type HttpResponse, headerOf, mayPass } from './transport.ts';

/** A connection that breaks again before this many bytes more have come counts as a try in vain. */
const progress = 1024 * 1024;

/**
 * The bytes of a blob, never more than its descriptor says. A connection that breaks is taken up again where it broke (Range;
 * a server without it sends all again and what was had is skipped). Throws ImageError when it could not be read whole.
 */
export async function* blobStream(
  client: RegistryClient,
  descriptor: Descriptor,
  what: string,
): AsyncGenerator<Uint8Array> {
  const { attempts } = client.transport.patience;
  let received = 0;
  let inVain = 0;
  let reason = 'the connection broke';
  const rate = new LeastRate(client.transport.patience.rateWindow);
  for (let lastReceived = 0; inVain < attempts; inVain++) {
    if (inVain > 0) await client.transport.pause(inVain);
    const response = await openAt(client, descriptor.digest, received, what);
    try {
      let skip = await skipOf(response, received);
      let asked = performance.now();
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        if (!rate.isKept(chunk.length, performance.now() - asked)) throw tooSlow(client, what);
        const wanted = chunk.subarray(Math.min(skip, chunk.length));
        skip -= chunk.length - wanted.length;
        received += wanted.length;
        if (received > descriptor.size) throw tooLarge(descriptor, what);
        if (wanted.length > 0) yield wanted;
        asked = performance.now();
      }
      if (received >= descriptor.size) return;
      reason = `it sent ${received} of ${descriptor.size} bytes`;
    } catch (error) {
      if (error instanceof ImageError || client.transport.aborted) throw error;
      if (!mayPass(error)) throw client.unreachable(error);
      // A stall has taken its time already: two in a row are enough.
      if (errorCode(error) === 'UND_ERR_BODY_TIMEOUT') inVain += 2;
      reason = `the connection broke after ${received} of ${descriptor.size} bytes`;
    } finally {
      abandon(response);
    }
    if (received - lastReceived >= progress) inVain = 0;
    lastReceived = received;
  }
  throw new ImageError(
    'unreadable',
    `${what} could not be read whole from ${client.label}: ${reason}; try again`,
  );
}

async function openAt(
  client: RegistryClient,
  digest: string,
  from: number,
  what: string,
): Promise<HttpResponse> {
  const headers = from === 0 ? {} : { range: `bytes=${from}-` };
  const response = await client.send({ method: 'GET', path: `blobs/${digest}`, headers });
  if (response.statusCode === 200 || response.statusCode === 206) return response;
  throw await client.failure(response, what);
}

/** How many bytes of an answer were had already: all, when the server has no Range and starts anew. */
async function skipOf(response: HttpResponse, received: number): Promise<number> {
  if (response.statusCode !== 206) return received;
  const start = Number(/^bytes (\d+)-/.exec(headerOf(response, 'content-range') ?? '')?.[1] ?? Number.NaN);
  if (start <= received) return received - start;
  await discard(response);
  throw new ImageError('unreadable', 'the registry serves another range than requested');
}

const tooSlow = ({ label }: RegistryClient, what: string): ImageError =>
  new ImageError('unreadable', `${label} sends ${what} too slowly, less than 1 KiB a second; try again`);

const tooLarge = ({ size }: Descriptor, what: string): ImageError =>
  new ImageError('unreadable', `${what} is larger than the ${size} bytes that the manifest names`);
