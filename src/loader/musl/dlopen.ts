import type { Container } from '../../container/container.ts';
import { callerOf } from '../caller.ts';
import type { DlopenRequest } from '../loader.ts';
import { preloadNames } from '../preload-names.ts';
import { EndingBuilder } from '../trace/ending-builder.ts';
import { type Loaded, unknownLoad } from '../trace/loaded.ts';
import { relocateAll } from './bind-symbols.ts';
import { LibraryLoader, mainDso, preloadSeparators } from './load-libraries.ts';
import { identityOf, loadedChain } from './loaded-chain.ts';
import { startSession } from './session.ts';
import { silentCrashes } from './silent-crashes.ts';

/**
 * dlopen(path, RTLD_LAZY) in a running process with its preloads, as `dlopen` of ldso/dynlink.c does: the first problem ends
 * it (M5, M31, S31).
 */
export function dlopenUnderMusl(container: Container, request: DlopenRequest): Loaded {
  const { path, realPath, elf, inodeId } = callerOf(request, 'libc.so');

  // Read the loader's parameters, and load what the caller had loaded at its own start.
  const session = startSession(container, request.loader, false);
  const { dynamic } = elf;
  if (dynamic === null) return unknownLoad(identityOf(session), 'the calling process has no dynamic segment');
  const main = mainDso(path, realPath, elf, dynamic, inodeId);
  const loader = new LibraryLoader(session, main, 1);
  loader.preload(preloadNames(container.start, preloadSeparators, false));
  loader.loadDependencies();
  const { chain } = loader;
  const before = chain.all.length;
  const callerProblems = chain.problems.length;
  // From here on the caller runs: its objects are relocated, and no problem of theirs ends the dlopen.

  // Load the object and what it needs beyond what is there (M1 to M10).
  if (loader.open(request.path, main) !== null) loader.loadDependencies(before);
  const opened = chain.all.slice(before);
  // From here on no object is added: `chain.all` is the caller's scope, then what the dlopen brought.

  // Relocate what came; look-ups by GOT and PLT may wait (M31, M44).
  const scope = {
    all: chain.all,
    lazy: true,
    libraryMissing: chain.missing.size > 0,
    withoutCaller: request.caller === null,
    exitStatus: 1,
    opened,
  };
  const relocating = relocateAll(session, scope, opened);
  const counted = relocating.filter((problem) => problem.kind !== 'symbol-missing' || !problem.fromCaller);
  // From here on every object is relocated.

  // Run code: of another machine (M10), or with pointers that DT_RELR left as they are in the file (M40).
  const crashes = silentCrashes(session, chain, opened);

  const ending = new EndingBuilder()
    .firstFatal(chain.problems.slice(callerProblems))
    .firstFatal(counted)
    .firstFatal(crashes);
  return loadedChain(session, chain, [...chain.problems, ...relocating, ...crashes], ending);
}
