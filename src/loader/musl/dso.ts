import type { DynamicSection, ElfFile } from '../../elf/elf-file.ts';
import type { TrailStep } from '../trace/problem.ts';

/** One object in the process: musl's struct dso. */
export interface Dso {
  /** The string it was first asked for by. */
  readonly name: string;
  /** dso->name: how messages name it. */
  readonly path: string;
  readonly elf: ElfFile;
  readonly dynamic: DynamicSection;
  readonly inodeId: number | null;
  /** dso->shortname: set when a search found it, or later when one finds the same file (M6). */
  shortname: string | null;
  /** dso->needed_by: the object that first asked for it; rpaths are inherited along this chain (M1, M2). */
  readonly neededBy: Dso | null;
  readonly role: 'main' | 'loader' | 'preload' | 'library';
  /** Path that $ORIGIN is taken from; null when it has none (M3). */
  readonly originPath: string | null;
  readonly foundBy: string;
  readonly trail: readonly TrailStep[];
}

/** DT_RUNPATH if there is one, else DT_RPATH: the same thing to musl (M1). */
const rpathText = (dso: Dso): string | null => dso.dynamic.runpath ?? dso.dynamic.rpath;

/**
 * `fixup_rpath` (M3): only $ORIGIN is known, by its prefix; any other `$` switches the whole list off.
 * `originAllowed` is false for the program under AT_SECURE (M60).
 */
export function searchListOf(dso: Dso, originAllowed: boolean): string | null {
  const text = rpathText(dso);
  if (text === null || !text.includes('$')) return text;
  for (let at = text.indexOf('$'); at >= 0; at = text.indexOf('$', at + 1)) {
    if (!text.startsWith('$ORIGIN', at) && !text.startsWith('${ORIGIN}', at)) return null;
  }
  if (!originAllowed || dso.originPath === null) return null;
  const slash = dso.originPath.lastIndexOf('/');
  const origin = slash < 0 ? '.' : dso.originPath.slice(0, slash);
  return text.replace(/\$ORIGIN|\$\{ORIGIN\}/g, () => origin);
}

/** The program's own dso (M3, M21). */
export function mainDso(
  path: string,
  realPath: string,
  elf: ElfFile,
  dynamic: DynamicSection,
  inodeId: number | null,
): Dso {
  return {
    name: path,
    path,
    elf,
    dynamic,
    inodeId,
    shortname: null,
    neededBy: null,
    role: 'main',
    originPath: realPath,
    foundBy: 'main',
    trail: [],
  };
}
