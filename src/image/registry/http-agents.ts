import { type LookupAddress, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, type buildConnector, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { type AddressKind, kindOfAddress } from './address-kind.ts';
import { trustedCertificates } from './certificates.ts';
import { ForbiddenAddress, type Reach } from './reach.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Most connections to one host. */
const connections = 8;

/** What decides which connections may be shared. */
export interface Way {
  readonly proxy: URL | null;
  /** The server's certificate need not be valid. */
  readonly insecure: boolean;
  readonly reach: Reach;
}

/** The connections of one transport, pooled by the way they take: none is shared by requests that may reach different places. */
export class HttpAgents {
  readonly #agents = new Map<string, Dispatcher>();
  readonly #kinds = new Map<string, AddressKind>();
  readonly #options: { readonly env: Env; readonly ca: string | null; readonly connect: number };

  /** `connect` is how long a connection may take, in milliseconds. */
  constructor(options: { readonly env: Env; readonly ca: string | null; readonly connect: number }) {
    this.#options = options;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#agents.values()].map((agent) => agent.destroy()));
  }

  /**
   * The kind that all addresses of a host's name have had; public where they differ, since any of them may have answered. Null
   * before its first look-up.
   */
  kindOf(hostname: string): AddressKind | null {
    return this.#kinds.get(hostname) ?? null;
  }

  by({ proxy, insecure, reach }: Way): Dispatcher {
    const key = `${insecure} ${proxy?.href ?? ''} ${[...reach]}`;
    const known = this.#agents.get(key);
    if (known !== undefined) return known;
    const { env, ca, connect: timeout } = this.#options;
    const trusted = ca === null ? {} : { ca: [...trustedCertificates(ca, env)] };
    const connect = {
      timeout,
      ...trusted,
      ...(insecure ? { rejectUnauthorized: false } : {}),
      lookup: this.#lookup(reach),
    };
    const agent =
      proxy === null
        ? new Agent({ connect, connections })
        : new ProxyAgent({
            ...proxyIdentity(proxy),
            proxyTunnel: false,
            factory: poolThroughProxy,
            connections,
            proxyTls: { timeout, ...trusted },
            requestTls: connect,
          });
    this.#agents.set(key, agent);
    return agent;
  }

  /** A look-up that gives only addresses within reach, at the very connection: what a name has a moment later does not matter. */
  #lookup(reach: Reach): LookupFunction {
    return (hostname, options, callback) => {
      lookup(hostname, { ...options, all: true }, (error, found) => {
        if (error !== null) return callback(error, []);
        const within = found.filter(({ address }) => reach.has(kindOfAddress(address)));
        const [first] = within;
        if (first === undefined) return callback(new ForbiddenAddress(firstKind(found)), []);
        this.#note(hostname, found);
        if (options.all === true) callback(null, within);
        else callback(null, first.address, first.family);
      });
    };
  }

  #note(hostname: string, found: readonly LookupAddress[]): void {
    const kinds = new Set(found.map(({ address }) => kindOfAddress(address)));
    const before = this.#kinds.get(hostname);
    if (before !== undefined) kinds.add(before);
    this.#kinds.set(hostname, kinds.size === 1 ? firstKind(found) : 'public');
  }
}

const firstKind = ([first]: readonly LookupAddress[]): AddressKind => kindOfAddress(first?.address ?? '');

/**
 * The connections to one origin through a proxy. A proxy that hangs up when it is asked for a tunnel fails with UND_ERR_SOCKET, which a
 * pool takes for a fault that passes: it asks again at once and without an end. With another code it fails.
 */
function poolThroughProxy(origin: URL, options: Pool.Options): Pool {
  const { connect } = options;
  if (typeof connect !== 'function') return new Pool(origin, options);
  const connectOrFail: buildConnector.connector = (to, callback) =>
    connect(to, (...[error, socket]) => {
      if (error === null) callback(null, socket);
      else callback('code' in error && error.code === 'UND_ERR_SOCKET' ? hungUp(error) : error, null);
    });
  return new Pool(origin, { ...options, connect: connectOrFail });
}

const hungUp = (cause: Error): Error =>
  Object.assign(new Error('the proxy closed the connection', { cause }), { code: 'ECONNRESET' });

/** The proxy's address without its credentials, and these as a header of their own. */
function proxyIdentity(proxy: URL): { uri: string; token?: string } {
  if (proxy.username === '' && proxy.password === '') return { uri: proxy.origin };
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { uri: proxy.origin, token: `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}` };
}
