import type { FileContent, LayerIndex } from '../image/image.ts';

/** What a path resolves to; hard links share one. */
export interface Inode {
  /** Unique within one `Rootfs` family: the device and inode number of G6. */
  readonly id: number;
  readonly type: 'file' | 'directory' | 'symlink' | 'special';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of a file, 0 otherwise. */
  readonly size: number;
  /** Null for everything but files. */
  readonly content: FileContent | null;
  /** Target of a symlink, as stored; null otherwise. */
  readonly target: string | null;
  /** `security.capability`, lower-case hex. */
  readonly capability: string | null;
  /** Index of the layer that wrote it, 0 is the lowest. */
  readonly layer: number;
}

export type LookupErrno = 'ENOENT' | 'ENOTDIR' | 'ELOOP' | 'EACCES' | 'ENAMETOOLONG';

export type Lookup =
  | { readonly ok: true; readonly path: string; readonly inode: Inode }
  /** `at` is the path at which the walk stopped. */
  | { readonly ok: false; readonly errno: LookupErrno; readonly at: string };

/** The user of a look-up. */
export interface Credentials {
  readonly uid: number;
  readonly gids: readonly number[];
  /** CAP_DAC_OVERRIDE or CAP_DAC_READ_SEARCH: every directory may be searched and every file read. */
  readonly searchAll: boolean;
  /** CAP_DAC_OVERRIDE: every file that has an x bit may be executed. */
  readonly executeAll: boolean;
}

/** A place of the image that the user may not use: a directory without search permission, or a file. */
export interface Denial {
  /** Real path. */
  readonly path: string;
  readonly inode: Inode;
}

export interface LookupOptions {
  /** Directory that relative paths start from, absolute; default `/`. */
  readonly cwd?: string;
  /** Follow a symlink at the last component; default true. */
  readonly follow?: boolean;
  /** Check search permission on every directory for these; default none is checked. A relative path starts inside `cwd`. */
  readonly credentials?: Credentials;
  /** Every directory that the credentials may not search is added here, and the walk goes on; by default it ends there. */
  readonly denied?: Denial[];
}

/** A child of a directory. */
export interface DirectoryEntry {
  readonly name: string;
  readonly inode: Inode;
}

/** One merged read-only tree. No later stage depends on where the bytes come from. */
export interface Rootfs {
  /**
   * Resolves `path` as the kernel does with this root: absolute link targets restart at the root, `..` at the root
   * stays, at most 40 links (I5, K1). The path of the result is absolute and free of links.
   */
  lookup(path: string, options?: LookupOptions): Lookup;
  /** The children of a directory that `path` resolves to and whose names match, sorted; empty when it is not a directory. */
  list(path: string, pattern?: RegExp): readonly DirectoryEntry[];
  /**
   * The result of a query to this tree, found once. A tree that differs from this one by a file shares the result as long as the
   * query did not read the place of that file. The function is the key of the query, and may read nothing but the tree that it
   * is given.
   */
  query<T>(query: (rootfs: Rootfs) => T): T;
  /** This tree with one more layer on top; this one is not changed. */
  withLayer(layer: LayerIndex): Rootfs;
}
