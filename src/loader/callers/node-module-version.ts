import type { ElfFile } from '../../elf/elf-file.ts';

/** The NODE_MODULE_VERSIONs for which an addon registers itself by a symbol; null where it does so by Node-API or otherwise. */
export function registeredVersions({ dynamic }: ElfFile): readonly number[] | null {
  const names = dynamic?.symbols.filter(({ defined }) => defined).map(({ name }) => name) ?? [];
  if (names.some((name) => /^napi_register_module_v\d+$/.test(name))) return null;
  const undefinedNames = dynamic?.symbols.filter(({ defined }) => !defined).map(({ name }) => name) ?? [];
  if (undefinedNames.some((name) => /^(napi|node)_module_register$/.test(name))) return null;
  return names.flatMap((name) => {
    const version = /^node_register_module_v(\d{1,4})$/.exec(name)?.[1];
    return version === undefined ? [] : [Number(version)];
  });
}

/** NODE_MODULE_VERSION of a Node.js program: that of the libnode that it needs; null when it is not known. */
export function nodeModuleVersion({ dynamic }: ElfFile): number | null {
  const needed = dynamic?.needed ?? [];
  const library = needed.map((soname) => /^libnode\.so\.(\d{1,4})$/.exec(soname)?.[1]).find(Boolean);
  return library === undefined ? null : Number(library);
}
