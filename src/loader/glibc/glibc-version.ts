/** A glibc release as a number that compares: 2.36 is 236, 2.4 is 204. */
export type GlibcRelease = number;

/** `2.36` to 236; null for what is no release. */
export function parseRelease(version: string | null): GlibcRelease | null {
  const match = /^(\d+)\.(\d+)/.exec(version ?? '');
  return match === null ? null : Number(match[1]) * 100 + Number(match[2]);
}

/**
 * The release that a loader without a banner and without a libc.so.6 beside it is taken for: the banner came with 2.35,
 * and 2.31 is the newest release before it that was held against the real one.
 */
export const releaseWithoutBanner: GlibcRelease = 231;
