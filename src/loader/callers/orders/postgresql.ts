import { posix } from 'node:path';
import type { Container } from '../../../container/container.ts';
import { keptText } from '../../../container/kept-text.ts';
import type { Rootfs } from '../../../rootfs/rootfs.ts';
import { firstFile } from './included-files.ts';

/** The configuration of a cluster that is in the image, else what `initdb` makes one from. */
function configurations(rootfs: Rootfs): string[] {
  const below = (folder: string) => rootfs.list(folder).map(({ name }) => `${folder}/${name}`);
  return [
    ...below('/etc/postgresql')
      .flatMap(below)
      .map((cluster) => `${cluster}/postgresql.conf`),
    '/var/lib/postgresql/data/postgresql.conf',
    ...below('/usr/share/postgresql').map((folder) => `${folder}/postgresql.conf.sample`),
    '/usr/share/postgresql/postgresql.conf.sample',
    '/usr/local/share/postgresql/postgresql.conf.sample',
  ];
}

/** The libraries of `shared_preload_libraries`, in order. */
export function postgresqlLibraries({ rootfs }: Container, program: string, plugin: string): string[] {
  const main = firstFile(rootfs, configurations(rootfs));
  const text = main === null ? '' : (keptText(rootfs, main) ?? '');
  const values = [...text.matchAll(/^[ \t]*shared_preload_libraries[ \t]*=?[ \t]*'([^'\n]*)'/gm)];
  const prefix = posix.dirname(posix.dirname(program));
  const folders = [posix.dirname(plugin), `${prefix}/lib`, `${prefix}/lib/postgresql`, '/usr/lib/postgresql'];
  return (values.at(-1)?.[1] ?? '')
    .split(',')
    .map((name) => name.trim().replace(/^"|"$/g, '').replace('$libdir/', ''))
    .filter((name) => name !== '')
    .flatMap((name) => {
      const places = name.startsWith('/') ? [name] : folders.map((folder) => `${folder}/${name}`);
      return (
        firstFile(
          rootfs,
          places.flatMap((place) => [place, `${place}.so`]),
        ) ?? []
      );
    });
}
