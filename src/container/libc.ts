import type { ElfFile } from '../elf/elf-file.ts';
import { familyOfLoader, installedLoader, type LibcFamily } from '../elf/libc-names.ts';
import type { Inode, Rootfs } from '../rootfs/rootfs.ts';

/** One dynamic loader of the image. There can be several: one an architecture, or families side by side. */
export interface Libc {
  readonly family: LibcFamily;
  /** Of the libc beside the loader, `2.36`, `1.2.4_git20230717`; null when unknown. */
  readonly version: string | null;
  /** The path by which programs name it in PT_INTERP, such as /lib64/ld-linux-x86-64.so.2. */
  readonly loaderPath: string;
  readonly inode: Inode;
  readonly elf: ElfFile;
}

/** The family of a file that would be run as PT_INTERP, from its own content (G0, M0); null when it is not a loader. */
export function loaderFamily(elf: ElfFile): LibcFamily | null {
  return elf.libcText?.muslArch != null ? 'musl' : familyOfLoader(elf.dynamic?.soname ?? '');
}

const libraryDirectories = /^lib\w*$/;
const tops = [
  ['', libraryDirectories],
  ['/usr', libraryDirectories],
  ['/system', /^bin$/],
] as const;
const loaderPlaces = new RegExp(`${installedLoader.source}|-linux-`);

const isTripletDirectory = (name: string, { type }: Inode): boolean =>
  type === 'directory' && name.includes('-linux-');

function* loaderCandidates(rootfs: Rootfs): Generator<string> {
  for (const [top, directories] of tops) {
    for (const { name } of rootfs.list(`${top}/`, directories)) {
      const directory = `${top}/${name}`;
      for (const { name: place, inode } of rootfs.list(directory, loaderPlaces)) {
        if (installedLoader.test(place)) yield `${directory}/${place}`;
        if (!isTripletDirectory(place, inode)) continue;
        for (const nested of rootfs.list(`${directory}/${place}`, installedLoader)) {
          yield `${directory}/${place}/${nested.name}`;
        }
      }
    }
  }
}

/** The libc.so.6 in the default directories of a glibc loader; null when there is none. */
export function libcBeside(rootfs: Rootfs, loader: ElfFile): ElfFile | null {
  for (const directory of loader.libcText?.systemDirs ?? []) {
    const found = rootfs.lookup(`${directory}/libc.so.6`);
    if (!found.ok || found.inode.content?.kind !== 'elf') continue;
    const libc = found.inode.content.elf;
    if (libc.machine === loader.machine && libc.class === loader.class) return libc;
  }
  return null;
}

/** Version of the libc that a loader belongs to: its own banner, else that of the libc.so.6 beside it. */
export function libcVersion(rootfs: Rootfs, elf: ElfFile, family: LibcFamily): string | null {
  const text = elf.libcText;
  if (family === 'musl') return text?.muslVersion ?? null;
  if (family === 'uclibc') return text?.uclibcVersion ?? null;
  if (family !== 'glibc') return null;
  return text?.glibcVersion ?? libcBeside(rootfs, elf)?.libcText?.glibcVersion ?? null;
}

/** All loaders in the places where programs name them, one for each file, in the order of their paths. */
export function findLibcs(rootfs: Rootfs): readonly Libc[] {
  return rootfs.query(lookForLibcs);
}

function lookForLibcs(rootfs: Rootfs): Libc[] {
  const byInode = new Map<number, Libc>();
  for (const path of loaderCandidates(rootfs)) {
    const found = rootfs.lookup(path);
    if (!found.ok || found.inode.content?.kind !== 'elf') continue;
    const elf = found.inode.content.elf;
    const family = loaderFamily(elf);
    const known = byInode.get(found.inode.id);
    if (family === null || (known !== undefined && known.loaderPath.length <= path.length)) continue;
    byInode.set(found.inode.id, {
      family,
      version: libcVersion(rootfs, elf, family),
      loaderPath: path,
      inode: found.inode,
      elf,
    });
  }
  return [...byInode.values()];
}

/** The loader that the image's own programs run under, by its shell; else the first glibc, else the first loader; null without one. */
export function systemLibc(rootfs: Rootfs, libcs: readonly Libc[]): Libc | null {
  const shell = rootfs.lookup('/bin/sh');
  const interp = shell.ok && shell.inode.content?.kind === 'elf' ? shell.inode.content.elf.interp : null;
  const loader = interp === null ? null : rootfs.lookup(interp.path);
  const own = loader?.ok === true ? libcs.find(({ inode }) => inode.id === loader.inode.id) : undefined;
  return own ?? libcs.find(({ family }) => family === 'glibc') ?? libcs[0] ?? null;
}
