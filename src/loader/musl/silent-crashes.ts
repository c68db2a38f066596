import type { Problem } from '../trace/problem.ts';
import { crash, relrUnknown } from '../trace/problems.ts';
import { isCalled } from './bind-symbols.ts';
import type { Dso } from './dso.ts';
import type { DsoChain } from './load-libraries.ts';
import type { MuslSession } from './session.ts';

/** SIGILL. */
const illegalInstruction = 132;

/**
 * Crashes without a message after relocation: DT_RELR that is not supported (M40), foreign code (M10). Whether foreign code
 * that nothing calls runs on its own, as an initialiser, is unknown.
 */
export function silentCrashes(session: MuslSession, chain: DsoChain, objects: readonly Dso[]): Problem[] {
  const problems: Problem[] = [];
  for (const dso of objects) {
    if (dso.role === 'loader') continue;
    if (dso.dynamic.relocations.relr && !session.relr) problems.push(relrUnknown(dso.path, 'musl'));
    if (dso.elf.machine === session.loader.elf.machine) continue;
    const reason = 'its code is for another machine, and this loader does not look';
    if (isCalled(dso, chain.all)) problems.push(crash(dso.path, reason, 'library', illegalInstruction));
    else chain.unknown ??= `${dso.path}: ${reason}; it is unknown whether any of it is executed`;
  }
  return problems;
}
