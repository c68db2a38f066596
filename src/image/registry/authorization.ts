import type { ShownCredentials } from '../image.ts';
import { ImageError } from '../image-error.ts';
import { objectOf, textOf } from '../oci/json-document.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import { type Credentials, findCredentials } from './credentials.ts';
import { hostnameOf, isNamed } from './reach.ts';
import { isInsecure, type RegistryAddress } from './registry-address.ts';
import { readBody } from './response-body.ts';
import { areSameSite } from './same-site.ts';
import { discard, type HttpRequest, type HttpResponse, type Transport } from './transport.ts';

const maxTokenAnswer = 1024 * 1024;
export const clientName = 'libc-check';

/** What authorization needs to know. */
export interface AuthorizationOptions {
  readonly address: RegistryAddress;
  readonly repository: string;
  readonly transport: Transport;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Hosts besides this machine that plain HTTP is accepted for. */
  readonly insecureHosts: readonly string[];
  /** Hosts that a registry may send this client to, with its credentials. */
  readonly allowedHosts: readonly string[];
}

/** Answers the challenges of one repository: Basic, or Bearer by the distribution token specification and OAuth 2. */
export class Authorization {
  readonly #options: AuthorizationOptions;
  #credentials: Promise<Credentials | null> | null = null;
  /** Why the credentials that are configured cannot be used: what is public goes without them. */
  problem: string | null = null;
  readonly #shown = new Map<string, ShownCredentials>();

  constructor(options: AuthorizationOptions) {
    this.#options = options;
  }

  /** Who was shown what so far. */
  get shown(): readonly ShownCredentials[] {
    return [...this.#shown.values()];
  }

  #show({ kind }: Credentials, to: string): void {
    this.#shown.set(to, { kind, to });
  }

  /** The value of `authorization` that answers a WWW-Authenticate header; null when nothing that is known does. */
  async answer(header: string): Promise<string | null> {
    const challenges = parseChallenges(header);
    this.#credentials ??= this.#find();
    const credentials = await this.#credentials;
    const { host } = this.#options.address;
    if (credentials?.kind === 'registry-token') {
      this.#show(credentials, host);
      return `Bearer ${credentials.token}`;
    }
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer !== undefined) return this.#token(bearer, credentials);
    const basic = challenges.find(({ scheme }) => scheme === 'basic');
    if (basic === undefined || credentials?.kind !== 'password') return null;
    this.#show(credentials, host);
    return basicAuthorization(credentials);
  }

  async #find(): Promise<Credentials | null> {
    const { address, repository, env } = this.#options;
    try {
      return await findCredentials(address, repository, env);
    } catch (error) {
      if (!(error instanceof ImageError) || error.code === 'call') throw error;
      this.problem = error.message;
      return null;
    }
  }

  async #token({ parameters }: Challenge, found: Credentials | null): Promise<string | null> {
    const { repository, transport, address, insecureHosts } = this.#options;
    const realm = this.#realm(parameters.get('realm'));
    const credentials = found !== null && this.#mayShow(realm) ? found : null;
    if (credentials !== null) this.#show(credentials, realm.host);
    else if (found !== null) this.problem = this.#keptBack(realm);
    const service = parameters.get('service') ?? '';
    const scope = parameters.get('scope') ?? `repository:${repository}:pull`;
    const request: HttpRequest = {
      ...tokenRequest(realm, service, scope, credentials),
      insecure: isInsecure(realm.host, insecureHosts),
      sentBy: new URL(`https://${address.host}`),
    };
    const response = await transport.send(request);
    if (response.statusCode === 401 || response.statusCode === 403) {
      await discard(response);
      return null;
    }
    if (response.statusCode !== 200) throw await this.#refusal(response, realm);
    const token = tokenOf(
      await readBody(
        response,
        maxTokenAnswer,
        transport.patience.document,
        `the token of the registry ${address.host}`,
      ),
    );
    return token === '' ? null : `Bearer ${token}`;
  }

  /**
   * Credentials go to a token service of the registry's own site, as at Docker Hub (registry-1.docker.io, auth.docker.io) and
   * GitLab (registry.gitlab.com, gitlab.com); to another's only where the user allowed it.
   */
  #mayShow(realm: URL): boolean {
    const { address, allowedHosts } = this.#options;
    const registry = hostnameOf(new URL(`https://${address.host}`));
    return areSameSite(registry, hostnameOf(realm)) || isNamed(realm, allowedHosts);
  }

  #keptBack(realm: URL): string {
    return `its token service ${realm.host} is of another site and was not shown your credentials; where that is right, allow it with --registry-allow ${realm.host}`;
  }

  async #refusal(response: HttpResponse, realm: URL): Promise<ImageError> {
    await discard(response);
    const { statusCode } = response;
    const todo = statusCode === 429 ? 'log in or try again later' : 'try again later';
    return new ImageError(
      'unreadable',
      `the token service ${realm.host} of the registry ${this.#options.address.host} answered ${statusCode}: ${todo}`,
    );
  }

  /** Credentials go to a realm over HTTPS, or to a host for which plain HTTP will do. */
  #realm(text: string | undefined): URL {
    const { address, insecureHosts } = this.#options;
    const realm = URL.canParse(text ?? '') ? new URL(text ?? '') : null;
    if (realm === null || !/^https?:$/.test(realm.protocol)) {
      throw new ImageError(
        'unreadable',
        `the registry ${address.host} requires a token but does not say where to get one`,
      );
    }
    if (realm.protocol === 'http:' && !isInsecure(realm.host, insecureHosts)) {
      throw new ImageError(
        'unreadable',
        `the registry ${address.host} asks for credentials over plain HTTP to ${realm.host}: refused`,
      );
    }
    realm.username = '';
    realm.password = '';
    return realm;
  }
}

function tokenRequest(
  realm: URL,
  service: string,
  scope: string,
  credentials: Credentials | null,
): Omit<HttpRequest, 'insecure'> {
  const headers = { 'user-agent': clientName, accept: 'application/json' };
  if (credentials?.kind === 'identity-token') {
    const form = {
      grant_type: 'refresh_token',
      refresh_token: credentials.token,
      service,
      scope,
      client_id: clientName,
    };
    return {
      url: realm,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    };
  }
  const url = new URL(realm);
  url.searchParams.set('scope', scope);
  if (service !== '') url.searchParams.set('service', service);
  if (credentials?.kind !== 'password') return { url, method: 'GET', headers };
  return { url, method: 'GET', headers: { ...headers, authorization: basicAuthorization(credentials) } };
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
