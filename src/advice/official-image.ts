import { isAtLeast } from './base-images.ts';

/** Official images of languages and servers whose tags name the release that they are built on, with the text before it. */
const variants: Readonly<Record<string, string>> = {
  node: '-SUITE-slim',
  python: '-slim-SUITE',
  ruby: '-slim-SUITE',
  perl: '-slim-SUITE',
  php: '-cli-SUITE',
  golang: '-SUITE',
  rust: '-slim-SUITE',
};

/**
 * The tag of the same official image on another release, `node:22-bookworm-slim` for `node:22-alpine`; null for other images and
 * for tags without a version. `suite` as tags name it: `bookworm`, `alpine3.20`.
 */
export function officialVariant(reference: string, suite: string): string | null {
  const [, name = '', version = ''] =
    /^(?:docker\.io\/)?(?:library\/)?([a-z]+):(\d+(?:\.\d+)*)(?:-[\w.-]+)?$/.exec(reference) ?? [];
  const form = Object.hasOwn(variants, name) ? variants[name] : undefined;
  if (form === undefined) return null;
  const tag = suite.startsWith('alpine') ? `-${suite}` : form.replace('SUITE', suite);
  return `${name}:${version}${tag}`;
}

/** The variable by which an official image tells its release, and the oldest releases that have tags for a suite. */
interface TellingImage {
  readonly image: string;
  readonly variable: string;
  readonly oldest: Readonly<Record<string, string>>;
}

const telling: readonly TellingImage[] = [
  { image: 'node', variable: 'NODE_VERSION', oldest: { bookworm: '16', trixie: '20' } },
  { image: 'python', variable: 'PYTHON_VERSION', oldest: { bookworm: '3.8', trixie: '3.9' } },
  { image: 'ruby', variable: 'RUBY_VERSION', oldest: { bookworm: '3.0', trixie: '3.2' } },
  { image: 'php', variable: 'PHP_VERSION', oldest: { bookworm: '8.0', trixie: '8.2' } },
];

/** The tag of the official image on another release by which an image was made that says so in its variables; null for others. */
export function officialVariantBy(variables: ReadonlyMap<string, string>, suite: string): string | null {
  for (const { image, variable, oldest } of telling) {
    const [, major, minor] = /^(\d+)\.(\d+)\.\d+/.exec(variables.get(variable) ?? '') ?? [];
    const first = oldest[suite];
    if (major === undefined || minor === undefined || first === undefined) continue;
    const release = `${major}.${minor}`;
    if (!isAtLeast(release, first)) continue;
    return officialVariant(`${image}:${image === 'node' ? major : release}`, suite);
  }
  return null;
}
