/** A Docker-style image name in its parts, as distribution/reference has it. */
export interface DockerReference {
  /** `docker.io` when none is given. */
  readonly domain: string;
  /** `library/alpine`, `distroless/cc-debian12`. */
  readonly path: string;
  readonly tag: string | null;
  /** `sha256:…` */
  readonly digest: string | null;
}

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const domainPattern =
  /^(?:\[[0-9a-fA-F:]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*)(?::\d+)?$/;
const pathPattern = new RegExp(`^${component}(?:/${component})*$`);
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/;

/** Whether a text is what may stand for a registry in an image name: a host, with a port or without. */
export const isRegistryHost = (text: string): boolean => domainPattern.test(text);

/** Null when the text is no valid image name. */
export function parseDockerReference(text: string): DockerReference | null {
  const at = text.indexOf('@');
  const digest = at < 0 ? null : text.slice(at + 1);
  if (digest !== null && !digestPattern.test(digest)) return null;
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const tag = hasTag ? named.slice(colon + 1) : null;
  if (tag !== null && !tagPattern.test(tag)) return null;
  const name = hasTag ? named.slice(0, colon) : named;
  const { domain, path } = splitDomain(name);
  if (name.length > 255 || !domainPattern.test(domain) || !pathPattern.test(path)) return null;
  return { domain, path, tag, digest };
}

/** The first part is a domain when it holds a dot or a colon, is `localhost`, or has upper-case letters. */
function splitDomain(name: string): { domain: string; path: string } {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isDomain = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  const domain = isDomain ? first : 'docker.io';
  const path = isDomain ? name.slice(slash + 1) : name;
  if (domain !== 'docker.io' && domain !== 'index.docker.io') return { domain, path };
  return { domain: 'docker.io', path: path.includes('/') ? path : `library/${path}` };
}

/** The short name that people write: `alpine`, `grafana/loki`, `gcr.io/distroless/cc`. Without tag and digest. */
export function familiarName(reference: DockerReference): string {
  if (reference.domain !== 'docker.io') return `${reference.domain}/${reference.path}`;
  return reference.path.replace(/^library\//, '');
}

/** The short form with tag and digest as given. */
export function familiarReference(reference: DockerReference): string {
  const tag = reference.tag === null ? '' : `:${reference.tag}`;
  const digest = reference.digest === null ? '' : `@${reference.digest}`;
  return `${familiarName(reference)}${tag}${digest}`;
}
