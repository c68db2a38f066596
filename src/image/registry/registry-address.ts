import { printablePath } from '../entry-path.ts';
import { ImageError } from '../image-error.ts';
import { type DockerReference, isRegistryHost } from '../reference/docker-reference.ts';

/** Where the API of a registry answers. */
export interface RegistryAddress {
  /** Host and port, as in an image name. */
  readonly host: string;
  /** The key of this registry in Docker's configuration file. */
  readonly credentialsKey: string;
  /** Plain HTTP or an unverified certificate will do: loopback, or `--insecure-registry`. */
  readonly insecure: boolean;
}

export const dockerHubApi = 'registry-1.docker.io';
const dockerHubKey = 'https://index.docker.io/v1/';

const hostWithoutPort = (host: string): string => host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');

/** `localhost`, 127.0.0.0/8 and ::1, as Docker trusts them. */
export function isLoopback(host: string): boolean {
  const name = hostWithoutPort(host);
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    /^127(?:\.\d{1,3}){3}$/.test(name)
  );
}

/** Whether plain HTTP or an unverified certificate is accepted for a host. */
export function isInsecure(host: string, insecureHosts: readonly string[]): boolean {
  return isLoopback(host) || insecureHosts.some((name) => name === host || name === hostWithoutPort(host));
}

/** The address of a registry by its host. */
export function addressOf(host: string, insecureHosts: readonly string[]): RegistryAddress {
  if (host === 'docker.io' || host === dockerHubApi) {
    return { host: dockerHubApi, credentialsKey: dockerHubKey, insecure: false };
  }
  return { host, credentialsKey: host, insecure: isInsecure(host, insecureHosts) };
}

/** `HOST[:PORT]`, also as a URL: with `http://` plain HTTP will do. Throws ImageError `call`. */
function mirrorAddress(mirror: string, insecure: readonly string[]): RegistryAddress {
  const [, scheme, host = ''] = /^(?:(https?):\/\/)?([^/]*)\/*$/.exec(mirror) ?? [];
  if (!isRegistryHost(host)) {
    throw new ImageError(
      'call',
      `--registry-mirror ${printablePath(mirror)}: write a host with or without a port, such as mirror.example:5000`,
    );
  }
  return addressOf(host, scheme === 'http' ? [...insecure, host] : insecure);
}

/** The registries to ask for an image, in order: mirrors stand in for Docker Hub only, then the image's own. */
export function addressesFor(
  reference: DockerReference,
  options: { readonly mirrors: readonly string[]; readonly insecure: readonly string[] },
): readonly [RegistryAddress, ...RegistryAddress[]] {
  const own = addressOf(reference.domain, options.insecure);
  if (reference.domain !== 'docker.io') return [own];
  const [first, ...rest] = [...options.mirrors.map((mirror) => mirrorAddress(mirror, options.insecure)), own];
  return first === undefined ? [own] : [first, ...rest];
}
