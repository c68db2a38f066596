import { BlockList, isIP } from 'node:net';
import { printablePath } from '../entry-path.ts';
import { ImageError } from '../image-error.ts';
import { isLoopback } from './registry-address.ts';

type Env = Readonly<Record<string, string | undefined>>;

const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * The proxy that the environment names for a URL: HTTPS_PROXY for https, HTTP_PROXY for http (lower case goes first), none for
 * what NO_PROXY lists and for this machine itself. Null without one. Throws ImageError `call` for what is no proxy's address.
 */
export function proxyFor(url: URL, env: Env): URL | null {
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const variable = env[name] ? name : name.toUpperCase();
  const text = env[variable];
  if (!text || isLoopback(url.host) || isExcepted(url, env['no_proxy'] || env['NO_PROXY'] || '')) return null;
  let proxy: URL | null = null;
  try {
    proxy = new URL(text.includes('://') ? text : `http://${text}`);
  } catch {
    // The text may hold a password, so only its name is printed.
  }
  if (proxy === null || !['http:', 'https:'].includes(proxy.protocol)) {
    throw new ImageError(
      'call',
      `${variable} is not the address of a proxy: write for example http://proxy.example:3128`,
    );
  }
  return proxy;
}

/** `proxy.example:3128`: never the name and password that may stand in front. */
export const proxyLabel = (proxy: URL): string => printablePath(proxy.host);

/** NO_PROXY as Go reads it: `*`, host names with all below them, addresses, CIDR ranges; each with a port or without. */
function isExcepted(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || defaultPorts[url.protocol];
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', wantedPort] =
        /^\[?(.*?)\]?(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
      if (wantedPort !== undefined && wantedPort !== port) return false;
      if (name.includes('/')) return isInRange(host, name);
      const wanted = name.replace(/^\*?\./, '').toLowerCase();
      return wanted !== '' && (host === wanted || host.endsWith(`.${wanted}`));
    });
}

function isInRange(host: string, range: string): boolean {
  const [address = '', bits = ''] = range.split('/');
  const family = isIP(host);
  if (family === 0 || family !== isIP(address) || !/^\d{1,3}$/.test(bits)) return false;
  if (Number(bits) > (family === 4 ? 32 : 128)) return false;
  const block = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  block.addSubnet(address, Number(bits), type);
  return block.check(host, type);
}
