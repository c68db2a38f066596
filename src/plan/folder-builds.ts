import type { SkippedFiles } from '../binary/skipped-files.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { platformOf } from '../elf/machine.ts';
import type { NamedBinary } from './named-binary.ts';
import { commonPlatform, type NamedCollection } from './named-collection.ts';
import { hasOtherBuilds, otherBuilds } from './other-builds.ts';

/** A native file of a folder that was read already. */
export interface FolderBinary extends NamedBinary {
  /** In the folder. */
  readonly inside: string;
  /** Null for one that is no ELF file, or cannot be read. */
  readonly elf: ElfFile | null;
}

/**
 * A folder that has some file in builds for several systems, of which each image takes one; null for a folder without.
 * `skipped` is what the folder holds besides.
 */
export function folderBuilds(
  path: string,
  files: readonly FolderBinary[],
  skipped: readonly SkippedFiles[],
): NamedCollection | null {
  const builds = files.map(({ inside, elf }) => ({ name: inside, elf }));
  if (!hasOtherBuilds(builds)) return null;
  return {
    path,
    host: null,
    platform: commonPlatform(builds.map(({ elf }) => (elf === null ? null : platformOf(elf)))),
    folder: files,
    fitting: (target) => {
      const others = otherBuilds(builds, target);
      const binaries = files.filter(({ inside }) => !others.has(inside));
      return { binaries, skipped, others, lacking: null };
    },
  };
}
