/** Largest file that is kept whole; above it the content is `unread`. */
export const maxKeptSize = 8 * 1024 * 1024;

const keptPaths = new Set([
  'etc/os-release',
  'usr/lib/os-release',
  'etc/alpine-release',
  'etc/debian_version',
  'etc/redhat-release',
  'etc/lsb-release',
  'etc/nsswitch.conf',
  'etc/busybox-paths.d/busybox',
  'usr/include/node/node_version.h',
  'usr/local/include/node/node_version.h',
  'lib/apk/db/installed',
  'usr/lib/apk/db/installed',
  'var/lib/dpkg/status',
]);

const keptNames = new Set(['ld.so.cache', 'ld.so.preload', 'ld.so.nohwcap', 'ld.so.conf', 'os-release']);

/** What programs load before all else (S33): ini files of PHP, configurations of nginx, Apache and PostgreSQL. */
const loadOrders =
  /^(etc\/php[^/]*\/.*\.ini|usr\/local\/etc\/php\/.*\.ini|(etc|usr\/share|usr\/local|usr\/local\/openresty)\/(nginx|angie)\/.*\.conf|(etc\/apache2|etc\/httpd|usr\/local\/apache2\/conf)\/.*\.(conf|load)|.*\/postgresql\.conf(\.sample)?)$/;

/** What shell scripts read by `.`: the environment of a venv, of Apache, of a service. */
const sourcedTexts =
  /(?:^|\/)(?:bin\/activate|envvars|\.env|etc\/default\/[^/]+|etc\/environment|[^/]+\.env)$/;

/**
 * Whether a file's bytes are kept: loader configuration (ld.so.cache, ld.so.preload, ld.so.conf and what it includes,
 * ld-musl-*.path), identity (os-release and its like), accounts (Nix links /etc/passwd to an etc/passwd in its store),
 * the package databases of apk and dpkg, the services of NSS, and what sets the order in
 * which PHP, nginx, Apache and PostgreSQL load their plugins; and what scripts read as environment.
 */
export function isKeptFile(path: string): boolean {
  if (keptPaths.has(path)) return true;
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  if (keptNames.has(name) || sourcedTexts.test(path)) return true;
  if (name.startsWith('ld-musl-') && name.endsWith('.path')) return true;
  if (/\.(ini|conf|load|sample)$/.test(name) && loadOrders.test(path)) return true;
  const folder = slash < 0 ? '' : path.slice(0, slash);
  if (name === 'passwd' || name === 'group') return folder === 'etc' || folder.endsWith('/etc');
  if (name.endsWith('.conf') && (folder === 'etc/ld.so.conf.d' || folder.endsWith('/ld.so.conf.d')))
    return true;
  return folder === 'var/lib/dpkg/status.d' && !name.endsWith('.md5sums');
}
