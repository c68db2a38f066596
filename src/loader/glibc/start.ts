import type { Container } from '../../container/container.ts';
import type { Executed, OpenedFile } from '../kernel/execve.ts';
import { EndingBuilder } from '../trace/ending-builder.ts';
import { type Loaded, unknownLoad } from '../trace/loaded.ts';
import { calledAtInit, earlyInitProblems, mixedBuilds, silentRelrProblems } from './after-relocation.ts';
import { type Auditors, auditorsOf } from './auditors.ts';
import { bindSymbols } from './bind-symbols.ts';
import { kernelProblems } from './check-kernel.ts';
import { checkProperties } from './check-properties.ts';
import { checkVersions } from './check-versions.ts';
import { legacyDoubt } from './legacy-doubt.ts';
import type { LinkMap } from './link-map.ts';
import { identityOf, loadedObjects, loadProcess } from './load-process.ts';
import { loaderMallocProblems } from './loader-malloc.ts';
import { missingForZero } from './missing-for-zero.ts';
import { mainMap } from './new-link-map.ts';
import { startPhrasing } from './phrasing.ts';
import { relocationOrder } from './relocation-order.ts';
import { type LoaderSession, startSession } from './session.ts';
import { placeStaticTls } from './static-tls.ts';
import { type TlsRoom, tlsRoom } from './tls-room.ts';
import { endsAfterPrinting } from './variables.ts';

/** Libraries that auditors bring take of the room as well. */
function auditedRoom(session: LoaderSession, main: LinkMap, { named, withNeeds }: Auditors): TlsRoom {
  const { sure, most } = tlsRoom(session, [main], named);
  return { sure: sure - withNeeds * mostOfAuditor, most };
}

/** Static TLS of the libraries of one auditor: a libc of its own, and as much again. */
const mostOfAuditor = 288;

/**
 * Starts a program under glibc's ld.so, as `dl_main` of elf/rtld.c does (G0 to G91): the phases L, V, P and S in order. Each
 * pass runs in full, whatever the passes before it found; which of their problems ends the start is decided last.
 */
export function startUnderGlibc(container: Container, executed: Executed, interp: OpenedFile): Loaded {
  const { program } = executed;
  const argv0 = executed.argv[0] ?? program.path;
  const phrasing = startPhrasing(argv0);

  // Read the loader's parameters from its file, the environment and the image (G0, G20, G22, G51).
  const session = startSession(container, interp, argv0, executed.secure);
  const { env } = container.start;
  const diverted = endsAfterPrinting(env, session.secure);
  if (diverted !== null) return unknownLoad(identityOf(session), diverted);
  // From here on the loader starts the program.

  // Refuse a kernel that this glibc was not built for (G15).
  const kernel = kernelProblems(session);

  // Phase L: load the program's preloads and needs, breadth-first (G4 to G8, G30).
  const main = mainMap(program.path, program.realPath, program.elf, program.inode.id);
  const auditors = auditorsOf(session, main);
  const { set } = loadProcess(session, main, phrasing);
  // From here on no object is added: `set.maps` is the global scope, in look-up order.

  // Phase V: compare the versions that each object needs with those that the named file defines (G40 to G47).
  const versions = checkVersions(session, set, set.maps, phrasing);

  // Phase P: refuse objects for another CPU level and executable stacks (G60, G61).
  const properties = checkProperties(session, set.maps, null, phrasing);
  // From here on no object is refused for what it is: only its symbols can be missing.

  // Phase S: relocate, dependencies first and the program last (G50 to G55).
  const order = relocationOrder(set.maps, session.release);
  const scope = {
    maps: set.maps,
    lazy: !session.bindNow,
    ignoresBindNow: session.profiles || (auditors.loaded > 0 && session.release <= 234),
    libraryMissing: set.missing.size > 0,
    isCallers: () => false,
    phrasing,
  };
  const symbols = bindSymbols(session, scope, order);
  // With auditors, static TLS was laid out when only the program was there (G93).
  const late = auditors.named === 0 ? [] : set.maps.slice(1);
  const storage = placeStaticTls(
    session,
    late,
    set.maps,
    order,
    auditedRoom(session, main, auditors),
    phrasing,
  );
  set.unknown ??= storage.unknown;
  // From here on every object is relocated.

  // Relocate ld.so again, which then uses malloc of the process (G52); then initialise libc (G0b); then run code: first that of
  // initializers, whose pointers are wrong where DT_RELR was not applied (G46).
  const mixed = mixedBuilds(session, set.maps);
  const atInit = calledAtInit(symbols, set.maps);
  const relocated = [
    ...loaderMallocProblems(session, set.maps, set.missing.size > 0),
    ...earlyInitProblems(session, set.maps),
    ...mixed.problems,
    ...silentRelrProblems(session, set.maps),
    ...atInit,
  ];

  const ending = new EndingBuilder()
    .firstFatal(session.tunables.problems)
    .firstFatal(kernel)
    .firstFatal(auditors.problems)
    .firstFatal(set.problems)
    .allThenStop(versions)
    .firstFatal(properties)
    .firstFatal(symbols)
    .firstFatal(storage.problems)
    .firstFatal(relocated);
  const problems = [
    ...session.tunables.problems,
    ...kernel,
    ...auditors.problems,
    ...set.problems,
    ...versions,
    ...properties,
    ...symbols,
    ...storage.problems,
    ...relocated,
  ];
  const loaded = loadedObjects(session, set, problems, ending);
  const unknown =
    auditors.unknown ??
    legacyDoubt(session, set) ??
    missingForZero(session, problems, loaded.ending) ??
    (loaded.ending.kind === 'starts' ? mixed.unknown : null);
  return unknown === null ? loaded : { ...loaded, ending: { kind: 'unknown', reason: unknown } };
}
