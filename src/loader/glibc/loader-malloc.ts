import type { Problem } from '../trace/problem.ts';
import { symbolMissing } from '../trace/problems.ts';
import type { LinkMap } from './link-map.ts';
import { lookupScope, lookupSymbol } from './lookup-symbol.ts';
import type { LoaderSession } from './session.ts';

/** In the order in which `__rtld_malloc_init_real` looks them up. */
const mallocFunctions = ['calloc', 'free', 'malloc', 'realloc'];

/**
 * Whether ld.so relocates itself again, and then uses malloc of the program (elf/dl-minimal.c, since 2.32): up to 2.40 when
 * something needs ld.so by name, since 2.41 when libc.so.6 is there.
 */
function takesMalloc(session: LoaderSession, maps: readonly LinkMap[]): boolean {
  if (session.release < 232) return false;
  if (session.release < 241) return maps.some(({ role }) => role === 'interpreter');
  return maps.some(({ dynamic }) => dynamic.soname === 'libc.so.6');
}

/** The first function of malloc that no object defines for ld.so, with the oldest version that its libc has (G57). */
export function loaderMallocProblems(
  session: LoaderSession,
  maps: readonly LinkMap[],
  libraryMissing: boolean,
): Problem[] {
  const oldest = session.loader.elf.dynamic?.verdef.find(({ base }) => !base);
  if (oldest === undefined || !takesMalloc(session, maps)) return [];
  const version = oldest.name;
  const scope = lookupScope(maps);
  const name = mallocFunctions.find((each) => {
    const request = { name: each, version, versionFile: null, plt: false, copyInto: null };
    return lookupSymbol(request, scope, session.release).kind !== 'found';
  });
  if (name === undefined) return [];
  const { argv0, loader } = session;
  const seen = `${argv0}: symbol lookup error: ${argv0}: undefined symbol: ${name}, version ${version}`;
  const symbol = { name, version, versionFile: null, libraryMissing, fromCaller: false } as const;
  return [symbolMissing({ ...symbol, neededBy: loader.path, binding: 'startup' }, { seen, exitStatus: 127 })];
}
