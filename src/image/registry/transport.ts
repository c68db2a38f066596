import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { ImageError } from '../image-error.ts';
import { HttpAgents } from './http-agents.ts';
import { defaultPatience, type Patience } from './patience.ts';
import { proxyFor } from './proxy.ts';
import { everywhere, ForbiddenAddress, hostnameOf, literalKind, type Reach, reachFrom } from './reach.ts';

/** How the network is reached. */
export interface TransportOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A file with certificates (PEM) that are trusted besides the usual ones. */
  readonly ca: string | null;
  /** Hosts that a registry may send this client to, wherever they are. */
  readonly allowedHosts?: readonly string[];
  readonly signal?: AbortSignal | undefined;
  readonly patience?: Patience | undefined;
}

export interface HttpRequest {
  readonly url: URL;
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The server's certificate need not be valid. */
  readonly insecure: boolean;
  /** The server that named this URL, by a realm or a redirect; none for what the user named. */
  readonly sentBy?: URL;
}

/** An answer and the URL that gave it, after redirects. */
export type HttpResponse = Dispatcher.ResponseData & { readonly url: URL };

const maxRedirects = 5;
/** Most time for the rest of an answer that is not wanted, in milliseconds, so that its connection can be used again. */
const longestDiscard = 2_000;
/** Most time in all for waiting before other tries, in milliseconds: a server that delays every answer is not followed for ever. */
const longestPauses = 300_000;
const retriedStatuses = new Set([429, 500, 502, 503, 504]);
/** What may pass; a wrong certificate or an unknown host does not. */
const retriedErrors = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);

/** The `code` of an error, or of its cause. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error.name === 'HTTPParserError') return 'HPE_INVALID';
  return error.cause === undefined ? '' : errorCode(error.cause);
}

/** Whether another try may succeed. HPE_… are answers that are no HTTP, as a cut connection leaves them. */
export const mayPass = (error: unknown): boolean =>
  retriedErrors.has(errorCode(error)) || errorCode(error).startsWith('HPE_');

/** The delay before try number `attempt` (from 1), in milliseconds: doubling, or what the server asks for. */
export function retryDelay(
  attempt: number,
  retryAfter: string | undefined,
  { firstDelay, longestDelay }: Patience = defaultPatience,
): number {
  const seconds = retryAfter === undefined || retryAfter.trim() === '' ? Number.NaN : Number(retryAfter);
  if (Number.isFinite(seconds) && seconds >= 0) return Math.min(seconds * 1000, longestDelay);
  const date = /[a-z]/i.test(retryAfter ?? '') ? Date.parse(retryAfter ?? '') - Date.now() : Number.NaN;
  if (Number.isFinite(date)) return Math.min(Math.max(date, 0), longestDelay);
  return Math.min(firstDelay * 2 ** (attempt - 1), longestDelay);
}

