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
