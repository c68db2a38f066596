import { basename } from 'node:path/posix';
import type { Rootfs } from '../../rootfs/rootfs.ts';
import { cpythonTag, cpythonVersionOf } from './cpython.ts';
import type { CallerKind } from './known-callers.ts';

/** Folders that distributions name by the release of the program whose plugins are in them (S34). */
const folders: { readonly [id in CallerKind['id']]?: RegExp } = {
  python: /\/python(\d\.\d+)\//,
  lua: /\/lua\/(\d\.\d)\//,
  postgresql: /\/postgresql\/(\d+)\//,
  ruby: /\/(?:vendor_)?ruby\/(?:gems\/)?(\d\.\d)\.\d\//,
  php: /\/(?:php|extensions)\/(?:no-debug-(?:non-)?zts-)?(\d{8})\//,
};

/** PHP names the folder of its extensions by its module API (ZEND_MODULE_API_NO). */
const phpReleases: ReadonlyMap<string, string> = new Map([
  ['20190902', '7.4'],
  ['20200930', '8.0'],
  ['20210902', '8.1'],
  ['20220829', '8.2'],
  ['20230831', '8.3'],
  ['20240924', '8.4'],
]);

/** The release of the program that a plugin is for, by its name and folder; null where they do not say. */
export function releaseOfPlugin({ id }: CallerKind, path: string): string | null {
  const tagged = id === 'python' ? (cpythonTag(path)?.release ?? null) : null;
  const named = tagged ?? folders[id]?.exec(path)?.[1] ?? null;
  return id === 'php' && named !== null ? (phpReleases.get(named) ?? null) : named;
}

/** The release of a program of the image, by the name of its file or of its folder without links; null where they do not say. */
export function releaseOfCaller({ id }: CallerKind, rootfs: Rootfs, program: string): string | null {
  if (id === 'python') return cpythonVersionOf(rootfs, program);
  const found = rootfs.lookup(program);
  if (!found.ok) return null;
  if (id === 'postgresql') return folders.postgresql?.exec(found.path)?.[1] ?? null;
  return /(\d\.\d+)$/.exec(basename(found.path))?.[1] ?? null;
}
