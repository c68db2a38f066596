import { listNames } from './define-rule.ts';
import { libraryNamed } from './library-names.ts';
import type { OwnedSymbols } from './symbol-owner.ts';

/** Variables by which official images tell the release of what they hold. */
const releaseVariables: Readonly<Record<string, string>> = {
  PHP: 'PHP_VERSION',
  nginx: 'NGINX_VERSION',
  'Node.js': 'NODE_VERSION',
  CPython: 'PYTHON_VERSION',
  Ruby: 'RUBY_VERSION',
  Java: 'JAVA_VERSION',
  'Apache httpd': 'HTTPD_VERSION',
  PostgreSQL: 'PG_VERSION',
};

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Without its version where several releases of the library have such names. */
function spoken(soname: string, [name = '']: readonly string[]): string {
  const sonames = libraryNamed(name);
  return sonames.length > 1 && sonames.includes(soname) ? soname.replace(/\.so\..*$/, '') : soname;
}

/** Programs whose plugins define symbols of the program's own kind for one another: php_pdo_register_driver is pdo.so's. */
const sharing: Readonly<Record<string, string>> = {
  PHP: 'an extension',
  nginx: 'a module',
  'Apache httpd': 'a module',
};

/** One clause for each owner of missing symbols: whose they are, and why they are not there. */
export function ownerClauses(
  owners: readonly OwnedSymbols[],
  neededBy: string,
  variables: ReadonlyMap<string, string>,
): readonly string[] {
  return owners.map(({ owner, names }) => {
    const one = names.length === 1;
    const listed = `${listNames(names, 3)} ${one ? 'belongs' : 'belong'}`;
    if (owner.kind === 'host') {
      const release = variables.get(releaseVariables[owner.name] ?? '');
      const present = release === undefined ? owner.name : `${owner.name} ${release}`;
      const other = sharing[owner.name];
      if (other !== undefined) {
        const one = release === undefined ? `the ${owner.name} of the image` : `${present} of the image`;
        return `${listed} to ${owner.name}, or to ${other} that is loaded before; ${one} does not define ${names.length === 1 ? 'it' : 'them'}`;
      }
      return `${listed} to ${owner.name} itself: ${nameOf(neededBy)} was built for another release of it than ${present}${release === undefined ? ' in the image' : ', which the image has'}`;
    }
    if (owner.path === null) return `${listed} to ${spoken(owner.soname, names)}, which is not loaded`;
    return `${listed} to ${owner.soname}; ${nameOf(neededBy)} was built with another, most likely a newer one, than ${owner.path}`;
  });
}
