import type { LookupErrno } from '../../rootfs/rootfs.ts';

/** The outcome of a trail step by the errno of the look-up, the same for every loader. The loaders' own texts differ. */
export const trailWords: Readonly<Record<LookupErrno, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'a part of the path is not a directory',
  ELOOP: 'too many symbolic links',
  EACCES: 'permission denied',
  ENAMETOOLONG: 'name too long',
};

/** The outcome for a file whose note asks for a newer kernel (G15). */
export const refusedByAbiTag = 'its ABI tag asks for a newer kernel or another system';
