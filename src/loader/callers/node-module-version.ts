import { posix } from 'node:path';
import type { Container } from '../../container/container.ts';
import { keptText } from '../../container/kept-text.ts';
import type { ElfFile, ModuleHost } from '../../elf/elf-file.ts';
import type { OpenedFile } from '../kernel/execve.ts';
import { buildIn } from './module-builds.ts';
import { moduleVersionByExports } from './node-exports.ts';

/** How an addon registers itself with Node.js (S35). */
export type Registration =
  /** By Node-API, which every release takes, or in a way that says nothing about a release. */
  | { readonly by: 'any' }
  /** By functions for these versions, one of which node calls. */
  | { readonly by: 'symbol'; readonly versions: readonly number[] }
  /** By a structure with this version; null when it cannot be read. */
  | { readonly by: 'structure'; readonly version: number | null };

const numberIn = (elf: ElfFile, host: ModuleHost): number | null => {
  const build = buildIn(elf, host);
  return build === null ? null : Number(build);
};

/** By what an addon defines and asks for. Functions come first: node calls them even where the structure is another version's. */
export function registrationOf(elf: ElfFile): Registration {
  const symbols = elf.dynamic?.symbols ?? [];
  const defined = symbols.flatMap(({ name, defined: own }) => (own ? [name] : []));
  const asks = (wanted: string) => symbols.some(({ name, defined: own }) => !own && name === wanted);
  const versions = defined.flatMap((name) => {
    const version = /^node_register_module_v(\d{1,4})$/.exec(name)?.[1];
    return version === undefined ? [] : [Number(version)];
  });
  if (defined.some((name) => /^napi_register_module_v\d+$/.test(name)) || asks('napi_module_register'))
    return { by: 'any' };
  if (asks('node_module_register') && versions.length === 0)
    return { by: 'structure', version: numberIn(elf, 'node') };
  return versions.length === 0 ? { by: 'any' } : { by: 'symbol', versions };
}

/** A number of the headers that lie beside a program; null when there are none. */
function byHeaders({ rootfs }: Container, realPath: string, name: string): number | null {
  const prefix = posix.dirname(posix.dirname(realPath));
  const text = keptText(rootfs, `${prefix === '/' ? '' : prefix}/include/node/node_version.h`) ?? '';
  const number = new RegExp(`^#define +${name} +(\\d{1,4})\\s*$`, 'm').exec(text)?.[1];
  return number === undefined ? null : Number(number);
}

/**
 * NODE_MODULE_VERSION of a Node.js program: that of the libnode that it needs, else by its exports, else by its headers. Null
 * when it is not known.
 */
export function nodeModuleVersion(container: Container, { realPath, elf }: OpenedFile): number | null {
  const needed = elf.dynamic?.needed ?? [];
  const library = needed.map((soname) => /^libnode\.so\.(\d{1,4})$/.exec(soname)?.[1]).find(Boolean);
  if (library !== undefined) return Number(library);
  return moduleVersionByExports(elf) ?? byHeaders(container, realPath, 'NODE_MODULE_VERSION');
}

/** NAPI_VERSION_EXPERIMENTAL, which every Node.js takes. */
const experimental = 0x7fff_ffff;
/** The level from which on Node.js looks at the level of an addon at all, and NODE_MODULE_VERSION of releases that have it from the first. */
const firstChecked = 9;
const checkedFrom = 120;
/** NODE_MODULE_VERSION of 18 and 20, whose later releases check, and of 24, the first of which has level 10. */
const mixed: readonly number[] = [108, 115];
const withLevel10 = 137;

/** What the level of Node-API that an addon asks for means to a Node.js. */
export type LevelAnswer =
  | { readonly takes: true }
  | { readonly takes: false; readonly most: number }
  | 'unknown';

/**
 * Whether a Node.js takes an addon of a level of Node-API (S35). The level that it has stands in its headers; without them only
 * what all releases of its NODE_MODULE_VERSION do counts.
 */
export function takesNodeApi(container: Container, program: OpenedFile, addon: ElfFile): LevelAnswer {
  const level = numberIn(addon, 'node-api');
  if (level === null || level < firstChecked || level === experimental) return { takes: true };
  const { realPath } = program;
  const most =
    byHeaders(container, realPath, 'NODE_API_SUPPORTED_VERSION_MAX') ??
    byHeaders(container, realPath, 'NAPI_VERSION');
  const version = nodeModuleVersion(container, program);
  if (most !== null && most >= firstChecked) return level <= most ? { takes: true } : { takes: false, most };
  if (version === null) return 'unknown';
  if (most !== null) return version === 115 ? 'unknown' : { takes: true };
  const least = version >= withLevel10 ? 10 : version >= checkedFrom ? 9 : 8;
  if (level <= least || (version < checkedFrom && !mixed.includes(version))) return { takes: true };
  return 'unknown';
}
