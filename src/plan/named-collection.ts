import type { SkippedFiles, SkipReason } from '../binary/skipped-files.ts';
import type { Platform } from '../image/image.ts';
import type { MissingBuild } from '../loader/trace/problem.ts';
import type { NamedBinary } from './named-binary.ts';
import type { BuildTarget } from './other-builds.ts';

/** The native files of a jar, wheel, zip or folder that the call names, of which each image takes those that fit it. */
export interface NamedCollection {
  readonly path: string;
  /** The program of the image that loads them, where the kind of archive shows it. */
  readonly host: 'java' | 'python' | null;
  /** A platform that some of its files are for, linux/amd64 before others; null when none is an ELF file. */
  readonly platform: Platform | null;
  /** All that a folder holds, each of which may have an image of its own platform; null for an archive. */
  readonly folder: readonly NamedBinary[] | null;
  /** What of it is checked in an image, and what is skipped. Throws BinaryError where nothing in it depends on the image. */
  fitting(target: BuildTarget): CollectionSelection;
}

export interface CollectionSelection {
  readonly binaries: readonly NamedBinary[];
  /** What no image takes. */
  readonly skipped: readonly SkippedFiles[];
  /** What this image does not take, by name. */
  readonly others: ReadonlyMap<string, SkipReason>;
  /** An archive of which the image takes nothing, since all of it is for other platforms; null for every other. */
  readonly lacking: LackingArchive | null;
}

/** An archive, as a binary itself, without a build for the image. */
export interface LackingArchive extends NamedBinary {
  readonly builds: MissingBuild;
}

/** Of the platforms of several files linux/amd64, else the first; null is for a file that has none. */
export function commonPlatform(platforms: readonly (Platform | null)[]): Platform | null {
  const known = platforms.filter((platform) => platform !== null);
  return known.find(({ architecture }) => architecture === 'amd64') ?? known[0] ?? null;
}
