import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Authorization } from '../../../src/image/registry/authorization.ts';
import { addressOf } from '../../../src/image/registry/registry-address.ts';
import { Transport } from '../../../src/image/registry/transport.ts';
import type { SourceImage } from '../../../src/image/source-options.ts';
import { imageError } from '../expectations.ts';
import { OciBlobs } from '../oci-blobs.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { contextOf, openFrom, TestRegistry, testPatience } from './test-registry.ts';

const folder = temporaryFolder();
const oci = new OciBlobs();
const image = oci.image('amd64', [oci.layer([{ name: 'file' }])]);
const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

let registry: TestRegistry;
let service: TestRegistry;
let token = { status: 200, body: '{"token":"short-lived"}' };
let count = 0;
beforeEach(async () => {
  registry = await new TestRegistry(oci).start();
  service = await new TestRegistry(oci).start();
  registry.tag('1', image);
  token = { status: 200, body: '{"token":"short-lived"}' };
  service.intercept = (_request, response) => {
    response.writeHead(token.status).end(token.body);
    return true;
  };
});
afterEach(() => Promise.all([registry.stop(), service.stop()]));

/** The registry requires a Bearer token of the token service. */
function wantToken(
  challenge = `Bearer realm="http://${service.host}/token",service="registry.test",scope="repository:app:pull"`,
): void {
  registry.intercept = (request, response) => {
    if (request.headers.authorization === 'Bearer short-lived') return false;
    response.writeHead(401, { 'www-authenticate': challenge }).end();
    return true;
  };
}

function wantBasic(user: string, password: string): void {
  registry.intercept = (request, response) => {
    if (request.headers.authorization === basic(user, password)) return false;
    response.writeHead(401, { 'www-authenticate': 'Basic realm="Registry"' }).end();
    return true;
  };
}

/** A home with this configuration of Docker, made for one test. */
function homeWith(config: unknown, path = '.docker/config.json'): string {
  const home = join(folder, String(++count));
  mkdirSync(join(home, path, '..'), { recursive: true });
  writeFileSync(join(home, path), typeof config === 'string' ? config : JSON.stringify(config));
  return home;
}

/** A credential helper that knows one key. Gives a PATH with it. */
function helper(home: string, name: string, key: string, answer: object): string {
  const bin = join(home, 'bin');
  mkdirSync(bin, { recursive: true });
  const script = `#!/bin/sh
[ "$1" = get ] || exit 9
read -r key
[ "$key" = '${key}' ] || { echo 'credentials not found in native keychain'; exit 1; }
printf '%s' '${JSON.stringify(answer)}'
`;
  writeFileSync(join(bin, `docker-credential-${name}`), script);
  chmodSync(join(bin, `docker-credential-${name}`), 0o755);
  return `${bin}:/usr/bin:/bin`;
}

const open = (env: Record<string, string> = {}): Promise<SourceImage> =>
  openFrom(`${registry.host}/app:1`, contextOf(folder, { env: { HOME: folder, ...env } }));

const auth = (user: string, password: string) => ({
  auth: Buffer.from(`${user}:${password}`).toString('base64'),
});

