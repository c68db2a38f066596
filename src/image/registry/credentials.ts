import { type ExecFileException, execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { printablePath } from '../entry-path.ts';
import { ImageError } from '../image-error.ts';
import { isObject, type JsonObject, objectOf, textOf } from '../oci/json-document.ts';
import { FileFault, readRegularFile } from '../regular-file.ts';
import { addressOf, dockerHubApi, type RegistryAddress } from './registry-address.ts';

/** What to show a registry. An identity token is exchanged for an access token (OAuth 2 refresh token). */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'identity-token'; readonly token: string }
  | { readonly kind: 'registry-token'; readonly token: string };

type Env = Readonly<Record<string, string | undefined>>;

const helperTimeout = 30_000;
const maxConfig = 1024 * 1024;

/** Configuration files in the order in which they are asked: REGISTRY_AUTH_FILE, Docker's, Podman's (containers-auth.json(5)). */
function configFiles(env: Env): string[] {
  const home = env['HOME'] || homedir();
  const runtime = env['XDG_RUNTIME_DIR'];
  return [
    ...(env['REGISTRY_AUTH_FILE'] ? [env['REGISTRY_AUTH_FILE']] : []),
    join(env['DOCKER_CONFIG'] || join(home, '.docker'), 'config.json'),
    ...(runtime ? [join(runtime, 'containers', 'auth.json')] : []),
    join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'containers', 'auth.json'),
  ];
}

function readConfig(path: string): JsonObject | null {
  let text: string;
  try {
    text = readRegularFile(path, maxConfig).toString();
  } catch (error) {
    if (error instanceof FileFault)
      throw new ImageError('unreadable', `${printablePath(path)} ${error.message}`);
    return null;
  }
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    // The parser's message quotes the text, which may hold a password.
    throw new ImageError('unreadable', `${printablePath(path)} is not valid JSON: repair it or remove it`);
  }
}

/** Keys under which a registry's credentials may stand, best first: with its path for Podman, with a scheme, bare. */
function keysOf(address: RegistryAddress, repository: string): string[] {
  const { host, credentialsKey } = address;
  const parts = repository.split('/');
  const paths = parts.map((_part, index) => `${host}/${parts.slice(0, parts.length - index).join('/')}`);
  const hub = host === dockerHubApi ? ['docker.io', 'index.docker.io'] : [];
  return [
    ...paths,
    credentialsKey,
    host,
    ...hub,
    `https://${host}`,
    `http://${host}`,
    `https://${host}/v1/`,
    `https://${host}/v2/`,
  ];
}

function fromAuth(entry: JsonObject): Credentials | null {
  const identity = textOf(entry['identitytoken']);
  if (identity !== '') return { kind: 'identity-token', token: identity };
  const registry = textOf(entry['registrytoken']);
  if (registry !== '') return { kind: 'registry-token', token: registry };
  const decoded = Buffer.from(textOf(entry['auth']), 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = decoded.indexOf(':');
  if (colon > 0) {
    return { kind: 'password', username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
  }
  const username = textOf(entry['username']);
  return username === '' ? null : { kind: 'password', username, password: textOf(entry['password']) };
}

/** Asks `docker-credential-NAME get` with the key on its standard input; null when it knows none. */
function askHelper(name: string, key: string, env: Env): Promise<Credentials | null> {
  if (!/^[\w.-]+$/.test(name)) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    const program = `docker-credential-${name}`;
    const options = { timeout: helperTimeout, maxBuffer: maxConfig, env: env as NodeJS.ProcessEnv };
    const child = execFile(program, ['get'], options, (error, stdout) => {
      if (error !== null) {
        // A helper that knows no such key ends with a status of its own.
        if (typeof error.code === 'number') resolve(null);
        else reject(new ImageError('unreadable', `the credential helper ${program} ${faultOf(error)}`));
        return;
      }
      resolve(fromHelper(stdout));
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(`${key}\n`);
  });
}

function faultOf(error: ExecFileException): string {
  if (error.code === 'ENOENT') return 'is not installed: install it or log in again';
  return error.killed === true ? `did not answer within ${helperTimeout / 1000} seconds` : 'cannot be run';
}

function fromHelper(stdout: string): Credentials | null {
  let answer: JsonObject;
  try {
    answer = objectOf(JSON.parse(stdout));
  } catch {
    return null;
  }
  const [username, secret] = [textOf(answer['Username']), textOf(answer['Secret'])];
  if (secret === '') return null;
  return username === '<token>'
    ? { kind: 'identity-token', token: secret }
    : { kind: 'password', username, password: secret };
}

/**
 * LIBC_CHECK_REGISTRY_TOKEN, or _USERNAME with _PASSWORD, for the one registry that _HOST names: a call can ask several, and
 * none is to see what is another's. Throws ImageError `call` without _HOST.
 */
function fromEnvironment(address: RegistryAddress, env: Env): Credentials | null {
  const token = env['LIBC_CHECK_REGISTRY_TOKEN'];
  const username = env['LIBC_CHECK_REGISTRY_USERNAME'];
  if (!token && !username) return null;
  const host = env['LIBC_CHECK_REGISTRY_HOST'];
  if (!host) {
    throw new ImageError(
      'call',
      `${token ? 'LIBC_CHECK_REGISTRY_TOKEN' : 'LIBC_CHECK_REGISTRY_USERNAME'} does not name its registry: set LIBC_CHECK_REGISTRY_HOST too`,
    );
  }
  if (addressOf(host, []).host !== address.host) return null;
  if (token) return { kind: 'registry-token', token };
  const password = env['LIBC_CHECK_REGISTRY_PASSWORD'];
  return username && password ? { kind: 'password', username, password } : null;
}

/**
 * Credentials for a registry as Docker and Podman keep them: environment, then each configuration file's credHelpers,
 * credsStore and auths; null when none has any. Throws ImageError for a file or helper that is there and does not work.
 */
export async function findCredentials(
  address: RegistryAddress,
  repository: string,
  env: Env,
): Promise<Credentials | null> {
  const given = fromEnvironment(address, env);
  if (given !== null) return given;
  const keys = keysOf(address, repository);
  for (const path of configFiles(env)) {
    const config = readConfig(path);
    if (config === null) continue;
    const helpers = objectOf(config['credHelpers']);
    const helperKey = keys.find((key) => textOf(helpers[key]) !== '');
    const store = textOf(config['credsStore']);
    const helper = helperKey === undefined ? store : textOf(helpers[helperKey]);
    if (helper !== '') {
      const answer = await askHelper(helper, helperKey ?? address.credentialsKey, env);
      if (answer !== null) return answer;
    }
    const auths = objectOf(config['auths']);
    for (const key of keys) {
      const entry = auths[key];
      const found = isObject(entry) ? fromAuth(entry) : null;
      if (found !== null) return found;
    }
  }
  return null;
}
