import type { ErrnoName } from '../loader/trace/problem.ts';

/** What an errno of execve means for the file that it is about. */
export const errnoWords: Readonly<Record<ErrnoName, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be executed',
  ENOTDIR: 'a part of its path is not a folder',
  ELOOP: 'there are too many symbolic links or scripts in a row',
  ENOEXEC: 'its format is not known',
  ELIBBAD: 'it is no loader for this program',
  EIO: 'it is too short to be a loader',
  EPERM: 'it is not permitted',
  ENAMETOOLONG: 'its name is too long',
  E2BIG: 'its arguments and environment are too long',
};