describe('a registry that requires a token', () => {
  test('gets one of its token service, by service and scope, without credentials where there are none', async () => {
    wantToken();
    expect((await open()).digest).toBe(image.digest);
    expect(service.urls).toEqual(['GET /token?scope=repository%3Aapp%3Apull&service=registry.test']);
    expect(service.seen[0]?.headers.authorization).toBeUndefined();
    expect(registry.seen[0]?.headers.authorization).toBeUndefined();
  });

  test('gets one for a user who has logged in', async () => {
    wantToken();
    const home = homeWith({ auths: { [registry.host]: auth('me', 'secret:word') } });
    await open({ HOME: home });
    expect(service.seen[0]?.headers.authorization).toBe(basic('me', 'secret:word'));
    expect(registry.seen.map(({ headers }) => headers.authorization)).not.toContain(
      basic('me', 'secret:word'),
    );
  });

  test.each([{ token: 'short-lived' }, { access_token: 'short-lived' }])(
    'in the answer %j',
    async (answer) => {
      wantToken();
      token.body = JSON.stringify(answer);
      expect((await open()).digest).toBe(image.digest);
    },
  );

  test('gets one for an identity token by OAuth 2', async () => {
    wantToken();
    const home = homeWith({ auths: { [registry.host]: { auth: '', identitytoken: 'identity/token=' } } });
    await open({ HOME: home });
    expect(service.seen[0]).toMatchObject({ method: 'POST', url: '/token' });
    expect(Object.fromEntries(new URLSearchParams(service.seen[0]?.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'identity/token=',
      service: 'registry.test',
      scope: 'repository:app:pull',
      client_id: 'libc-check',
    });
  });

  test('never has an identity token sent on to another host', async () => {
    wantToken();
    const home = homeWith({ auths: { [registry.host]: { identitytoken: 'secret' } } });
    service.intercept = (_request, response) => {
      response.writeHead(307, { location: `http://${registry.host}/steal` }).end();
      return true;
    };
    const error = await imageError(() => open({ HOME: home }));
    expect(error.message).toContain('redirects credentials to another host: refused');
    expect(JSON.stringify(registry.seen)).not.toContain('secret');
  });

  test('gets a new one when the first has run out', async () => {
    wantToken();
    let used = 0;
    const first = registry.intercept;
    registry.intercept = (request, response, n) => {
      if (request.headers.authorization !== undefined && ++used === 2) {
        const challenge = `Bearer realm="http://${service.host}/token",error="invalid_token"`;
        response.writeHead(401, { 'www-authenticate': challenge }).end();
        return true;
      }
      return first(request, response, n);
    };
    expect((await open()).digest).toBe(image.digest);
    expect(service.seen.length).toBe(2);
  });

  test.each([
    [401, 'refuses access to app (401): log in'],
    [403, 'refuses access to app (401): log in'],
    [404, 'answered 404: try again later'],
    [429, 'answered 429: log in or try again later'],
    [500, 'answered 500: try again later'],
  ])('and whose token service answers %d ends with one line', async (status, words) => {
    wantToken();
    token = { status, body: 'secret' };
    const error = await imageError(() => open());
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('secret');
  });

  test.each(['', '{}', '{"token":""}', '{"token":"line\\nbreak"}', '[]', '{"token":7}'])(
    'and whose token service answers %j ends with one line',
    async (body) => {
      wantToken();
      token.body = body;
      expect((await imageError(() => open())).message).toContain('refuses access to app (401)');
    },
  );

  test.each([
    [
      'Bearer realm="http://registry.example/token"',
      'asks for credentials over plain HTTP to registry.example: refused',
    ],
    ['Bearer realm="file:///etc/passwd"', 'but does not say where to get one'],
    ['Bearer service="x"', 'but does not say where to get one'],
    ['Negotiate', 'refuses access to app (401)'],
    ['', 'refuses access to app (401)'],
  ])('by the challenge %j is refused', async (challenge, words) => {
    wantToken(challenge);
    const home = homeWith({ auths: { [registry.host]: auth('me', 'secret') } });
    expect((await imageError(() => open({ HOME: home }))).message).toContain(words);
    expect(service.seen).toEqual([]);
  });
});

describe('credentials', () => {
  const stored: [string, (home: string) => [unknown, string?]][] = [
    ['auths of the host', () => [{ auths: { [registry.host]: auth('me', 'secret') } }]],
    ['auths with a scheme', () => [{ auths: { [`https://${registry.host}`]: auth('me', 'secret') } }]],
    [
      'auths with user and password apart',
      () => [{ auths: { [registry.host]: { username: 'me', password: 'secret' } } }],
    ],
    [
      'auths of a repository, before the host',
      () => [
        { auths: { [`${registry.host}/app`]: auth('me', 'secret'), [registry.host]: auth('other', 'x') } },
      ],
    ],
    [
      "Podman's auth.json",
      () => [{ auths: { [registry.host]: auth('me', 'secret') } }, '.config/containers/auth.json'],
    ],
  ];
  test.each(stored)('are taken from %s', async (_name, make) => {
    wantBasic('me', 'secret');
    const [config, path] = make(folder);
    expect((await open({ HOME: homeWith(config, path) })).digest).toBe(image.digest);
  });

  test.each([
    ['DOCKER_CONFIG', (home: string) => ({ DOCKER_CONFIG: home }), 'config.json'],
    ['REGISTRY_AUTH_FILE', (home: string) => ({ REGISTRY_AUTH_FILE: join(home, 'mine') }), 'mine'],
    ['XDG_RUNTIME_DIR', (home: string) => ({ XDG_RUNTIME_DIR: home }), 'containers/auth.json'],
    ['XDG_CONFIG_HOME', (home: string) => ({ XDG_CONFIG_HOME: home }), 'containers/auth.json'],
  ])('are found by %s', async (_name, env, path) => {
    wantBasic('me', 'secret');
    const home = homeWith({ auths: { [registry.host]: auth('me', 'secret') } }, path);
    expect((await open(env(home))).digest).toBe(image.digest);
  });

  test.each([
    ['credHelpers', () => ({ credHelpers: { [registry.host]: 'test' } })],
    ['credsStore', () => ({ credsStore: 'test', auths: { [registry.host]: {} } })],
  ])('come from a program of %s', async (_name, config) => {
    wantBasic('me', 'secret');
    const home = homeWith(config());
    const PATH = helper(home, 'test', registry.host, {
      ServerURL: registry.host,
      Username: 'me',
      Secret: 'secret',
    });
    expect((await open({ HOME: home, PATH })).digest).toBe(image.digest);
  });

  test('of a program can be an identity token', async () => {
    wantToken();
    const home = homeWith({ credsStore: 'test' });
    const PATH = helper(home, 'test', registry.host, { Username: '<token>', Secret: 'identity' });
    await open({ HOME: home, PATH });
    expect(service.seen[0]?.body).toContain('refresh_token=identity');
  });

  test('are looked up in auths where the credential program has none for the registry', async () => {
    wantBasic('me', 'secret');
    const home = homeWith({ credsStore: 'test', auths: { [registry.host]: auth('me', 'secret') } });
    const PATH = helper(home, 'test', 'elsewhere', {});
    expect((await open({ HOME: home, PATH })).digest).toBe(image.digest);
  });

  test.each([
    [
      'a program that is not installed',
      { credsStore: 'nowhere' },
      'the credential helper docker-credential-nowhere is not installed',
    ],
    ['a file that is not JSON', '{"auths": secret', 'config.json is not valid JSON: repair it or remove it'],
  ])(
    'of %s are reported when they are needed, and ignored when they are not',
    async (_name, config, words) => {
      const home = homeWith(config);
      expect((await open({ HOME: home })).digest).toBe(image.digest);
      wantToken();
      expect((await open({ HOME: home })).digest).toBe(image.digest);
      wantBasic('me', 'secret');
      const error = await imageError(() => open({ HOME: home }));
      expect(error.message).toContain(words);
      expect(String(error.cause) + error.message).not.toContain('secret');
    },
  );

  test('of the environment come first', async () => {
    wantBasic('me', 'secret');
    const home = homeWith({ auths: { [registry.host]: auth('other', 'x') } });
    const env = {
      HOME: home,
      LIBC_CHECK_REGISTRY_HOST: registry.host,
      LIBC_CHECK_REGISTRY_USERNAME: 'me',
      LIBC_CHECK_REGISTRY_PASSWORD: 'secret',
    };
    expect((await open(env)).digest).toBe(image.digest);
  });

  test('of the environment go to no other registry', async () => {
    wantBasic('me', 'secret');
    const env = {
      LIBC_CHECK_REGISTRY_HOST: 'registry.example',
      LIBC_CHECK_REGISTRY_USERNAME: 'me',
      LIBC_CHECK_REGISTRY_PASSWORD: 'secret',
    };
    expect((await imageError(() => open(env))).message).toContain('refuses access');
    expect(JSON.stringify(registry.seen)).not.toContain('authorization');
  });

  test('of the environment without a host are a wrong call', async () => {
    wantBasic('me', 'secret');
    const error = await imageError(() => open({ LIBC_CHECK_REGISTRY_TOKEN: 'secret' }));
    expect(error).toMatchObject({
      code: 'call',
      message: 'LIBC_CHECK_REGISTRY_TOKEN does not name its registry: set LIBC_CHECK_REGISTRY_HOST too',
    });
  });

  test('are not looked up when no registry asks', async () => {
    const home = homeWith({ credsStore: 'test' });
    const PATH = helper(home, 'test', registry.host, {});
    await open({ HOME: home, PATH });
    expect(JSON.stringify(registry.seen)).not.toContain('authorization');
  });

  test('that are wrong end with one line that does not show them', async () => {
    wantBasic('me', 'other');
    const home = homeWith({ auths: { [registry.host]: auth('me', 'secret') } });
    const error = await imageError(() => open({ HOME: home }));
    expect(error.message).toBe(
      `the registry ${registry.host} refuses access to app (401): log in with "docker login ${registry.host}", or check the name`,
    );
  });
});

describe('a token service of another site', () => {
  const home = (): string => homeWith({ auths: { [registry.host]: auth('me', 'secret') } });

  test('gets no credentials, and the line says how to allow it', async () => {
    const { shown, problem } = await asked(home(), []);
    expect(shown).toEqual([]);
    expect(problem).toContain(
      'its token service tokens.example is of another site and was not shown your credentials; where that is right, allow it with --registry-allow tokens.example',
    );
  });

  test('that the user allowed gets them', async () => {
    expect((await asked(home(), ['tokens.example'])).shown).toEqual([
      { kind: 'password', to: 'tokens.example' },
    ]);
  });

  /** What is shown to a token service that nothing reaches. */
  async function asked(HOME: string, allowedHosts: readonly string[]) {
    const env = { HOME };
    const address = addressOf(registry.host, []);
    const sent: string[] = [];
    const transport = Object.assign(new Transport({ env, ca: null, patience: testPatience }), {
      send: (request: { headers: Record<string, string> }) => {
        sent.push(request.headers['authorization'] ?? '');
        return Promise.reject(new Error('no network'));
      },
    });
    const authorization = new Authorization({
      address,
      repository: 'app',
      transport,
      env,
      insecureHosts: [],
      allowedHosts,
    });
    const challenge = 'Bearer realm="https://tokens.example/token",service="registry.test"';
    await expect(authorization.answer(challenge)).rejects.toThrow('no network');
    expect(sent).toEqual([allowedHosts.length === 0 ? '' : basic('me', 'secret')]);
    return authorization;
  }
});
