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

/** `LoadModule` and `Include` outside of sections, which are for conditions that are not known. */
function statementsFrom(root: string): (text: string) => Statement<string>[] {
  return (text) => {
    const statements: Statement<string>[] = [];
    let depth = 0;
    for (const line of text.split('\n')) {
      if (/^\s*<\//.test(line)) depth--;
      else if (/^\s*</.test(line)) depth++;
      const match =
        depth > 0 ? null : /^\s*(LoadModule\s+\S+|Include(?:Optional)?)\s+"?([^"\s]+)/i.exec(line);
      const [, name = '', value = ''] = match ?? [];
      if (name === '') continue;
      const path = posix.resolve(root, value);
      statements.push(/^include/i.test(name) ? { include: path } : { means: path });
    }
    return statements;
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
