import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestRegistry } from '../../image/registry/test-registry.ts';
import type { Trick } from '../trick.ts';
import { noProxy, program, served, smallImage } from './served.ts';

const redirect = (name: string, to: string, changes: Partial<Trick> = {}): Trick =>
  served({
    ...changes,
    name: `a redirect to ${name}`,
    asked: 'layer',
    answer: (response) => response.writeHead(307, { location: to }).end(),
  });

/** Where a registry of this machine may not send this client either. */
const redirects: readonly Trick[] = [
  redirect('a file', 'file:///etc/passwd'),
  redirect('FTP', 'ftp://127.0.0.1/x'),
  redirect('no address', 'http://'),
  redirect('an address with a line break', 'http://127.0.0.1:1/%0d%0aHost:%20x'),
  redirect('itself for ever', ''),
  redirect('a port where nobody listens', 'http://127.0.0.1:1/'),
  redirect('65,000 letters', `/${'x'.repeat(65_000)}`, { status: [3] }),
];

/** A challenge of the registry's; a user has logged in. */
function challenged(name: string, challenge: string, says: RegExp): Trick {
  return served({
    name: `the challenge ${name}`,
    asked: 'anything',
    answer: (response) => response.writeHead(401, { 'www-authenticate': challenge }).end(),
    says,
    saysNot: /c2VjcmV0|secret/,
  });
}

const challenges: readonly Trick[] = [
  challenged('of no scheme', '', /refuses access/),
  challenged('of 60 KB', `Bearer ${'x="y",'.repeat(10_000)}`, /registry/),
  challenged('Bearer without a realm', 'Bearer service="x"', /does not say where/),
  challenged('with a file as realm', 'Bearer realm="file:///etc/passwd"', /does not say where/),
  challenged('with a realm over plain HTTP', 'Bearer realm="http://192.0.2.9/t"', /over plain HTTP/),
  challenged('with a realm where nobody listens', 'Bearer realm="http://127.0.0.1:1/t"', /cannot be reached/),
];

/**
 * A registry of the network, by a name that only the proxy knows; the proxy answers for every other name too. `to` is where it
 * sends this client: by a redirect of layers, or by the realm of a challenge, to a user who has logged in.
 */
function sentOn(
  by: 'redirect' | 'realm',
  to: string,
  { argv = [], ...changes }: Partial<Trick> & { readonly argv?: readonly string[] },
): Trick {
  return {
    name: `a ${by} from a registry of the network to ${to}`,
    status: [3],
    saysNot: /c2VjcmV0|secret/,
    ...changes,
    prepare: async (folder) => {
      const { blobs, image } = smallImage();
      const registry = await new TestRegistry(blobs).start();
      registry.tag('1', image);
      registry.intercept = ({ url = '', headers }, response) => {
        if (headers.host !== 'registry.example') return new URL(url).pathname === '/refused';
        if (by === 'realm') response.writeHead(401, { 'www-authenticate': `Bearer realm="${to}"` }).end();
        else if (url.includes('/blobs/'))
          response.writeHead(307, { location: to + new URL(url).pathname }).end();
        else return false;
        return true;
      };
      const auths = { 'registry.example': { auth: Buffer.from('me:secret').toString('base64') } };
      writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths }));
      const insecure = ['registry.example', 'cdn.example'].flatMap((host) => ['--insecure-registry', host]);
      return {
        argv: [program, '--image', 'registry:registry.example/app:1', ...insecure, ...argv],
        env: {
          ...noProxy,
          HTTP_PROXY: `http://${registry.host}`,
          HTTPS_PROXY: `http://${registry.host}`,
          DOCKER_CONFIG: folder,
        },
        end: () => registry.stop(),
      };
    },
  };
}

const refused = /sends this client to .*: refused; where that is right, allow it with --registry-allow/;

const fromTheNetwork: readonly Trick[] = [
  ...(['redirect', 'realm'] as const).flatMap((by) =>
    [
      'http://127.0.0.1:5000',
      'http://localhost:5000',
      'http://x.localhost:5000',
      'http://[::1]:5000',
      'http://[::ffff:127.0.0.1]:5000',
      'http://2130706433:5000',
      'http://0.0.0.0:5000',
      'http://169.254.169.254',
      'http://10.0.0.1',
      'http://192.168.1.1',
      'http://172.16.0.1',
      'http://[fd00:ec2::254]',
      'http://[fe80::1]',
    ].map((to) => sentOn(by, to, { says: by === 'redirect' ? refused : /refused/ })),
  ),
  ...['https://10.0.0.1', 'https://127.0.0.1:5000', 'https://localhost'].map((to) =>
    sentOn('realm', to, { says: refused }),
  ),
  sentOn('redirect', 'http://cdn.example', { status: [1], name: 'a CDN of another name, behind a proxy' }),
  sentOn('redirect', 'http://other.example', {
    status: [1],
    name: 'a CDN that no option names, behind a proxy',
  }),
];

export const places: readonly Trick[] = [...redirects, ...challenges, ...fromTheNetwork];
