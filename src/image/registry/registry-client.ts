import { ImageError } from '../image-error.ts';
import { objectOf, textOf } from '../json-document.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import { type Credentials, findCredentials } from './credentials.ts';
import type { RegistryAddress } from './registry-address.ts';
import { errorCode, type HttpResponse, type Transport } from './transport.ts';

/** Media types of manifests and indexes, of OCI and of Docker. */
export const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

const maxTokenAnswer = 1024 * 1024;
const maxErrorAnswer = 64 * 1024;
const clientName = 'libc-check';

/** The whole body as long as it is not larger than `limit` bytes. Throws ImageError. */
export async function readBody(response: HttpResponse, limit: number, what: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > limit) {
      response.body.destroy();
      throw new ImageError('unreadable', `${what} is larger than ${limit} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** One repository of one registry: requests with the authentication that it asks for (distribution spec, token spec). */
export class RegistryClient {
  readonly address: RegistryAddress;
  readonly repository: string;
  readonly #transport: Transport;
  readonly #env: Readonly<Record<string, string | undefined>>;
  #scheme: 'https' | 'http';
  #authorization: string | null = null;
  #credentials: Promise<Credentials | null> | null = null;

  constructor(
    address: RegistryAddress,
    repository: string,
    transport: Transport,
    env: Readonly<Record<string, string | undefined>>,
  ) {
    this.address = address;
    this.repository = repository;
    this.#transport = transport;
    this.#env = env;
    this.#scheme = 'https';
  }

  get label(): string {
    return `the registry ${this.address.host}`;
  }

  /** Asks below `/v2/REPOSITORY/`; answers 401 by authenticating once. Throws ImageError for what no status tells. */
  async send(
    method: 'GET' | 'HEAD',
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpResponse> {
    const response = await this.#sendOnce(method, path, headers);
    if (response.statusCode !== 401) return response;
    const challenges = parseChallenges(String(response.headers['www-authenticate'] ?? ''));
    await response.body.dump();
    const authorization = await this.#answer(challenges);
    if (authorization === null) throw this.#refused(401);
    this.#authorization = authorization;
    return this.#sendOnce(method, path, headers);
  }

  async #sendOnce(
    method: 'GET' | 'HEAD',
    path: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<HttpResponse> {
    const attempt = (scheme: 'https' | 'http') =>
      this.#transport.send({
        url: new URL(`${scheme}://${this.address.host}/v2/${this.repository}/${path}`),
        method,
        insecure: this.address.insecure,
        headers: {
          'user-agent': clientName,
          ...headers,
          ...(this.#authorization === null ? {} : { authorization: this.#authorization }),
        },
      });
    try {
      return await attempt(this.#scheme);
    } catch (error) {
      if (error instanceof ImageError) throw error;
      if (this.#scheme === 'http' || !this.address.insecure || !mayBePlainHttp(error))
        throw this.#unreachable(error);
    }
    try {
      const response = await attempt('http');
      this.#scheme = 'http';
      return response;
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  /** The `authorization` that answers the challenges; null when nothing that is known does. */
  async #answer(challenges: readonly Challenge[]): Promise<string | null> {
    this.#credentials ??= findCredentials(this.address, this.repository, this.#env);
    const credentials = await this.#credentials;
    if (credentials?.kind === 'registry-token') return `Bearer ${credentials.token}`;
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer !== undefined) return this.#fetchToken(bearer, credentials);
    const basic = challenges.find(({ scheme }) => scheme === 'basic');
    return basic !== undefined && credentials?.kind === 'password' ? basicAuthorization(credentials) : null;
  }

  /** The Bearer flow of the distribution token specification; an identity token goes by OAuth 2. */
  async #fetchToken({ parameters }: Challenge, credentials: Credentials | null): Promise<string | null> {
    const realm = this.#realm(parameters.get('realm'));
    const service = parameters.get('service') ?? '';
    const scope = parameters.get('scope') ?? `repository:${this.repository}:pull`;
    const headers: Record<string, string> = { 'user-agent': clientName, accept: 'application/json' };
    let body: string | undefined;
    if (credentials?.kind === 'identity-token') {
      const { token } = credentials;
      const form = {
        grant_type: 'refresh_token',
        refresh_token: token,
        service,
        scope,
        client_id: clientName,
      };
      body = new URLSearchParams(form).toString();
      headers['content-type'] = 'application/x-www-form-urlencoded';
    } else {
      realm.searchParams.set('scope', scope);
      if (service !== '') realm.searchParams.set('service', service);
      if (credentials?.kind === 'password') headers['authorization'] = basicAuthorization(credentials);
    }
    let response: HttpResponse;
    try {
      const method = body === undefined ? 'GET' : 'POST';
      const request = { url: realm, method, headers, insecure: this.address.insecure } as const;
      response = await this.#transport.send(body === undefined ? request : { ...request, body });
    } catch (error) {
      throw error instanceof ImageError ? error : this.#unreachable(error);
    }
    if (response.statusCode !== 200) {
      await response.body.dump();
      throw this.#refused(response.statusCode);
    }
    const answer = await readBody(response, maxTokenAnswer, `the token of ${this.label}`);
    const token = tokenOf(answer);
    return token === '' ? null : `Bearer ${token}`;
  }

  #realm(text: string | undefined): URL {
    let realm: URL;
    try {
      realm = new URL(text ?? '');
    } catch (error) {
      throw new ImageError('unreadable', `${this.label} asks for a token without saying where to get it`, {
        cause: error,
      });
    }
    if (realm.protocol !== 'https:' && !(realm.protocol === 'http:' && this.#scheme === 'http')) {
      throw new ImageError('unreadable', `${this.label} sends credentials over plain HTTP: refused`);
    }
    return realm;
  }

  #refused(status: number): ImageError {
    return new ImageError(
      'unreadable',
      `${this.label} refuses access to ${this.repository} (${status}): log in with "docker login ${this.address.host}", or check the name`,
    );
  }

  #unreachable(error: unknown): ImageError {
    const code = errorCode(error);
    const reasons: Readonly<Record<string, string>> = {
      ENOTFOUND: 'its host is not known',
      EAI_AGAIN: 'its host cannot be looked up now',
      ECONNREFUSED: 'nothing answers there',
      ECONNRESET: 'it cut the connection',
      UND_ERR_SOCKET: 'it cut the connection',
      UND_ERR_CONNECT_TIMEOUT: 'it did not answer in time',
      UND_ERR_HEADERS_TIMEOUT: 'it did not answer in time',
      UND_ERR_BODY_TIMEOUT: 'it stopped sending',
    };
    const isTls = /^(?:CERT_|ERR_TLS|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|EPROTO|ERR_SSL)/.test(code);
    const hint = 'trust its certificate with --registry-ca FILE';
    const reason = isTls
      ? `its certificate or TLS is not accepted (${code}): ${hint}`
      : (reasons[code] ?? code);
    return new ImageError('unreadable', `${this.label} cannot be reached: ${reason}`, { cause: error });
  }

  /** One clear line for an answer that is no success. */
  async failure(response: HttpResponse, what: string): Promise<ImageError> {
    const { statusCode } = response;
    const body = await readBody(response, maxErrorAnswer, 'an error answer').catch(() => Buffer.alloc(0));
    if (statusCode === 401 || statusCode === 403) return this.#refused(statusCode);
    if (statusCode === 404) return new ImageError('unreadable', `${this.label} has no ${what}`);
    if (statusCode === 429) {
      return new ImageError(
        'unreadable',
        `${this.label} limits its answers (429): log in or try again later`,
      );
    }
    const code = errorCodeOf(body);
    return new ImageError(
      'unreadable',
      `${this.label} answered ${statusCode}${code === '' ? '' : ` (${code})`} for ${what}: try again later`,
    );
  }
}

function basicAuthorization({ username, password }: Extract<Credentials, { kind: 'password' }>): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

function tokenOf(answer: Buffer): string {
  try {
    const object = objectOf(JSON.parse(answer.toString('utf8')));
    const token = textOf(object['token']) || textOf(object['access_token']);
    return /^[\x21-\x7e]+$/.test(token) ? token : '';
  } catch {
    return '';
  }
}

/** The code of the first error of a distribution error document, as letters only. */
function errorCodeOf(body: Buffer): string {
  try {
    const errors = objectOf(JSON.parse(body.toString('utf8')))['errors'];
    const first: unknown = Array.isArray(errors) ? errors[0] : null;
    return textOf(objectOf(first)['code'])
      .replace(/[^\w ]/g, '')
      .slice(0, 60);
  } catch {
    return '';
  }
}

/** The failures that a server without TLS makes of a TLS handshake. */
function mayBePlainHttp(error: unknown): boolean {
  return /^(?:EPROTO|ERR_SSL|ECONNRESET|ECONNREFUSED|UND_ERR_SOCKET)/.test(errorCode(error));
}
