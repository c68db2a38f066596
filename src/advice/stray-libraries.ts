import { loaderFamily } from '../container/libc.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import type { LibcFamily } from '../elf/libc-names.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';

/** A file of the image that carries a library's name or a longer one, where the loader did not look. */
export interface StrayLibrary {
  readonly path: string;
  /** `exact`: the very name; `longer`: `libfoo.so.1.2` for `libfoo.so.1`; `other`: another number or case, `libfoo.so.3`. */
  readonly match: 'exact' | 'longer' | 'other';
  readonly elf: ElfFile;
}

/** Limits of the walk: it is for advice only, so it may stop early in very large images. */
const maxDirectories = 4000;
const maxEntries = 60_000;
const maxDepth = 10;
const leftOut = new Set(['/proc', '/sys', '/dev', '/tmp', '/usr/share', '/usr/include', '/var/lib/dpkg']);

interface SharedFile {
  readonly name: string;
  readonly path: string;
}

/** In small letters `libfoo.so` of `libfoo.so.1.2`, `core.node` of an addon; null for other names. */
function baseName(name: string): string | null {
  const lower = name.toLowerCase();
  return /^(.+?\.so)(?:\.|$)/.exec(lower)?.[1] ?? (lower.endsWith('.node') ? lower : null);
}

/** All files and links of the image whose name has `.so` in it, by their base name. One walk for each tree. */
const walked = new WeakMap<Rootfs, ReadonlyMap<string, readonly SharedFile[]>>();

function sharedFiles(rootfs: Rootfs): ReadonlyMap<string, readonly SharedFile[]> {
  const known = walked.get(rootfs);
  if (known !== undefined) return known;
  const byBase = new Map<string, SharedFile[]>();
  const queue: { path: string; depth: number }[] = [{ path: '', depth: 0 }];
  let entries = 0;
  for (let at = 0; at < queue.length && at < maxDirectories && entries < maxEntries; at++) {
    const { path, depth } = queue[at] ?? { path: '', depth: maxDepth };
    for (const { name, inode } of rootfs.list(path === '' ? '/' : path)) {
      entries++;
      const child = `${path}/${name}`;
      if (inode.type === 'directory') {
        if (depth < maxDepth && !leftOut.has(child)) queue.push({ path: child, depth: depth + 1 });
        continue;
      }
      const base = baseName(name);
      if (base === null) continue;
      const files = byBase.get(base);
      if (files === undefined) byBase.set(base, [{ name, path: child }]);
      else files.push({ name, path: child });
    }
  }
  walked.set(rootfs, byBase);
  return byBase;
}

function matchOf(name: string, soname: string): StrayLibrary['match'] {
  if (name === soname) return 'exact';
  return name.startsWith(`${soname}.`) ? 'longer' : 'other';
}

/**
 * The files of the image that are what `soname` names or nearly so, for the machine of `elf`, the exact ones first.
 * The walk is bounded: in a very large image some may not be found.
 */
export function findStrayLibraries(rootfs: Rootfs, soname: string, elf: ElfFile): StrayLibrary[] {
  const found: StrayLibrary[] = [];
  const base = baseName(soname);
  for (const { name, path } of base === null ? [] : (sharedFiles(rootfs).get(base) ?? [])) {
    const resolved = rootfs.lookup(path);
    const content = resolved.ok ? resolved.inode.content : null;
    if (content?.kind !== 'elf') continue;
    const { machine, class: elfClass } = content.elf;
    if (machine === elf.machine && elfClass === elf.class) {
      found.push({ path, match: matchOf(name, soname), elf: content.elf });
    }
  }
  const order = { exact: 0, longer: 1, other: 2 } as const;
  return found.sort((a, b) => order[a.match] - order[b.match] || (a.path < b.path ? -1 : 1));
}

/** How files of loaders begin: `ld-linux-x86-64.so.2`, `ld-2.31.so`, `ld.so.1`, musl's `libc.so`. */
const loaderBase = /^(ld|libc)[\w.+-]*\.so$/;

/** The loaders of the image for the machine of `elf`, wherever they lie: by their content, each file once. Bounded as the walk is. */
export function findStrayLoaders(rootfs: Rootfs, elf: ElfFile, family: LibcFamily | null): string[] {
  const loaders = new Map<number, string>();
  for (const [base, files] of sharedFiles(rootfs)) {
    if (!loaderBase.test(base)) continue;
    for (const { path } of files) {
      const found = rootfs.lookup(path);
      const content = found.ok ? found.inode.content : null;
      if (!found.ok || content?.kind !== 'elf' || loaders.has(found.inode.id)) continue;
      const { machine, class: elfClass } = content.elf;
      const own = loaderFamily(content.elf);
      if (own === null || machine !== elf.machine || elfClass !== elf.class) continue;
      if (family === null || own === family) loaders.set(found.inode.id, path);
    }
  }
  return [...loaders.values()];
}
