import type { LookupErrno } from '../../rootfs/rootfs.ts';

/** A reason of ld.so in its two parts: `_dl_signal_error` appends the errno's text, the line of an ignored preload lacks it (G30). */
export interface LoaderText {
  readonly text: string;
  /** Null when the loader has no errno to name. */
  readonly errnoText: string | null;
}

/** `strerror` of ld.so, which has texts for three errnos (elf/dl-minimal.c `__strerror_r`). */
const errnoTexts: Readonly<Record<LookupErrno | 'EISDIR', string>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  ELOOP: 'Error 40',
  ENOTDIR: 'Error 20',
  ENAMETOOLONG: 'Error 36',
  EISDIR: 'Error 21',
};

/** A reason, with the errno that the failed system call left where there was one. */
export function loaderText(text: string, errno: LookupErrno | 'EISDIR' | null = null): LoaderText {
  return { text, errnoText: errno === null ? null : errnoTexts[errno] };
}

/** The reason as a fatal message contains it. */
export function withErrno({ text, errnoText }: LoaderText): string {
  return errnoText === null ? text : `${text}: ${errnoText}`;
}
