import type { Container } from '../../container/container.ts';
import type { ElfFile } from '../../elf/elf-file.ts';
import { mayExecute } from '../../rootfs/permissions.ts';
import type { Rootfs } from '../../rootfs/rootfs.ts';
import { execCredentials } from '../kernel/open-for-exec.ts';
import type { CallerKind } from './known-callers.ts';
import { releaseOfCaller, releaseOfPlugin } from './release-folders.ts';

/** The folders of programs, where PATH has others. */
const programFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Where images have programs of a kind beside these: a folder, or each folder in one (`*`). */
const otherFolders: { readonly [id in CallerKind['id']]?: readonly string[] } = {
  java: ['/opt/java/*/bin', '/usr/lib/jvm/*/bin', '/opt/*/bin', '/usr/java/*/bin'],
  postgresql: ['/usr/lib/postgresql/*/bin', '/usr/libexec/postgresql'],
  nginx: ['/usr/local/nginx/sbin', '/usr/local/openresty/nginx/sbin'],
  apache: ['/usr/local/apache2/bin'],
  r: ['/usr/lib/R/bin/exec', '/usr/local/lib/R/bin/exec'],
  node: ['/nodejs/bin', '/opt/*/bin'],
  python: ['/opt/*/bin', '/venv/bin', '/app/.venv/bin'],
};

/** A variable that names the program's folder. */
const homeVariables: { readonly [id in CallerKind['id']]?: string } = { java: 'JAVA_HOME' };

/** So many folders are looked into. */
const maxFolders = 64;

function expanded(rootfs: Rootfs, folder: string): string[] {
  const [parent = '', rest] = folder.split('/*');
  if (rest === undefined) return [folder];
  return rootfs.list(parent).map(({ name }) => `${parent}/${name}${rest}`);
}

function foldersOf({ rootfs, start }: Container, kind: CallerKind): string[] {
  const home = start.env.get(homeVariables[kind.id] ?? '') ?? '';
  const path = (start.env.get('PATH') ?? '').split(':').filter((folder) => folder.startsWith('/'));
  const others = (otherFolders[kind.id] ?? []).flatMap((folder) => expanded(rootfs, folder));
  const all = [...(home.startsWith('/') ? [`${home}/bin`] : []), ...path, ...programFolders, ...others];
  return [...new Set(all.map((folder) => folder.replace(/\/+$/, '')))].slice(0, maxFolders);
}

/** The programs of a kind that the image has for objects of this machine, in the order in which a shell would find them. */
export function callersIn(
  container: Container,
  kind: CallerKind,
  { machine, class: bits }: ElfFile,
): string[] {
  const { rootfs } = container;
  const credentials = execCredentials(container);
  const paths: string[] = [];
  for (const folder of foldersOf(container, kind)) {
    const names = rootfs.list(folder, kind.programs).map(({ name }) => name);
    for (const name of names.sort((a, b) => a.length - b.length)) {
      const path = `${folder}/${name}`;
      const found = rootfs.lookup(path, { credentials });
      if (!found.ok || found.inode.content?.kind !== 'elf' || !mayExecute(found.inode, credentials)) continue;
      const { elf } = found.inode.content;
      if (elf.machine === machine && elf.class === bits && elf.interp !== null) paths.push(path);
    }
  }
  return paths;
}

/**
 * The program of the image that an object of this kind is a plugin of (S34): the first in PATH, best one of the release that the
 * object's name or folder says. Null when there is none. Each release of Lua looks in folders of its own only.
 */
export function findCaller(
  container: Container,
  kind: CallerKind | null,
  { path, elf }: { readonly path: string; readonly elf: ElfFile | null },
): string | null {
  if (kind === null || elf === null) return null;
  const callers = callersIn(container, kind, elf);
  const [first = null] = callers;
  const release = releaseOfPlugin(kind, path);
  if (release === null) return first;
  const releases = callers.map((caller) => releaseOfCaller(kind, container.rootfs, caller));
  const same = callers[releases.indexOf(release)];
  if (same !== undefined || kind.id !== 'lua') return same ?? first;
  return callers[releases.indexOf(null)] ?? null;
}
