import { isIP } from 'node:net';
import { getDomain } from 'tldts';
import { isLoopback } from './registry-address.ts';

/**
 * Whether two hosts (names or addresses, without ports) are of one owner: the same host, both this machine, or below one
 * registrable domain as the Public Suffix List has it (`registry.gitlab.com` and `gitlab.com`, but not two of `github.io`).
 */
export function areSameSite(one: string, other: string): boolean {
  if (one === other || (isLoopback(one) && isLoopback(other))) return true;
  if (isIP(one) !== 0 || isIP(other) !== 0) return false;
  const domain = getDomain(one, { allowPrivateDomains: true });
  return domain !== null && domain === getDomain(other, { allowPrivateDomains: true });
}
