import { posix } from 'node:path';
import type { Container } from '../../../container/container.ts';
import { keptText } from '../../../container/kept-text.ts';
import type { Rootfs } from '../../../rootfs/rootfs.ts';
import { apacheModules } from './apache.ts';
import { filesBy, firstFile } from './included-files.ts';

/** Folders of php.ini for the module of Apache: by its release in Debian, else the official image's. */
function foldersUnderApache(container: Container): string[] {
  const modules = apacheModules(container, '').map((path) => /\/libphp(\d\.\d)?\.so$/.exec(path));
  return modules.flatMap((match) => {
    if (match === null) return [];
    return match[1] === undefined ? ['/usr/local/etc/php', '/etc'] : [`/etc/php/${match[1]}/apache2`];
  });
}

/** Folders of php.ini by the name of the program: Debian's, Alpine's, the official image's, Fedora's. */
function configFolders(container: Container, program: string): string[] {
  const name = posix.basename(program);
  if (/^(apache2|httpd)$/.test(name)) return foldersUnderApache(container);
  const debian = /^php(-fpm|-cgi)?(\d\.\d+)$/.exec(name);
  const alpine = /^php(?:-fpm|-cgi)?(\d\d+)$/.exec(name);
  return [
    ...(debian === null ? [] : [`/etc/php/${debian[2]}/${(debian[1] ?? '-cli').slice(1)}`]),
    ...(alpine === null ? [] : [`/etc/php${alpine[1]}`]),
    ...(program.startsWith('/usr/local/') ? ['/usr/local/etc/php'] : []),
    '/etc',
  ];
}

/** The ini files in the order in which PHP reads them: php.ini, then those of the scan folder by name. */
function iniFiles(container: Container, program: string): string[] {
  const { rootfs, start } = container;
  const folders = configFolders(container, program);
  const main = firstFile(
    rootfs,
    folders.flatMap((folder) => [`${folder}/php-cli.ini`, `${folder}/php.ini`]),
  );
  const compiled = folders
    .map((folder) => filesBy(rootfs, folder === '/etc' ? '/etc/php.d/*.ini' : `${folder}/conf.d/*.ini`))
    .find((files) => files.length > 0);
  const variable = start.env.get('PHP_INI_SCAN_DIR');
  const scanned =
    variable === undefined
      ? (compiled ?? [])
      : variable
          .split(':')
          .flatMap((folder) => (folder === '' ? (compiled ?? []) : filesBy(rootfs, `${folder}/*.ini`)));
  return [...(main === null ? [] : [main]), ...scanned];
}

/** The folders in which extensions lie, best first: that of the extension that is asked about. */
function extensionFolders(rootfs: Rootfs, configured: string | null, plugin: string): string[] {
  const below = (folder: string) => rootfs.list(folder).map(({ name }) => `${folder}/${name}`);
  return [
    ...(configured === null ? [] : [configured]),
    posix.dirname(plugin),
    ...below('/usr/lib/php'),
    ...below('/usr/local/lib/php/extensions'),
    ...rootfs.list('/usr/lib', /^php\d/).map(({ name }) => `/usr/lib/${name}/modules`),
    '/usr/lib64/php/modules',
  ];
}

/** The extensions that the image's configuration names, in the order in which PHP opens them (`php_ini_register_extensions`). */
export function phpExtensions(container: Container, program: string, plugin: string): string[] {
  const { rootfs } = container;
  const texts = iniFiles(container, program).map((path) => keptText(rootfs, path) ?? '');
  const settings = texts.flatMap((text) =>
    [...text.matchAll(/^[ \t]*(zend_extension|extension|extension_dir)[ \t]*=[ \t]*"?([^";\r\n]+)/gm)].map(
      ([, name = '', value = '']) => ({ name, value: value.trim() }),
    ),
  );
  const folder = settings.findLast(({ name }) => name === 'extension_dir')?.value ?? null;
  const folders = extensionFolders(rootfs, folder, plugin);
  const pathOf = (value: string) =>
    value.includes('/')
      ? firstFile(rootfs, [value])
      : firstFile(
          rootfs,
          folders.flatMap((each) => [`${each}/${value}`, `${each}/${value}.so`]),
        );
  const named = (which: string) =>
    settings.filter(({ name }) => name === which).flatMap(({ value }) => pathOf(value) ?? []);
  return [...named('zend_extension'), ...named('extension')];
}
