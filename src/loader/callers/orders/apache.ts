import { posix } from 'node:path';
import type { Container } from '../../../container/container.ts';
import { keptText } from '../../../container/kept-text.ts';
import type { Rootfs } from '../../../rootfs/rootfs.ts';
import { filesBy, firstFile, readConfiguration, type Statement } from './included-files.ts';

const configurations = [
  '/etc/apache2/apache2.conf',
  '/usr/local/apache2/conf/httpd.conf',
  '/etc/apache2/httpd.conf',
  '/etc/httpd/conf/httpd.conf',
];

/** ServerRoot, from which relative paths start. */
function serverRoot(rootfs: Rootfs, main: string): string {
  const named = /^[ \t]*ServerRoot[ \t]+"?([^"\s]+)/im.exec(keptText(rootfs, main) ?? '')?.[1];
  if (named !== undefined) return named;
  return main.startsWith('/etc/apache2/') ? '/etc/apache2' : posix.dirname(posix.dirname(main));
}

/** What is linked into every httpd. */
const builtIn = ['core.c', 'http_core.c', 'mod_so.c'];

/**
 * `LoadModule` and `Include` outside of sections, and in `<IfModule>`, which asks at this very place whether a module is loaded:
 * by its identifier or by the name of its source (core.c of httpd). Other sections are for conditions that are not known.
 */
function statementsFrom(root: string): (text: string) => Iterable<Statement<string>> {
  const loaded = new Set(builtIn);
  const isMet = (condition: string) =>
    condition.startsWith('!') ? !loaded.has(condition.slice(1)) : loaded.has(condition);
  return function* statements(text) {
    const open: boolean[] = [];
    for (const line of text.split('\n')) {
      const condition = /^\s*<IfModule\s+"?([^">\s]+)/i.exec(line)?.[1];
      if (/^\s*<\//.test(line)) open.pop();
      else if (condition !== undefined) open.push(isMet(condition));
      else if (/^\s*</.test(line)) open.push(false);
      if (open.includes(false)) continue;
      const include = /^\s*Include(?:Optional)?\s+"?([^"\s]+)/i.exec(line)?.[1];
      if (include !== undefined) yield { include: posix.resolve(root, include) };
      const [, name, file] = /^\s*LoadModule\s+(\S+)\s+"?([^"\s]+)/i.exec(line) ?? [];
      if (name === undefined || file === undefined) continue;
      loaded.add(name).add(posix.basename(file).replace(/\.so$/, '.c'));
      yield { means: posix.resolve(root, file) };
    }
  };
}

/** Debian's modules that one which is not enabled depends on, as `a2enmod` enables them with it. */
function dependencies(rootfs: Rootfs, module: string): string[] {
  const available = '/etc/apache2/mods-available';
  const loads = (file: string): string[] =>
    [...(keptText(rootfs, file) ?? '').matchAll(/^\s*LoadModule\s+\S+\s+"?([^"\s]+)/gim)].map(
      ([, path = '']) => path,
    );
  const own = filesBy(rootfs, `${available}/*.load`).find((file) => loads(file).includes(module));
  const ordered = new Set<string>();
  const visit = (file: string): void => {
    const names = /^#\s*Depends:\s*(.*)$/im.exec(keptText(rootfs, file) ?? '')?.[1] ?? '';
    for (const name of names.trim().split(/\s+/).filter(Boolean)) {
      const needed = `${available}/${name}.load`;
      if (ordered.has(needed) || ordered.size > 64) continue;
      ordered.add(needed);
      visit(needed);
    }
  };
  if (own !== undefined) visit(own);
  return [...ordered].reverse().flatMap(loads);
}

/** The modules that the image's configuration loads, in order, and those that the asked one depends on. */
export function apacheModules({ rootfs }: Container, plugin: string): string[] {
  const main = firstFile(rootfs, configurations);
  if (main === null) return [];
  const enabled = readConfiguration(rootfs, main, statementsFrom(serverRoot(rootfs, main)));
  const needed = enabled.includes(plugin) ? [] : dependencies(rootfs, plugin);
  return [...new Set([...enabled, ...needed])].filter((path) => firstFile(rootfs, [path]) !== null);
}
