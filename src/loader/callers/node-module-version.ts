import { posix } from 'node:path';
import type { Container } from '../../container/container.ts';
import { keptText } from '../../container/kept-text.ts';
import type { ElfFile } from '../../elf/elf-file.ts';
import type { OpenedFile } from '../kernel/execve.ts';
import { moduleVersionByExports } from './node-exports.ts';

/** How an addon registers itself with Node.js (S35). */
export type Registration =
  /** By Node-API, which every release takes, or in a way that says nothing about a release. */
  | { readonly by: 'any' }
  /** By functions for these versions, one of which node calls. */
  | { readonly by: 'symbol'; readonly versions: readonly number[] }
  /** By a structure with this version; null when it cannot be read. */
  | { readonly by: 'structure'; readonly version: number | null };

/** By what an addon defines and asks for. Functions come first: node calls them even where the structure is another version's. */
export function registrationOf({ dynamic, nodeModuleVersion }: ElfFile): Registration {
  const symbols = dynamic?.symbols ?? [];
  const defined = symbols.flatMap(({ name, defined: own }) => (own ? [name] : []));
  const asks = (wanted: string) => symbols.some(({ name, defined: own }) => !own && name === wanted);
  const versions = defined.flatMap((name) => {
    const version = /^node_register_module_v(\d{1,4})$/.exec(name)?.[1];
    return version === undefined ? [] : [Number(version)];
  });
  if (defined.some((name) => /^napi_register_module_v\d+$/.test(name)) || asks('napi_module_register'))
    return { by: 'any' };
  if (asks('node_module_register') && versions.length === 0)
    return { by: 'structure', version: nodeModuleVersion ?? null };
  return versions.length === 0 ? { by: 'any' } : { by: 'symbol', versions };
}

/** NODE_MODULE_VERSION by the headers that lie beside a program; null when there are none. */
function byHeaders({ rootfs }: Container, realPath: string): number | null {
  const prefix = posix.dirname(posix.dirname(realPath));
  const text = keptText(rootfs, `${prefix === '/' ? '' : prefix}/include/node/node_version.h`) ?? '';
  const version = /^#define NODE_MODULE_VERSION (\d{1,4})\s*$/m.exec(text)?.[1];
  return version === undefined ? null : Number(version);
}

/**
 * NODE_MODULE_VERSION of a Node.js program: that of the libnode that it needs, else by its exports, else by its headers. Null
 * when it is not known.
 */
export function nodeModuleVersion(container: Container, { realPath, elf }: OpenedFile): number | null {
  const needed = elf.dynamic?.needed ?? [];
  const library = needed.map((soname) => /^libnode\.so\.(\d{1,4})$/.exec(soname)?.[1]).find(Boolean);
  if (library !== undefined) return Number(library);
  return moduleVersionByExports(elf) ?? byHeaders(container, realPath);
}
