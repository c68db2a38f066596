import type { Container } from '../../container/container.ts';
import type { OpenedFile } from '../kernel/execve.ts';
import type { EarlierCall } from '../loader.ts';
import type { DlopenMode } from './dlopen-mode.ts';
import type { CallerKind } from './known-callers.ts';
import { apacheModules } from './orders/apache.ts';
import { javaLibraries } from './orders/java.ts';
import { lighttpdModules } from './orders/lighttpd.ts';
import { nginxModules } from './orders/nginx.ts';
import { phpExtensions } from './orders/php.ts';
import { postgresqlLibraries } from './orders/postgresql.ts';
import { uwsgiPlugins } from './orders/uwsgi.ts';

const global: DlopenMode = { binding: 'now', scope: 'global', deepbind: false };

/** The paths in front of that of the object: it is opened at its own place of the order. */
function inFrontOf(container: Container, plugin: string, paths: readonly string[]): readonly string[] {
  const inodeOf = (path: string) => {
    const found = container.rootfs.lookup(path);
    return found.ok ? found.inode.id : null;
  };
  const own = inodeOf(plugin);
  const place = paths.findIndex((path) => path === plugin || (own !== null && inodeOf(path) === own));
  return place < 0 ? paths : paths.slice(0, place);
}

/**
 * What the program opens before the object `plugin`, by the image's configuration, in order (S33): PHP's extensions by the names
 * of its ini files, nginx's `load_module`, Apache's `LoadModule`, PostgreSQL's `shared_preload_libraries`; and what the
 * program loads by itself: Java its virtual machine, uWSGI what a plugin requires, lighttpd mod_auth. A PHP whose extension fails warns and goes on; the others end.
 */
export function openedBefore(
  container: Container,
  kind: CallerKind | null,
  mode: DlopenMode,
  { realPath: program }: OpenedFile,
  plugin: string,
): readonly EarlierCall[] {
  const ordered = (paths: readonly string[], ends: boolean) =>
    inFrontOf(container, plugin, paths).map((path) => ({ path, mode, ends }));
  switch (kind?.id) {
    case 'php':
      return ordered(phpExtensions(container, program, plugin), false);
    case 'nginx':
      return ordered(nginxModules(container, plugin), true);
    case 'apache':
      return ordered(apacheModules(container, plugin), true);
    case 'postgresql':
      return ordered(postgresqlLibraries(container, program, plugin), true);
    case 'lighttpd':
      return ordered(lighttpdModules(container, plugin), true);
    case 'uwsgi':
      return ordered(uwsgiPlugins(container, plugin), true);
    case 'java': {
      const { jvm, java } = javaLibraries(container, program);
      return [
        ...(jvm === null ? [] : [{ path: jvm, mode: global, ends: true }]),
        ...(java === null ? [] : [{ path: java, mode, ends: true }]),
      ];
    }
    default:
      return [];
  }
}
