import type { Container } from '../../container/container.ts';
import { callerOf } from '../caller.ts';
import type { DlopenRequest } from '../loader.ts';
import { EndingBuilder } from '../trace/ending-builder.ts';
import type { Loaded } from '../trace/loaded.ts';
import { silentRelrProblems } from './after-relocation.ts';
import { bindSymbols } from './bind-symbols.ts';
import { checkProperties } from './check-properties.ts';
import { checkVersions } from './check-versions.ts';
import { mainMap } from './load-objects.ts';
import { loadedObjects, loadProcess } from './load-process.ts';
import { dlopenPhrasing } from './phrasing.ts';
import { relocationOrder } from './relocation-order.ts';
import { startSession } from './session.ts';
import { staticTlsProblems } from './static-tls.ts';

/**
 * dlopen(path, RTLD_LAZY) in a running process with its preloads, as plugins and addons are loaded (G30, G60 to G62, S31):
 * the passes of a start, for the objects that it brings, as `dl_open_worker` of elf/dl-open.c takes them.
 */
export function dlopenUnderGlibc(container: Container, request: DlopenRequest): Loaded {
  const caller = callerOf(request, 'libc.so.6');

  // Read the loader's parameters, and load what the caller had loaded at its own start.
  const session = startSession(container, request.loader, caller.path, false);
  const main = mainMap(caller.path, caller.realPath, caller.elf, caller.inodeId);
  const loader = loadProcess(session, main, dlopenPhrasing);
  const { set } = loader;
  const global = [...set.maps];
  const callerProblems = set.problems.length;
  // From here on the caller runs: its objects are relocated, and no problem of theirs ends the dlopen.

  // Load the object and what it needs beyond what is there (G4 to G8).
  if (loader.open(request.path, main)) loader.loadDependencies(global.length);
  const opened = set.maps.slice(global.length);
  const loading = set.problems.slice(callerProblems);
  const scope = [...global, ...opened];
  // From here on no object is added: `scope` is the caller's global scope, then what the dlopen brought.

  // Compare versions (G40 to G47) and refuse what does not fit the CPU or the stack (G60, G61).
  const versions = checkVersions(session, set, opened, dlopenPhrasing);
  const properties = checkProperties(session, opened, true, dlopenPhrasing);
  // From here on no object is refused for what it is: only its symbols can be missing.

  // Relocate what came, dependencies first (G50 to G55).
  const order = relocationOrder([main, ...opened], session.release).filter((map) => map !== main);
  const symbols = bindSymbols(
    session,
    {
      maps: scope,
      lazy: !session.bindNow,
      libraryMissing: set.missing.size > 0,
      withoutCaller: request.caller === null,
      phrasing: dlopenPhrasing,
    },
    order,
  );
  const counted = symbols.filter((problem) => problem.kind !== 'symbol-missing' || !problem.fromCaller);
  // From here on every object is relocated.

  // Find room for thread-local storage at fixed offsets (G62); run code, with wrong pointers where DT_RELR is unknown (G46).
  const staticTls = staticTlsProblems(session, opened, scope, order);
  const relr = silentRelrProblems(session, opened);

  const ending = new EndingBuilder()
    .firstFatal(loading)
    .firstFatal(versions)
    .firstFatal(properties)
    .firstFatal(counted)
    .firstFatal(staticTls)
    .firstFatal(relr);
  const problems = [...set.problems, ...versions, ...properties, ...symbols, ...staticTls, ...relr];
  return loadedObjects(session, set, problems, ending);
}
