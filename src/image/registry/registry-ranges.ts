import { ImageError } from '../image-error.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type BlobRanges, UnusableTable } from '../partial/layer-contents.ts';
import type { RegistryClient } from './registry-client.ts';
import { readBody } from './response-body.ts';
import { abandon, discard, headerOf, mayPass } from './transport.ts';

/** Parts of one blob of a registry (Range, RFC 9110 section 14). */
export class RegistryRanges implements BlobRanges {
  readonly size: number;
  readonly #client: RegistryClient;
  readonly #digest: string;
  readonly #what: string;

  constructor(client: RegistryClient, { digest, size }: Descriptor, what: string) {
    this.#client = client;
    this.#digest = digest;
    this.size = size;
    this.#what = what;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    const { attempts } = this.#client.transport.patience;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#readOnce(offset, length);
      } catch (error) {
        if (error instanceof ImageError || error instanceof UnusableTable) throw error;
        if (attempt >= attempts || !mayPass(error)) throw this.#client.unreachable(error);
        await this.#client.transport.pause(attempt);
      }
    }
  }

  async #readOnce(offset: number, length: number): Promise<Buffer> {
    const headers = { range: `bytes=${offset}-${offset + length - 1}` };
    const response = await this.#client.send({ method: 'GET', path: `blobs/${this.#digest}`, headers });
    const { statusCode } = response;
    if (statusCode === 200 || statusCode === 416) {
      abandon(response);
      throw new UnusableTable('its registry does not serve ranges');
    }
    if (statusCode !== 206) throw await this.#client.failure(response, this.#what);
    const range = /^bytes (\d+)-(\d+)\//.exec(headerOf(response, 'content-range') ?? '');
    if (Number(range?.[1]) !== offset || Number(range?.[2]) !== offset + length - 1) {
      await discard(response);
      throw new UnusableTable('its registry serves other ranges than requested');
    }
    // A large part may take longer than a document: a millisecond more a byte.
    const within = this.#client.transport.patience.document + length;
    const bytes = await readBody(response, length, within, this.#what);
    if (bytes.length === length) return bytes;
    throw new ImageError(
      'unreadable',
      `${this.#what}: ${this.#client.label} sent less than announced; try again`,
    );
  }
}
