import { execFileSync } from 'node:child_process';

const mirror = process.env['DEBIAN_MIRROR'] ?? 'http://deb.debian.org/debian';

/** The packages that hold each file, by path without a slash before it. */
export type Contents = ReadonlyMap<string, readonly string[]>;

/** Folders in which the loader and the shell look, and nothing below them. */
const folders = '(usr/)?(lib(/x86_64-linux-gnu)?|s?bin)/[^/ ]+ ';

/** Packages that no program needs to run: headers, and files for debuggers. */
const isForBuilding = (name: string): boolean => /-(dev|dbg|dbgsym)$/.test(name);

function listOf(suite: string, architecture: string): string[] {
  const url = `${mirror}/dists/${suite}/main/Contents-${architecture}.gz`;
  const script = 'curl -sSf "$1" | gzip -dc | grep -E "^$2"';
  const text = execFileSync('bash', ['-o', 'pipefail', '-c', script, 'list', url, folders], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return text.split('\n').filter((line) => line !== '');
}

/** What the packages of one suite hold of libraries and commands. */
export function contentsOf(suite: string): Contents {
  const found = new Map<string, readonly string[]>();
  for (const line of ['amd64', 'all'].flatMap((architecture) => listOf(suite, architecture))) {
    const [, path = '', holders = ''] = /^(\S+)\s+(\S+)$/.exec(line) ?? [];
    const names = holders.split(',').map((holder) => holder.slice(holder.lastIndexOf('/') + 1));
    found.set(path, [...(found.get(path) ?? []), ...names.filter((name) => !isForBuilding(name))]);
  }
  return found;
}

const libraryFolders = ['usr/lib/x86_64-linux-gnu/', 'lib/x86_64-linux-gnu/', 'usr/lib/', 'lib/'];
const commandFolders = ['usr/bin/', 'bin/', 'usr/sbin/', 'sbin/'];

const holdersIn = (contents: Contents, folders: readonly string[], name: string): readonly string[] =>
  folders.flatMap((folder) => contents.get(`${folder}${name}`) ?? []);

export const holdersOfLibrary = (contents: Contents, soname: string): readonly string[] =>
  holdersIn(contents, libraryFolders, soname);

export const holdersOfCommand = (contents: Contents, name: string): readonly string[] =>
  holdersIn(contents, commandFolders, name);

/** Whose soname is the longer of the two names that a package has. */
const hasLongSoname = (name: string): boolean => /^libpython\d/.test(name);

/** File names of the library folders; a full version beside its soname in one package (`libz.so.1.3` of `libz.so.1`) is not among them. */
export function sonamesOf(contents: Contents): readonly string[] {
  const names = [...contents.keys()].flatMap(
    (path) => /^(?:usr\/)?lib\/(?:x86_64-linux-gnu\/)?(lib[^/]+)$/.exec(path)?.[1] ?? [],
  );
  return [...new Set(names)].filter((name) => {
    if (hasLongSoname(name)) return true;
    const [base = '', version] = name.split(/\.so\.(?=\d)/);
    const parts = version?.split('.') ?? [];
    const holders = holdersOfLibrary(contents, name);
    return !parts.slice(1).some((_, index) => {
      const shorter = `${base}.so.${parts.slice(0, index + 1).join('.')}`;
      return holdersOfLibrary(contents, shorter).some((each) => holders.includes(each));
    });
  });
}
