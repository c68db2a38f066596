import { basename } from 'node:path/posix';
import type { Rootfs } from '../../rootfs/rootfs.ts';

/** The tag in the name of an extension module, before `.so` (PEP 3149). */
export interface CpythonTag {
  /** `cpython-311-x86_64-linux-gnu` */
  readonly text: string;
  /** `3.11` of `cpython-311`; null for another implementation. */
  readonly release: string | null;
}

/** The tag of an extension module; null for a name without one, which every CPython imports, as it does `.abi3.so`. */
export function cpythonTag(path: string): CpythonTag | null {
  const text = /\.((?:cpython|pypy|graalpy)[\w-]*)\.so$/.exec(basename(path))?.[1];
  if (text === undefined) return null;
  const digits = /^cpython-(\d)(\d+)/.exec(text);
  return { text, release: digits === null ? null : `${digits[1]}.${digits[2]}` };
}

/** `3.11` of a python program of the image: by the name of its file without links, else by the libpython that it needs. */
export function cpythonVersionOf(rootfs: Rootfs, program: string): string | null {
  const found = rootfs.lookup(program);
  if (!found.ok) return null;
  const named = /^python(\d+\.\d+)/.exec(basename(found.path))?.[1];
  if (named !== undefined) return named;
  const { content } = found.inode;
  const needed = content?.kind === 'elf' ? (content.elf.dynamic?.needed ?? []) : [];
  return needed.map((soname) => /^libpython(\d+\.\d+)/.exec(soname)?.[1]).find(Boolean) ?? null;
}

/** So many files of lib-dynload are looked at: all have one tag. */
const enough = 512;

/** The tag that this CPython gives to its own extension modules, which is the only one that it imports; null when unknown. */
export function ownTag(rootfs: Rootfs, program: string, release: string): string | null {
  const found = rootfs.lookup(program);
  if (!found.ok) return null;
  const prefix = found.path.replace(/\/bin\/[^/]*$/, '');
  for (const lib of ['lib', 'lib64']) {
    const modules = rootfs.list(`${prefix}/${lib}/python${release}/lib-dynload`, /\.so$/).slice(0, enough);
    for (const { name } of modules) {
      const tag = cpythonTag(name);
      if (tag !== null) return tag.text;
    }
  }
  return null;
}
