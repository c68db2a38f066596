import { ET_CORE, ET_REL } from '../elf/constants.ts';
import { type OtherElfSystem, otherElfSystem } from '../elf/describe/other-system.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import type { ForeignFile } from '../image/foreign/kinds.ts';
import { isLibraryName } from '../image/foreign/library-name.ts';
import { recogniseForeign } from '../image/foreign/recognise.ts';
import type { Inode, Rootfs } from '../rootfs/rootfs.ts';

/** What is not for Linux's kernel and loaders at a path of the image. */
export type ForeignAt =
  | Exclude<ForeignFile, { kind: 'word' }>
  /**
   * A text of one word. Where a file of that name lies beside it, in the image (`isThere`) or where it was copied from (`wasThere`),
   * it is a link that became a text.
   */
  | { readonly kind: 'word'; readonly target: string; readonly isThere: boolean; readonly wasThere: boolean }
  /** A folder where a library should lie. */
  | { readonly kind: 'folder' }
  /** An ELF file that no linker has been over. */
  | { readonly kind: 'object-file' }
  /** The memory of a crashed program, in an ELF file. */
  | { readonly kind: 'core-dump' }
  /** An ELF file of another system (K34). */
  | { readonly kind: 'other-elf'; readonly system: OtherElfSystem }
  /** A symbolic link that leads nowhere in this image, or back to itself; `target` is its text. */
  | { readonly kind: 'dangling-link'; readonly target: string; readonly isLoop: boolean };

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1) || '/';

function inodeAt(rootfs: Rootfs, path: string): Inode | ForeignAt | null {
  const found = rootfs.lookup(path);
  if (found.ok) return found.inode;
  const link = rootfs.lookup(path, { follow: false });
  const target = link.ok && link.inode.type === 'symlink' ? link.inode.target : null;
  return target === null ? null : { kind: 'dangling-link', target, isLoop: found.errno === 'ELOOP' };
}

function foreignElf(elf: ElfFile): ForeignAt | null {
  const { type, defects } = elf;
  if (type === ET_REL) return { kind: 'object-file' };
  if (type === ET_CORE) return { kind: 'core-dump' };
  if (defects.some(({ part }) => part === 'program-headers')) return { kind: 'elf-stump' };
  const system = otherElfSystem(elf);
  return system === null ? null : { kind: 'other-elf', system };
}

/** What the file at `path` is instead of a program or library; null where it is one, a script, or of no known format. */
export function foreignAt(rootfs: Rootfs, path: string): ForeignAt | null {
  const inode = inodeAt(rootfs, path);
  if (inode === null || 'kind' in inode) return inode;
  const { type, content, size } = inode;
  if (type === 'directory' && isLibraryName(path)) return { kind: 'folder' };
  if (type !== 'file' || content === null) return null;
  if (content.kind === 'elf') return foreignElf(content.elf);
  if (size === 0) return { kind: 'empty' };
  const head = content.kind === 'foreign' ? content.head : content.kind === 'kept' ? content.bytes : null;
  if (head === null) return null;
  const foreign = recogniseForeign(head, size);
  if (foreign.kind !== 'word') return foreign;
  const { target } = foreign;
  const beside = rootfs.lookup(target.startsWith('/') ? target : `${folderOf(path)}${target}`);
  const isThere = beside.ok && beside.inode.type === 'file';
  return {
    kind: 'word',
    target,
    isThere,
    wasThere: content.kind === 'foreign' && content.hasNamesake === true,
  };
}
