import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IndexBudget } from '../../../src/image/layer/layer-budget.ts';
import type { Patience } from '../../../src/image/registry/patience.ts';
import {
  defaultRegistryOptions,
  type SourceContext,
  type SourceImage,
} from '../../../src/image/source-options.ts';
import { openRegistry } from '../../../src/image/sources/registry.ts';
import type { OciBlobs, TestDescriptor } from '../oci-blobs.ts';
import { digestOf } from '../oci-blobs.ts';

/** Takes an answer over, or leaves it (false) to the registry. */
type Intercept = (request: IncomingMessage, response: ServerResponse, count: number) => boolean;

/** What a request was, for tests that check which host received what. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A registry of the tests' own, on loopback: right by itself, with every fault that a test puts in front of it. */
export class TestRegistry {
  readonly seen: SeenRequest[] = [];
  readonly #server: Server;
  readonly #blobs: ReadonlyMap<string, Buffer>;
  readonly #tags = new Map<string, TestDescriptor>();
  readonly #types = new Map<string, string>();
  intercept: Intercept = () => false;
  ranges = true;

  constructor(oci: OciBlobs) {
    this.#blobs = oci.blobs;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** Gives a manifest a tag. */
  tag(name: string, descriptor: TestDescriptor): void {
    this.#tags.set(name, descriptor);
    this.#types.set(descriptor.digest, descriptor.mediaType);
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** `127.0.0.1:PORT` */
  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get urls(): string[] {
    return this.seen.map(({ method, url }) => `${method} ${url}`);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    this.seen.push({ method, url, headers, body: Buffer.concat(body).toString('utf8') });
    const count = this.seen.filter((seen) => seen.url === url && seen.method === method).length;
    if (this.intercept(request, response, count)) return;
    this.serve(request, response);
  }

  /** What a registry without faults answers. */
  serve(request: IncomingMessage, response: ServerResponse): void {
    const [, kind = '', name = ''] = /\/(manifests|blobs)\/([^/?]+)$/.exec(request.url ?? '') ?? [];
    const digest = this.#tags.get(name)?.digest ?? name;
    const bytes = this.#blobs.get(digest);
    if (bytes === undefined || kind === '') {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
      return;
    }
    const type =
      kind === 'manifests' ? (this.#types.get(digest) ?? mediaTypeOf(bytes)) : 'application/octet-stream';
    const headers = { 'content-type': type, 'docker-content-digest': digestOf(bytes) };
    const from = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    if (from !== null && this.ranges) {
      const start = Number(from[1]);
      const end = from[2] === '' ? bytes.length - 1 : Math.min(Number(from[2]), bytes.length - 1);
      response.writeHead(206, {
        ...headers,
        'content-range': `bytes ${start}-${end}/${bytes.length}`,
        'content-length': end - start + 1,
      });
      response.end(bytes.subarray(start, end + 1));
      return;
    }
    response.writeHead(200, { ...headers, 'content-length': bytes.length });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  }
}

function mediaTypeOf(bytes: Buffer): string {
  return bytes.includes('"manifests"')
    ? 'application/vnd.oci.image.index.v1+json'
    : 'application/vnd.oci.image.manifest.v1+json';
}

/** Time limits that a test can wait for. */
export const testPatience: Patience = {
  connect: 1_000,
  answer: 400,
  stall: 400,
  rateWindow: 300,
  document: 600,
  firstDelay: 5,
  longestDelay: 60,
  attempts: 4,
};

/** The options of a source, without settings of this machine. */
export function contextOf(home: string, changes: Partial<SourceContext> = {}): SourceContext {
  return {
    platform: null,
    fitting: null,
    env: { HOME: home },
    budget: new IndexBudget(),
    registry: defaultRegistryOptions,
    ...changes,
  };
}

export const openFrom = (name: string, context: SourceContext): Promise<SourceImage> =>
  openRegistry(name, context, testPatience);
