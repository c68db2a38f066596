import { isIP } from 'node:net';
import { type AddressKind, kindOfAddress } from './address-kind.ts';
import { isLoopback } from './registry-address.ts';
import { areSameSite } from './same-site.ts';

/** Kinds of addresses that a connection may be made to. */
export type Reach = ReadonlySet<AddressKind>;

export const everywhere: Reach = new Set(['loopback', 'link-local', 'private', 'unspecified', 'public']);
const publicOnly: Reach = new Set(['public']);
const ownNetwork: Reach = new Set(['public', 'private']);

/** The host of a URL without the brackets of IPv6. */
export const hostnameOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** The kind of address that a URL names without a name server; null for a name that must be looked up. */
export function literalKind(url: URL): AddressKind | null {
  const host = hostnameOf(url);
  if (isIP(host) !== 0) return kindOfAddress(host);
  return isLoopback(host) ? 'loopback' : null;
}

/**
 * Where a registry may send this client, by a redirect or by the realm of a token service: a server on the network is not to
 * reach what only this machine or its network reaches. It may send to itself (same host and port), to hosts that the user
 * allowed, and from an address of the private network to names of its own site there; a registry of this machine may send anywhere.
 * `senderKind` is the kind of the registry's own address, null where that is not known (behind a proxy).
 */
export function reachFrom(
  sender: URL,
  senderKind: AddressKind | null,
  url: URL,
  allowedHosts: readonly string[],
): Reach {
  if (hostnameOf(sender) === hostnameOf(url) && portOf(sender) === portOf(url)) return everywhere;
  if (senderKind === 'loopback' || isNamed(url, allowedHosts)) return everywhere;
  const isOwnSite = literalKind(url) === null && areSameSite(hostnameOf(sender), hostnameOf(url));
  return senderKind === 'private' && isOwnSite ? ownNetwork : publicOnly;
}

const portOf = ({ port, protocol }: URL): string => port || (protocol === 'http:' ? '80' : '443');

/** Whether a host is among those that the user named, with its port or without. */
export const isNamed = (url: URL, hosts: readonly string[]): boolean =>
  hosts.some((host) => host === url.host || host === url.hostname || host === hostnameOf(url));

/** A server sent this client to an address that it may not send it to. */
export class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
  readonly kind: AddressKind;

  constructor(kind: AddressKind) {
    super(`a ${kind} address`);
    this.kind = kind;
  }
}
