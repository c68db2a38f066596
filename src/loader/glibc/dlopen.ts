import type { Container } from '../../container/container.ts';
import { type Caller, callerName, callerOf, isCallersOf } from '../callers/calling-process.ts';
import { usualLibraries } from '../callers/usual-libraries.ts';
import type { DlopenCall, DlopenRequest } from '../loader.ts';
import { EndingBuilder } from '../trace/ending-builder.ts';
import type { Loaded } from '../trace/loaded.ts';
import type { Problem } from '../trace/problem.ts';
import { calledAtInit, silentRelrProblems } from './after-relocation.ts';
import { bindSymbols } from './bind-symbols.ts';
import { checkProperties, needsExecutableStack, stackAtStart } from './check-properties.ts';
import { checkVersions } from './check-versions.ts';
import type { LinkMap } from './link-map.ts';
import type { ObjectLoader } from './load-objects.ts';
import { loadedObjects, loadProcess } from './load-process.ts';
import { missingForZero } from './missing-for-zero.ts';
import { mainMap } from './new-link-map.ts';
import { dlopenPhrasing, type Phrasing } from './phrasing.ts';
import { relocationOrder } from './relocation-order.ts';
import { type LoaderSession, startSession } from './session.ts';
import { placeStaticTls } from './static-tls.ts';
import { type TlsRoom, tlsRoom } from './tls-room.ts';

/** The object and all that it needs, breadth-first: its l_searchlist (G5). */
function searchList(root: LinkMap): LinkMap[] {
  const list = new Set([root]);
  for (const map of list) for (const dependency of map.dependencies) list.add(dependency);
  return [...list];
}

/** What one dlopen came to: the problems of its passes in order, and how it ends. */
interface Opening {
  readonly problems: readonly Problem[];
  readonly ending: EndingBuilder;
}

/** A process that runs and opens objects one by one (G91, S31, S33). */
class RunningProcess {
  readonly #session: LoaderSession;
  readonly #loader: ObjectLoader;
  readonly #phrasing: Phrasing;
  readonly #isCallers: (name: string) => boolean;
  /** The global scope in look-up order: what was there at start, then what was opened with RTLD_GLOBAL. */
  readonly #global: LinkMap[];
  /** What the start left free for thread-local storage at fixed offsets. */
  readonly #tlsRoom: TlsRoom;
  /** What dlopen brought, in the order of relocation. */
  readonly #relocated: LinkMap[] = [];

  constructor(
    session: LoaderSession,
    loader: ObjectLoader,
    phrasing: Phrasing,
    isCallers: (name: string) => boolean,
  ) {
    this.#tlsRoom = tlsRoom(session, loader.set.maps, 0);
    this.#session = session;
    this.#loader = loader;
    this.#phrasing = phrasing;
    this.#isCallers = isCallers;
    this.#global = [...loader.set.maps];
  }

