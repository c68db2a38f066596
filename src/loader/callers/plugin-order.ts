import { dirname } from 'node:path/posix';
import type { Rootfs } from '../../rootfs/rootfs.ts';
import { symbolTable } from '../symbols/symbol-table.ts';
import type { Loaded } from '../trace/loaded.ts';
import { givesSymbol } from './given-symbols.ts';
import type { CallerKind } from './known-callers.ts';

/** So many folders, and files, are looked into. */
const maxFolders = 256;
const maxFiles = 1024;

/** The folders in `folder`. */
const foldersIn = (rootfs: Rootfs, folder: string): readonly string[] =>
  rootfs.list(folder).flatMap(({ name, inode }) => (inode.type === 'directory' ? [`${folder}/${name}`] : []));

/** The folders below `folder`, so many steps down. */
function below(rootfs: Rootfs, folder: string, depth: number): readonly string[] {
  const children = foldersIn(rootfs, folder).slice(0, maxFolders);
  return depth <= 1 ? children : children.flatMap((child) => [child, ...below(rootfs, child, depth - 1)]);
}

/** Where plugins of the same program lie: beside this one, in the other gems, and below Perl's `auto`. */
function pluginFolders(rootfs: Rootfs, plugin: string, { id }: CallerKind): readonly string[] {
  const own = dirname(plugin);
  const root = /^(.*?)\/(?:gems|extensions)\//.exec(plugin)?.[1];
  const auto = /^(.*?\/auto)\//.exec(plugin)?.[1];
  const gems =
    id === 'ruby' && root !== undefined
      ? [
          ...foldersIn(rootfs, `${root}/gems`).map((gem) => `${gem}/lib`),
          ...below(rootfs, `${root}/extensions`, 3),
        ]
      : [];
  const xs = id === 'perl' && auto !== undefined ? below(rootfs, auto, 2) : [];
  return [...new Set([own, ...gems, ...xs])].slice(0, maxFolders);
}

/** Another plugin that defines the symbol; null when none is found. */
function definedBy(rootfs: Rootfs, name: string, plugin: string, kind: CallerKind): string | null {
  let files = 0;
  for (const folder of pluginFolders(rootfs, plugin, kind)) {
    for (const { name: file, inode } of rootfs.list(folder, /\.so$/)) {
      if (++files > maxFiles) return null;
      const path = `${folder}/${file}`;
      const dynamic = inode.content?.kind === 'elf' ? inode.content.elf.dynamic : null;
      if (dynamic === null || path === plugin) continue;
      if (
        symbolTable(dynamic)
          .get(name)
          ?.some(({ defined }) => defined) === true
      )
        return path;
    }
  }
  return null;
}

/**
 * Ruby and Perl load plugins as their `.rb` and `.pm` files say, which are not read: where another plugin of the image defines what
 * ends the load, it depends on that order (S33).
 */
export function afterUnknownOrder(
  rootfs: Rootfs,
  kind: CallerKind | null,
  plugin: string,
  loaded: Loaded,
): Loaded {
  if ((kind?.id !== 'ruby' && kind?.id !== 'perl') || loaded.ending.kind !== 'stops') return loaded;
  const first = loaded.problems.find(({ fatal }) => fatal);
  if (first?.kind !== 'symbol-missing' || givesSymbol(kind, first.name)) return loaded;
  const other = definedBy(rootfs, first.name, plugin, kind);
  if (other === null) return loaded;
  const reason =
    `${first.name} is defined by ${other}, and no configuration tells whether ${kind.title} loads that before; ` +
    `say so with --loaded-before ${other}`;
  return { ...loaded, ending: { kind: 'unknown', reason } };
}
