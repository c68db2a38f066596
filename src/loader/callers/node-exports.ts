import type { ElfFile } from '../../elf/elf-file.ts';
import table from './node-exports.json' with { type: 'json' };

const prefixes = new Set(table.prefixes);
const names = new Set(table.names);
const namespaces = new Set(table.namespaces);

/** `2v8` of `_ZN2v85Array3NewE…`, with the length in front as the mangling has it. */
function namespaceOf(name: string): string | null {
  const rest = /^_Z(?:T[VIS])?NK?(\d+\D.*)$/.exec(name)?.[1] ?? null;
  if (rest === null) return null;
  const length = Number.parseInt(rest, 10);
  return rest.slice(0, String(length).length + length);
}

/** Whether some release of Node.js exports this symbol, or others of its library or namespace (S34). */
export function nodeExports(name: string): boolean {
  if (name.startsWith('_Z')) return namespaces.has(namespaceOf(name) ?? '');
  return names.has(name) || prefixes.has(/^_*[A-Za-z0-9]+_/.exec(name)?.[0] ?? '');
}

/**
 * NODE_MODULE_VERSION of a program by what its and later releases export and no earlier one; null when that is not clear, and for
 * the last that is known, since its names are those of later releases too.
 */
export function moduleVersionByExports({ dynamic }: ElfFile): number | null {
  const own = new Set(dynamic?.symbols.flatMap(({ name, defined }) => (defined ? [name] : [])));
  const last = table.moduleVersions.findLastIndex(({ since }) => since.every((name) => own.has(name)));
  return last === table.moduleVersions.length - 1
    ? null
    : (table.moduleVersions[last]?.moduleVersion ?? null);
}