  /** One dlopen: the passes of a start, for the objects that it brings, as `dl_open_worker` of elf/dl-open.c takes them. */
  open({ path, mode }: DlopenCall): Opening {
    const { set } = this.#loader;
    const from = set.maps.length;
    const known = set.problems.length;

    // Load the object and what it needs beyond what is there (G4 to G8).
    const root = this.#loader.open(path, set.main);
    const brought = set.maps.slice(from);
    const loading = set.problems.slice(known);
    const own = root === null ? brought : [...new Set([...searchList(root), ...brought])];
    const others = this.#global.filter((map) => !own.includes(map));
    const scope = mode.deepbind ? [...own, ...others] : [...new Set([...this.#global, ...own])];
    // From here on no object is added: `scope` is where symbols of the objects are looked up (S32).

    // Compare versions (G40 to G47) and refuse what does not fit the CPU or the stack (G60, G61).
    const versions = checkVersions(this.#session, set, brought, this.#phrasing);
    const before = set.maps.slice(0, from);
    const properties = checkProperties(this.#session, brought, before, this.#phrasing);
    if (brought.some(needsExecutableStack) && stackAtStart(this.#session, before) === 'unknown')
      set.unknown ??=
        'glibc.rtld.execstack=2: not every build of glibc 2.41 has it, and it is not known whether this one does';
    // From here on no object is refused for what it is: only its symbols can be missing.

    // Relocate what came, dependencies first (G50 to G55).
    const order = relocationOrder([set.main, ...brought], this.#session.release).filter((map) =>
      brought.includes(map),
    );
    const symbols = bindSymbols(
      this.#session,
      {
        maps: scope,
        lazy: this.#session.profiles || (!this.#session.bindNow && mode.binding === 'lazy'),
        ignoresBindNow: this.#session.profiles,
        libraryMissing: set.missing.size > 0,
        isCallers: this.#isCallers,
        phrasing: this.#phrasing,
      },
      order,
    );
    const counted = symbols.filter((problem) => problem.kind !== 'symbol-missing' || !problem.fromCaller);
    // From here on every object is relocated.

    // Find room for thread-local storage at fixed offsets (G62); run code, with wrong pointers where DT_RELR is unknown (G46).
    this.#relocated.push(...order);
    const { problems: staticTls, unknown } = placeStaticTls(
      this.#session,
      this.#relocated,
      scope,
      this.#relocated,
      this.#tlsRoom,
      this.#phrasing,
    );
    set.unknown ??= unknown;
    const running = [...silentRelrProblems(this.#session, brought), ...calledAtInit(symbols, brought)];
    if (mode.scope === 'global') this.#global.push(...own.filter((map) => !this.#global.includes(map)));

    return {
      problems: [...loading, ...versions, ...properties, ...symbols, ...staticTls, ...running],
      ending: new EndingBuilder()
        .firstFatal(loading)
        .firstFatal(versions)
        .firstFatal(properties)
        .firstFatal(counted)
        .firstFatal(staticTls)
        .firstFatal(running),
    };
  }

  /** A dlopen whose failure the caller takes as a warning: it leaves no trace in the process (S33). */
  tryToOpen(call: DlopenCall): Opening {
    const mark = this.#loader.mark();
    const global = this.#global.length;
    const relocated = this.#relocated.length;
    const opening = this.open(call);
    if (opening.ending.ended) {
      this.#loader.unload(mark);
      this.#global.length = global;
      this.#relocated.length = relocated;
    }
    return opening;
  }
}

/** The caller's own libraries, loaded at its start. Those that only usual callers have count where the image has them. */
function startedCaller(session: LoaderSession, caller: Caller, phrasing: Phrasing): ObjectLoader {
  const { path, realPath, elf, inodeId, usual } = caller;
  const loader = loadProcess(session, mainMap(path, realPath, elf, inodeId), phrasing);
  loader.forget(usual);
  return loader;
}

/**
 * dlopen in a running process with its preloads, as plugins and addons are loaded (G30, G60 to G62, S31 to S33): first what the
 * caller opened before, then the object.
 */
export function dlopenUnderGlibc(container: Container, request: DlopenRequest): Loaded {
  // Read the loader's parameters, and load what the caller had loaded at its own start.
  const session = startSession(container, request.loader, callerName(request), false);
  const usual = session.release < 234 ? usualLibraries(request.kind) : [];
  const caller = callerOf(request, 'libc.so.6', usual);
  const phrasing = dlopenPhrasing(caller.argv0);
  const loader = startedCaller(session, caller, phrasing);
  const { set } = loader;
  if ((container.start.env.get('LD_AUDIT') ?? '') !== '')
    set.unknown ??= 'LD_AUDIT: what the auditors of the caller leave is not simulated';
  // From here on the caller runs: its objects are relocated, and no problem of theirs ends the dlopen.

  const process = new RunningProcess(session, loader, phrasing, isCallersOf(request));
  for (const { ends, ...call } of request.before) {
    const atStart = [...set.problems];
    const { problems, ending } = ends ? process.open(call) : process.tryToOpen(call);
    if (ending.ended && ends) return loadedObjects(session, set, [...atStart, ...problems], ending);
  }
  const started = [...set.problems];
  const { problems, ending } = process.open(request);
  const loaded = loadedObjects(session, set, [...started, ...problems], ending);
  const unknown = missingForZero(session, problems, loaded.ending);
  return unknown === null ? loaded : { ...loaded, ending: { kind: 'unknown', reason: unknown } };
}
