import { DF_1_NODEFLIB, DF_1_PIE } from '../../elf/constants.ts';
import type { DynamicSection, ElfFile } from '../../elf/elf-file.ts';
import type { TrailStep } from '../trace/problem.ts';

/** One object in the process: glibc's struct link_map. */
export interface LinkMap {
  /** The string it was first asked for by. */
  readonly name: string;
  /** l_name: the path it was found as. For the program: the path that was given to execve. */
  readonly path: string;
  readonly elf: ElfFile;
  readonly dynamic: DynamicSection;
  /** Inode of G6; null for objects that are not files of the image. */
  readonly inodeId: number | null;
  /** l_origin: the value of $ORIGIN; null when it is unknown. */
  readonly origin: string | null;
  /** l_name and l_libname: every string that it answers to so far (G6). */
  readonly names: Set<string>;
  /** l_loader: the object that first asked for it (G4). */
  readonly loadedFor: LinkMap | null;
  readonly role: 'main' | 'interpreter' | 'preload' | 'library';
  readonly foundBy: string;
  readonly trail: readonly TrailStep[];
  /** Its DT_NEEDED objects that were found, in order. */
  readonly dependencies: LinkMap[];
}

export const hasNodeflib = (map: LinkMap): boolean => (map.dynamic.flags1 & DF_1_NODEFLIB) !== 0;
export const isPie = (dynamic: DynamicSection): boolean => (dynamic.flags1 & DF_1_PIE) !== 0;

/** DT_RPATH counts only without DT_RUNPATH (G3). */
export const rpathOf = (map: LinkMap): string | null =>
  map.dynamic.runpath === null ? map.dynamic.rpath : null;

/** `_dl_name_match_p`: the object answers to this string. */
export const answersTo = (map: LinkMap, name: string): boolean => map.names.has(name);
