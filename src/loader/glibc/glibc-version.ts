/** A glibc release as a number that compares: 2.36 is 236, 2.4 is 204. */
export type GlibcRelease = number;

/** `2.36` to 236; null for anything else. */
export function parseRelease(version: string | null): GlibcRelease | null {
  const match = /^(\d+)\.(\d+)/.exec(version ?? '');
  return match === null ? null : Number(match[1]) * 100 + Number(match[2]);
}

/**
 * The assumed release of a loader without a banner and without a libc.so.6 beside it: the banner came with 2.35,
 * and 2.31 is the newest earlier release that was compared with the real one.
 */
export const releaseWithoutBanner: GlibcRelease = 231;
