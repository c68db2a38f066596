import type { CpuLevel } from '../../container/host.ts';
import { cpuLevels, simulatedLevel } from '../../container/host.ts';
import { EM_386, EM_ARM, EM_MIPS, EM_PPC, EM_PPC64, EM_S390, EM_X86_64 } from '../../elf/constants.ts';
import type { Problem } from '../trace/problem.ts';
import type { LinkMap } from './link-map.ts';
import type { Phrasing } from './phrasing.ts';
import type { LoaderSession } from './session.ts';

/** GNU_PROPERTY_X86_ISA_1 bits of the levels, lowest first (G60). */
const isaBits = [1, 2, 4, 8];

/** What the bits require: the highest level that they name, or bits that belong to no level. */
export function isaLevel(bits: number): string {
  const named = isaBits.reduce((sum, bit) => sum | bit, 0);
  if ((bits & ~named) !== 0) return 'instructions that no x86-64 level has';
  const highest = isaBits.reduce((found, bit, index) => ((bits & bit) !== 0 ? index : found), 0);
  return cpuLevels[highest] ?? 'x86-64';
}

/** The bits that a processor of a level supports. */
const offeredBits = (level: CpuLevel): number => (2 << cpuLevels.indexOf(level)) - 1;

/**
 * CPU levels that the objects need, by `.note.gnu.property` (G60, since 2.33, x86 only). When the processor is
 * unknown, a level above the baseline is reported and does not stop the start.
 */
function isaProblems(session: LoaderSession, maps: readonly LinkMap[], { exitStatus }: Phrasing): Problem[] {
  const machine = session.loader.elf.machine;
  if (session.release < 233 || (machine !== EM_X86_64 && machine !== EM_386)) return [];
  const { cpu } = session.container.host;
  const offered = offeredBits(simulatedLevel(session.container.host));
  const told = offeredBits(cpu ?? 'x86-64');
  const problems: Problem[] = [];
  for (const map of maps) {
    const needed = map.elf.notes.x86IsaNeeded;
    if (needed === null || (needed & ~told) === 0) continue;
    const fatal = (needed & ~offered) !== 0;
    problems.push({
      kind: 'isa-level',
      path: map.path,
      needed: isaLevel(needed),
      cpu: cpu ?? 'x86-64 (level unknown)',
      stage: 'library',
      fatal,
      seen: `${map.path}: CPU ISA level is lower than required`,
      exitStatus,
    });
  }
  return problems;
}

const executableByDefault = new Set([EM_386, EM_X86_64, EM_ARM, EM_PPC64, EM_PPC, EM_MIPS, EM_S390]);

/** PT_GNU_STACK with the x flag, or none where the architecture's default stack is executable (G61). */
export function needsExecutableStack(map: LinkMap): boolean {
  if (map.elf.stack !== null) return map.elf.stack.executable;
  return executableByDefault.has(map.elf.machine);
}

const execstack = (session: LoaderSession): number | null =>
  session.tunables.number('glibc.rtld.execstack', { least: 0, most: 2 });

/**
 * Whether the stack of the process is executable since its start, so that dlopen has nothing to change (G61): an object of the start
 * asks for that, or the tunable does, which not all builds of 2.41 have.
 */
export function stackAtStart(
  session: LoaderSession,
  started: readonly LinkMap[],
): 'executable' | 'not executable' | 'unknown' {
  if (started.some(needsExecutableStack)) return 'executable';
  if (execstack(session) !== 2) return 'not executable';
  return session.release > 241 ? 'executable' : 'unknown';
}

/** Executable stacks under `glibc.rtld.execstack=0` (G61, since 2.41), or of an object for which dlopen would have to make it so. */
function stackProblems(
  session: LoaderSession,
  maps: readonly LinkMap[],
  started: readonly LinkMap[] | null,
  phrasing: Phrasing,
): Problem[] {
  const forbidden =
    started === null ? execstack(session) === 0 : stackAtStart(session, started) === 'not executable';
  if (session.release < 241 || !forbidden) return [];
  return maps.filter(needsExecutableStack).map((map) => ({
    kind: 'executable-stack',
    path: map.path,
    stage: 'library',
    fatal: true,
    seen:
      map.role === 'main'
        ? 'Fatal glibc error: executable stack is not allowed'
        : phrasing.error(
            map.name,
            'cannot enable executable stack as shared object requires: Invalid argument',
          ),
    exitStatus: phrasing.exitStatus,
  }));
}

/** The checks of phase P: CPU level and stack (G60, G61). `started`: what the process of a dlopen has loaded before; null at a start. */
export function checkProperties(
  session: LoaderSession,
  maps: readonly LinkMap[],
  started: readonly LinkMap[] | null,
  phrasing: Phrasing,
): Problem[] {
  return [...stackProblems(session, maps, started, phrasing), ...isaProblems(session, maps, phrasing)];
}
