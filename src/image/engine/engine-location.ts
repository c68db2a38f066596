import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { printablePath } from '../entry-path.ts';
import { createHash } from '../layer/hash.ts';
import { isObject, maxDocument, objectOf, parseDocument, textOf } from '../oci/json-document.ts';
import { readRegularFile } from '../regular-file.ts';
import { type EngineProgram, parseSshUrl, type SshAddress } from './ssh-command.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Where an engine answers. */
export type EngineAddress =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: EngineTls | null }
  | SshAddress;

/** Certificates for a TLS connection; null where the system's own do. */
export interface EngineTls {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  /** The server's certificate is checked. */
  readonly verify: boolean;
}

/** An address, or one clear line why there is none. `from` names what decided: `DOCKER_HOST`, `the context "remote"`. */
export type EngineLocation =
  | { readonly address: EngineAddress; readonly from: string }
  | { readonly reason: string };

/**
 * Where the Docker engine answers, as the docker command decides it: DOCKER_HOST, else DOCKER_CONTEXT, else the current
 * context of config.json, else the usual sockets, rootless ones included. Costs a few file checks and no connection.
 */
export function locateDocker(env: Env): EngineLocation {
  const host = env['DOCKER_HOST'];
  if (host) return parseHost(host, 'DOCKER_HOST', 'docker', () => tlsOfEnv(env));
  const folder = dockerFolder(env);
  const context = env['DOCKER_CONTEXT'] || (folder === null ? '' : currentContext(folder));
  if (context !== '' && context !== 'default') return locateContext(folder, context);
  const runtime = env['XDG_RUNTIME_DIR'];
  const home = env['HOME'];
  return firstSocket([
    '/var/run/docker.sock',
    ...(runtime ? [join(runtime, 'docker.sock')] : []),
    ...(home ? [join(home, '.docker/run/docker.sock'), join(home, '.docker/desktop/docker.sock')] : []),
  ]);
}

/** Where Podman's service answers: CONTAINER_HOST, else the user's socket, else the system's. */
export function locatePodman(env: Env): EngineLocation {
  const host = env['CONTAINER_HOST'];
  if (host) return parseHost(host, 'CONTAINER_HOST', 'podman', () => null);
  const runtime = env['XDG_RUNTIME_DIR'];
  return firstSocket([...(runtime ? [join(runtime, 'podman/podman.sock')] : []), '/run/podman/podman.sock']);
}

function firstSocket(paths: readonly string[]): EngineLocation {
  const path = paths.find((candidate) => existsSync(candidate));
  if (path !== undefined) return { address: { kind: 'socket', path }, from: path };
  return { reason: `not running here (no socket ${paths.join(' or ')})` };
}

/** `unix:///path`, `tcp://host:port`, `http(s)://…`, `ssh://user@host`. `tls` is called for TCP only. */
function parseHost(
  host: string,
  from: string,
  program: EngineProgram,
  tls: () => EngineTls | null | { reason: string },
): EngineLocation {
  const shown = printablePath(host.replace(/\/\/[^/@]*@/, '//'));
  if (host.startsWith('unix://')) {
    const path = host.slice('unix://'.length) || '/var/run/docker.sock';
    if (existsSync(path)) return { address: { kind: 'socket', path }, from };
    return { reason: `not running: ${from} names the socket ${printablePath(path)}, which does not exist` };
  }
  if (host.startsWith('ssh://')) {
    const address = parseSshUrl(host, program);
    return 'fault' in address ? { reason: `${from} is ${shown}, ${address.fault}` } : { address, from };
  }
  if (host.startsWith('npipe://')) return { reason: `${from} is ${shown}: named pipes are not supported` };
  const url = URL.canParse(host) ? new URL(host) : null;
  if (url === null || !['tcp:', 'http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    return {
      reason: `${from} is "${shown}", which is no address of an engine: write unix:///path, tcp://host:port or ssh://user@host`,
    };
  }
  const found =
    tls() ?? (url.protocol === 'https:' ? { ca: null, cert: null, key: null, verify: true } : null);
  if (found !== null && 'reason' in found) return found;
  const port = url.port === '' ? (found === null ? 2375 : 2376) : Number(url.port);
  return { address: { kind: 'tcp', host: url.hostname.replace(/^\[|\]$/g, ''), port, tls: found }, from };
}

/** DOCKER_TLS_VERIFY (checks the server) or DOCKER_TLS, with the files of DOCKER_CERT_PATH or of the docker folder. */
function tlsOfEnv(env: Env): EngineTls | null | { reason: string } {
  const verify = Boolean(env['DOCKER_TLS_VERIFY']);
  if (!verify && !env['DOCKER_TLS'] && !env['DOCKER_CERT_PATH']) return null;
  const folder = env['DOCKER_CERT_PATH'] || dockerFolder(env);
  return folder === null
    ? { reason: 'DOCKER_TLS_VERIFY is set, but neither DOCKER_CERT_PATH nor HOME' }
    : readTls(folder, verify);
}

function readTls(folder: string, verify: boolean): EngineTls | { reason: string } {
  try {
    const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => {
      const path = join(folder, name);
      return existsSync(path) ? readRegularFile(path, maxDocument).toString() : null;
    });
    return { ca: ca ?? null, cert: cert ?? null, key: key ?? null, verify };
  } catch {
    return { reason: `the certificates in ${printablePath(folder)} cannot be read` };
  }
}

function dockerFolder(env: Env): string | null {
  if (env['DOCKER_CONFIG']) return env['DOCKER_CONFIG'];
  return env['HOME'] ? join(env['HOME'], '.docker') : null;
}

function currentContext(folder: string): string {
  const path = join(folder, 'config.json');
  if (!existsSync(path)) return '';
  try {
    return textOf(objectOf(parseDocument(readRegularFile(path, maxDocument), path))['currentContext']);
  } catch {
    return '';
  }
}

/** A context lives in contexts/meta/SHA256-OF-NAME/meta.json, its certificates in contexts/tls/…/docker. */
function locateContext(folder: string | null, context: string): EngineLocation {
  const from = `the Docker context "${printablePath(context)}"`;
  const missing = { reason: `${from} does not exist: see "docker context ls"` };
  if (folder === null) return missing;
  const id = createHash('sha256').update(context).digest('hex');
  const path = join(folder, 'contexts/meta', id, 'meta.json');
  if (!existsSync(path)) return missing;
  try {
    const meta = objectOf(parseDocument(readRegularFile(path, maxDocument), path));
    const endpoint = objectOf(meta['Endpoints'])['docker'];
    if (!isObject(endpoint)) return { reason: `${from} has no Docker endpoint` };
    const tlsFolder = join(folder, 'contexts/tls', id, 'docker');
    const verify = endpoint['SkipTLSVerify'] !== true;
    return parseHost(textOf(endpoint['Host']), from, 'docker', () =>
      existsSync(tlsFolder) ? readTls(tlsFolder, verify) : null,
    );
  } catch {
    return { reason: `${from} cannot be read` };
  }
}
