import { DF_1_PIE, ET_CORE, ET_DYN, ET_EXEC, ET_REL } from './constants.ts';
import type { ElfFile } from './elf-file.ts';

/** Output of a link (ET_EXEC, ET_DYN): the only types that kernels and loaders map (K10, G11, M10). */
export function isLinked({ type }: Pick<ElfFile, 'type'>): boolean {
  return type === ET_EXEC || type === ET_DYN;
}

/** How an ELF file can be started. */
export type ElfKind =
  | 'executable'
  | 'pie'
  | 'static-executable'
  | 'static-pie'
  | 'shared-object'
  | 'relocatable'
  | 'core'
  | 'other';

/**
 * Static or dynamic is decided by PT_INTERP (K30), not by e_type, and not by DT_NEEDED, which no loader reads without it. A
 * file of type ET_DYN is a program when it says so (DF_1_PIE), or, from older linkers, when it has an interpreter and no soname (libc.so.6 has both), or when it has an
 * entry point and nothing that a library would have.
 */
export function kindOf(elf: Pick<ElfFile, 'type' | 'interp' | 'dynamic' | 'entry'>): ElfKind {
  const { type, interp, dynamic } = elf;
  if (type === ET_EXEC) return interp === null ? 'static-executable' : 'executable';
  if (type === ET_REL) return 'relocatable';
  if (type === ET_CORE) return 'core';
  if (type !== ET_DYN) return 'other';
  const saysPie = ((dynamic?.flags1 ?? 0) & DF_1_PIE) !== 0;
  if (interp !== null) return saysPie || (dynamic?.soname ?? null) === null ? 'pie' : 'shared-object';
  return saysPie || isBareProgram(elf) ? 'static-pie' : 'shared-object';
}

/** Needs nothing from the image to start: no interpreter (K30). */
export function isStatic(kind: ElfKind): boolean {
  return kind === 'static-executable' || kind === 'static-pie';
}

function isBareProgram({ dynamic, entry }: Pick<ElfFile, 'dynamic' | 'entry'>): boolean {
  if (entry === '0x0') return false;
  if (dynamic === null) return true;
  const named = dynamic.symbols.some(({ name }) => name !== '');
  return dynamic.soname === null && dynamic.needed.length === 0 && !named;
}
