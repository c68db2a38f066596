import type { ShownCredentials } from '../image.ts';
import { ImageError } from '../image-error.ts';
import { Authorization, clientName } from './authorization.ts';
import type { RegistryAddress } from './registry-address.ts';
import { errorCodeOf, unreachable } from './registry-failure.ts';
import { readBody } from './response-body.ts';
import { discard, type HttpResponse, headerOf, mayPass, type Transport } from './transport.ts';

/** Media types of manifests and indexes, of OCI and of Docker. */
export const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

const maxErrorAnswer = 64 * 1024;
/** Most time for the text of a refusal, in milliseconds: the status says enough. */
const longestErrorAnswer = 5_000;
const maxReads = 3;

export interface RegistryClientOptions {
  readonly address: RegistryAddress;
  readonly repository: string;
  readonly transport: Transport;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly insecureHosts: readonly string[];
  readonly allowedHosts: readonly string[];
}

/** A request below `/v2/REPOSITORY/`. */
export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One repository of one registry: requests with the authentication that it asks for (OCI distribution spec). */
export class RegistryClient {
  /** `the registry ghcr.example` */
  readonly label: string;
  readonly transport: Transport;
  readonly #address: RegistryAddress;
  readonly #repository: string;
  readonly #authorizer: Authorization;
  #scheme: 'https' | 'http' = 'https';
  #schemeWorks = false;
  #authorization: string | null = null;

  constructor(options: RegistryClientOptions) {
    this.#address = options.address;
    this.#repository = options.repository;
    this.#authorizer = new Authorization(options);
    this.transport = options.transport;
    this.label = `the registry ${options.address.host}`;
  }

  /** Which hosts were shown credentials so far, and of which kind. */
  get shownCredentials(): readonly ShownCredentials[] {
    return this.#authorizer.shown;
  }

  /** Sends a request; answers 401 by authenticating once. Throws ImageError for what no status tells. */
  async send(what: RegistryRequest): Promise<HttpResponse> {
    const response = await this.#sendOnce(what);
    // A challenge counts only when it is the registry's own, not that of a host that it redirected to.
    const own = this.#url(response.url.protocol === 'http:' ? 'http' : 'https', '').origin;
    if (response.statusCode !== 401 || response.url.origin !== own) return response;
    const challenge = headerOf(response, 'www-authenticate') ?? '';
    await discard(response);
    let authorization: string | null;
    try {
      authorization = await this.#authorizer.answer(challenge);
    } catch (error) {
      throw this.unreachable(error);
    }
    if (authorization === null) throw this.#refused(401);
    this.#authorization = authorization;
    return this.#sendOnce(what);
  }

  /** The whole content of a small thing, asked for again when the connection breaks. Throws ImageError. */
  async read(
    what: RegistryRequest,
    limit: number,
    name: string,
  ): Promise<{ response: HttpResponse; bytes: Buffer }> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.send(what);
      if (response.statusCode !== 200 && response.statusCode !== 206)
        throw await this.failure(response, name);
      try {
        return { response, bytes: await readBody(response, limit, this.transport.patience.document, name) };
      } catch (error) {
        if (attempt === maxReads || !mayPass(error)) throw this.unreachable(error);
        await this.transport.pause(attempt);
      }
    }
  }

  async #sendOnce(what: RegistryRequest): Promise<HttpResponse> {
    try {
      const response = await this.#sendBy(this.#scheme, what);
      this.#schemeWorks = true;
      return response;
    } catch (error) {
      const isLast = this.#schemeWorks || !this.#address.insecure || this.#isDecided(error);
      if (isLast) throw this.unreachable(error);
    }
    try {
      const response = await this.#sendBy('http', what);
      this.#scheme = 'http';
      this.#schemeWorks = true;
      return response;
    } catch (error) {
      throw this.unreachable(error);
    }
  }

  /** Whether plain HTTP changes nothing about an error. Docker tries it for an insecure registry whatever HTTPS ended with. */
  #isDecided(error: unknown): boolean {
    return this.transport.aborted || error instanceof ImageError;
  }

  #url(scheme: 'https' | 'http', path: string): URL {
    return new URL(`${scheme}://${this.#address.host}/v2/${this.#repository}/${path}`);
  }

  #sendBy(scheme: 'https' | 'http', { method, path, headers }: RegistryRequest): Promise<HttpResponse> {
    const authorization = this.#authorization === null ? {} : { authorization: this.#authorization };
    return this.transport.send({
      url: this.#url(scheme, path),
      method,
      insecure: this.#address.insecure,
      headers: { 'user-agent': clientName, ...headers, ...authorization },
    });
  }

  #refused(status: number): ImageError {
    const { host } = this.#address;
    const { problem } = this.#authorizer;
    const todo = problem ?? `log in with "docker login ${host}", or check the name`;
    return new ImageError(
      'unreadable',
      `${this.label} refuses access to ${this.#repository} (${status}): ${todo}`,
    );
  }

  /** The line for a request that had no answer; what has its line already, or is an abort, stays as it is. */
  unreachable(error: unknown): unknown {
    if (error instanceof ImageError || this.transport.aborted) return error;
    const proxy = this.transport.proxyFor(this.#url(this.#scheme, ''));
    return unreachable(this.label, proxy, error);
  }

  /** One clear line for an answer that is no success; `name` is what was asked for. */
  async failure(response: HttpResponse, name: string): Promise<ImageError> {
    const { statusCode } = response;
    const body = await readBody(response, maxErrorAnswer, longestErrorAnswer, name).catch(() =>
      Buffer.alloc(0),
    );
    if (statusCode === 401 || statusCode === 403) return this.#refused(statusCode);
    if (statusCode === 404) return new ImageError('unreadable', `${this.label} does not have ${name}`);
    if (statusCode === 429) {
      return new ImageError('unreadable', `${this.label} limits requests (429): log in or try again later`);
    }
    const code = errorCodeOf(body);
    return new ImageError(
      'unreadable',
      `${this.label} answered ${statusCode}${code === '' ? '' : ` (${code})`} for ${name}: try again later`,
    );
  }
}
