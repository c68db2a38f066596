import { symbolTable } from '../symbols/symbol-table.ts';
import type { Problem } from '../trace/problem.ts';
import { relrUnknown } from '../trace/problems.ts';
import type { LinkMap } from './link-map.ts';
import type { LoaderSession } from './session.ts';

/** ld.so calls `__libc_early_init` of the libc.so.6 that it was built with (G0b, since 2.32). */
export function earlyInitProblems(session: LoaderSession, maps: readonly LinkMap[]): Problem[] {
  const libc = maps.find((map) => map.dynamic.soname === 'libc.so.6');
  if (session.release < 232 || libc === undefined) return [];
  const initialisers = symbolTable(libc.dynamic).get('__libc_early_init') ?? [];
  if (initialisers.some(({ defined }) => defined)) return [];
  return [
    {
      kind: 'loader-libc-mismatch',
      loader: session.loader.path,
      libc: libc.path,
      stage: 'symbol',
      fatal: true,
      seen: "Inconsistency detected by ld.so: dl-call-libc-early-init.c: 37: _dl_call_libc_early_init: Assertion `sym != NULL' failed!",
      exitStatus: 127,
    },
  ];
}

/** DT_RELR under a loader that does not support it: pointers stay unrelocated, without a message (G46, up to 2.35). */
export function silentRelrProblems(session: LoaderSession, maps: readonly LinkMap[]): Problem[] {
  if (session.release >= 236) return [];
  return maps
    .filter((map) => map.dynamic.relocations.relr && map.role !== 'interpreter')
    .map((map) => relrUnknown(map.path, 'glibc'));
}
