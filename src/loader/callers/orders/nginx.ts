import { posix } from 'node:path';
import type { Container } from '../../../container/container.ts';
import { firstFile, readConfiguration, type Statement } from './included-files.ts';

const configurations = [
  '/etc/nginx/nginx.conf',
  '/usr/local/nginx/conf/nginx.conf',
  '/usr/local/openresty/nginx/conf/nginx.conf',
  '/etc/angie/angie.conf',
];

/** Prefixes with which nginx is built, where relative paths of modules start. */
const prefixes = ['/usr/share/nginx', '/etc/nginx', '/usr/local/nginx', '/usr/lib/nginx', '/etc/angie'];

/** `load_module` and `include` of the main context: those inside of braces cannot load modules. */
function mainContext(text: string, path: string): Statement<string>[] {
  const statements: Statement<string>[] = [];
  let depth = 0;
  for (const [token] of text.replace(/#[^\n]*/g, '').matchAll(/[{}]|[^{};]+;?/g)) {
    if (token === '{') depth++;
    else if (token === '}') depth--;
    const match = depth === 0 ? /^\s*(load_module|include)\s+["']?([^"';\s]+)["']?\s*;$/.exec(token) : null;
    const [, name, value = ''] = match ?? [];
    if (name === 'load_module') statements.push({ means: value });
    else if (name === 'include') statements.push({ include: posix.resolve(posix.dirname(path), value) });
  }
  return statements;
}

/** The modules that the image's nginx.conf loads, in order. */
export function nginxModules({ rootfs }: Container, plugin: string): string[] {
  const main = firstFile(rootfs, configurations);
  if (main === null) return [];
  return readConfiguration(rootfs, main, mainContext).flatMap((module) => {
    const beside = `${posix.dirname(plugin)}/${posix.basename(module)}`;
    const places = module.startsWith('/') ? [module] : prefixes.map((prefix) => `${prefix}/${module}`);
    return firstFile(rootfs, [...places, beside]) ?? [];
  });
}
