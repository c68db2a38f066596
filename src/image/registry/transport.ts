import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { rootCertificates } from 'node:tls';
import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import { ImageError } from '../image-error.ts';

/** How the network is reached. */
export interface TransportOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A file with certificates (PEM) that are trusted besides the built-in ones. */
  readonly ca: string | null;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpRequest {
  readonly url: URL;
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The server's certificate need not be valid. */
  readonly insecure: boolean;
}

export type HttpResponse = Dispatcher.ResponseData;

/** Milliseconds. */
const connectTimeout = 5_000;
const answerTimeout = 30_000;
const stallTimeout = 60_000;
const maxRedirects = 5;
const maxAttempts = 5;
const firstDelay = 250;
const longestDelay = 20_000;

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
  return error.cause === undefined ? '' : errorCode(error.cause);
}

/** Whether another try may succeed. */
export const mayPass = (error: unknown): boolean => retriedErrors.has(errorCode(error));

/** The delay before try number `attempt` (from 1), in milliseconds: doubling, or what the server asks for. */
export function retryDelay(attempt: number, retryAfter: string | undefined): number {
  const seconds = Number(retryAfter);
  if (retryAfter !== undefined && Number.isFinite(seconds) && seconds >= 0)
    return Math.min(seconds * 1000, longestDelay);
  const date = retryAfter === undefined ? Number.NaN : Date.parse(retryAfter) - Date.now();
  if (Number.isFinite(date)) return Math.min(Math.max(date, 0), longestDelay);
  return Math.min(firstDelay * 2 ** (attempt - 1), longestDelay);
}

const headerOf = (response: HttpResponse, name: string): string | undefined => {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** HTTP with proxies of the environment, time limits, retries and redirects that leave credentials behind. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #agents = new Map<boolean, Dispatcher>();
  /** Hosts that have answered: only they are worth another try when a connection fails. */
  readonly #answered = new Set<string>();

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#agents.values()].map((agent) => agent.destroy()));
  }

  /** Sends a request until it is answered for good; redirects to another origin go without `authorization`. */
  async send(first: HttpRequest): Promise<HttpResponse> {
    let current = first;
    for (let redirects = 0; ; redirects++) {
      const response = await this.#sendWithRetries(current);
      const location = headerOf(response, 'location');
      if (response.statusCode < 300 || response.statusCode >= 400 || location === undefined) return response;
      await response.body.dump();
      if (redirects === maxRedirects)
        throw new ImageError('unreadable', `${first.url.host} redirects in a circle`);
      current = this.#redirected(current, location);
    }
  }

  #redirected(from: HttpRequest, location: string): HttpRequest {
    const url = new URL(location, from.url);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      throw new ImageError(
        'unreadable',
        `${from.url.host} redirects to ${url.protocol}, which is no web address`,
      );
    }
    if (url.protocol === 'http:' && from.url.protocol === 'https:') {
      throw new ImageError('unreadable', `${from.url.host} redirects from HTTPS to plain HTTP: refused`);
    }
    if (url.origin === from.url.origin) return { ...from, url };
    const { authorization: _left, ...headers } = from.headers;
    return { ...from, url, headers, insecure: from.insecure && url.hostname === from.url.hostname };
  }

  async #sendWithRetries(what: HttpRequest): Promise<HttpResponse> {
    const { signal } = this.#options;
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      let delay: number;
      try {
        const response = await this.#sendOnce(what);
        this.#answered.add(what.url.host);
        if (!retriedStatuses.has(response.statusCode) || attempt === maxAttempts) return response;
        delay = retryDelay(attempt, headerOf(response, 'retry-after'));
        await response.body.dump();
      } catch (error) {
        signal?.throwIfAborted();
        if (!mayPass(error) || attempt === maxAttempts || !this.#answered.has(what.url.host)) throw error;
        delay = retryDelay(attempt, undefined);
      }
      await sleep(delay, undefined, signal === undefined ? {} : { signal });
    }
  }

  #sendOnce({ url, method, headers, body, insecure }: HttpRequest): Promise<HttpResponse> {
    return request(url, {
      method,
      headers,
      dispatcher: this.#agent(insecure),
      headersTimeout: answerTimeout,
      bodyTimeout: stallTimeout,
      ...(body === undefined ? {} : { body }),
      ...(this.#options.signal === undefined ? {} : { signal: this.#options.signal }),
    });
  }

  #agent(insecure: boolean): Dispatcher {
    const known = this.#agents.get(insecure);
    if (known !== undefined) return known;
    const { env, ca } = this.#options;
    const trusted = ca === null ? {} : { ca: [...rootCertificates, readCertificates(ca)] };
    const connect = {
      timeout: connectTimeout,
      ...trusted,
      ...(insecure ? { rejectUnauthorized: false } : {}),
    };
    const httpProxy = env['http_proxy'] ?? env['HTTP_PROXY'];
    const httpsProxy = env['https_proxy'] ?? env['HTTPS_PROXY'];
    const agent =
      httpProxy || httpsProxy
        ? new EnvHttpProxyAgent({
            connect,
            requestTls: connect,
            ...(httpProxy ? { httpProxy } : {}),
            ...(httpsProxy ? { httpsProxy } : {}),
            noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
          })
        : new Agent({ connect });
    this.#agents.set(insecure, agent);
    return agent;
  }
}

function readCertificates(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ImageError('call', `--registry-ca ${path}: the file cannot be read`, { cause: error });
  }
}
