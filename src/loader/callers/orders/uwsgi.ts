import { posix } from 'node:path';
import type { Container } from '../../../container/container.ts';
import { firstFile } from './included-files.ts';

/**
 * The plugin that routers need: their section `uwsgi` holds `requires=corerouter`, which uWSGI loads from the same folder first
 * (`uwsgi_load_plugin` of core/plugins.c). No segment has that section, so the symbols that they ask for tell.
 */
export function uwsgiPlugins({ rootfs }: Container, plugin: string): string[] {
  const found = rootfs.lookup(plugin);
  const content = found.ok ? found.inode.content : null;
  const symbols = content?.kind === 'elf' ? (content.elf.dynamic?.symbols ?? []) : [];
  if (!symbols.some(({ name, defined }) => !defined && name.includes('corerouter'))) return [];
  const required = firstFile(rootfs, [`${posix.dirname(plugin)}/corerouter_plugin.so`]);
  return required === null ? [] : [required];
}