export function headerOf(response: Pick<HttpResponse, 'headers'>, name: string): string | undefined {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Lets go of an answer whose content is not wanted. */
export async function discard(response: Pick<HttpResponse, 'body'>): Promise<void> {
  await response.body.dump({ limit: 64 * 1024, signal: AbortSignal.timeout(longestDiscard) }).catch(() => {});
}

/** Cuts an answer off, of which enough was seen. */
export function abandon(response: Pick<HttpResponse, 'body'>): void {
  response.body.on('error', () => {}).destroy();
}

/** HTTP with proxies of the environment, time limits, retries and redirects that leave credentials behind. */
export class Transport {
  readonly patience: Patience;
  readonly #options: TransportOptions;
  readonly #agents: HttpAgents;
  /** Hosts that have answered: only they are worth another try when a connection fails. */
  readonly #answered = new Set<string>();
  #paused = 0;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.patience = options.patience ?? defaultPatience;
    this.#agents = new HttpAgents({ ...options, connect: this.patience.connect });
  }

  close(): Promise<void> {
    return this.#agents.close();
  }

  get aborted(): boolean {
    return this.#options.signal?.aborted === true;
  }

  /** The proxy that stands between here and a URL. */
  proxyFor(url: URL): URL | null {
    return proxyFor(url, this.#options.env);
  }

  /** Sends a request until it is answered for good; redirects to another origin go without `authorization`. */
  async send(first: HttpRequest): Promise<HttpResponse> {
    let current = first;
    for (let redirects = 0; ; redirects++) {
      const response = await this.#sendWithRetries(current);
      const location = headerOf(response, 'location');
      if (response.statusCode < 300 || response.statusCode >= 400 || location === undefined) {
        return Object.assign(response, { url: current.url });
      }
      await discard(response);
      if (redirects === maxRedirects)
        throw new ImageError('unreadable', `${first.url.host} redirects endlessly`);
      current = redirected(current, location);
    }
  }

  /** Waits before another try. */
  async pause(attempt: number, retryAfter?: string): Promise<void> {
    const { signal } = this.#options;
    const delay = retryDelay(attempt, retryAfter, this.patience);
    this.#paused += delay;
    await sleep(delay, undefined, signal === undefined ? {} : { signal });
  }

  async #sendWithRetries(what: HttpRequest): Promise<Dispatcher.ResponseData> {
    const { signal } = this.#options;
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      let retryAfter: string | undefined;
      try {
        const response = await this.#sendOnce(what);
        this.#answered.add(what.url.host);
        if (!retriedStatuses.has(response.statusCode) || this.#isLast(attempt)) return response;
        retryAfter = headerOf(response, 'retry-after');
        await discard(response);
      } catch (error) {
        signal?.throwIfAborted();
        const isLast = this.#isLast(attempt) || !this.#answered.has(what.url.host);
        if (isLast || !mayPass(error)) throw error;
      }
      await this.pause(attempt, retryAfter);
    }
  }

  #isLast(attempt: number): boolean {
    return attempt === this.patience.attempts || this.#paused >= longestPauses;
  }

  async #sendOnce(what: HttpRequest): Promise<Dispatcher.ResponseData> {
    const { url, method, headers, body, insecure } = what;
    const proxy = this.proxyFor(url);
    const agent = this.#agents.by({ proxy, insecure, reach: this.#reachOf(what) });
    try {
      return await agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
        // A proxy agent writes the host into the headers that it is handed.
        headers: { ...headers },
        headersTimeout: this.patience.answer,
        bodyTimeout: this.patience.stall,
        ...(body === undefined ? {} : { body }),
        ...(this.#options.signal === undefined ? {} : { signal: this.#options.signal }),
      });
    } catch (error) {
      if (error instanceof ForbiddenAddress) throw forbidden(what, error);
      throw error;
    }
  }

  /** Throws ImageError for an address that its sender may not send this client to. */
  #reachOf(what: HttpRequest): Reach {
    const { url, sentBy } = what;
    if (sentBy === undefined) return everywhere;
    const senderKind = literalKind(sentBy) ?? this.#agents.kindOf(hostnameOf(sentBy));
    const reach = reachFrom(sentBy, senderKind, url, this.#options.allowedHosts ?? []);
    const kind = literalKind(url);
    if (kind !== null && !reach.has(kind)) throw forbidden(what, new ForbiddenAddress(kind));
    return reach;
  }
}

const forbidden = ({ url, sentBy }: HttpRequest, { message }: ForbiddenAddress): ImageError =>
  new ImageError(
    'unreadable',
    `the registry ${sentBy?.host} sends this client to ${url.host}, ${message}: refused; where that is right, allow it with --registry-allow ${url.host}`,
  );

function redirected(from: HttpRequest, location: string): HttpRequest {
  const { host, origin, protocol } = from.url;
  const sentBy = from.sentBy ?? from.url;
  let url: URL;
  try {
    url = new URL(location, from.url);
  } catch (error) {
    throw new ImageError('unreadable', `${host} redirects to an address that is not HTTP`, { cause: error });
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new ImageError('unreadable', `${host} redirects to an address that is not HTTP`);
  if (url.protocol === 'http:' && protocol === 'https:')
    throw new ImageError('unreadable', `${host} redirects from HTTPS to plain HTTP: refused`);
  if (url.origin === origin) return { ...from, url, sentBy };
  if (from.body !== undefined)
    throw new ImageError('unreadable', `${host} redirects credentials to another host: refused`);
  const { authorization: _left, ...headers } = from.headers;
  return { ...from, url, sentBy, headers, insecure: from.insecure && url.hostname === from.url.hostname };
}
