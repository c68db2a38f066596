import type { Container } from '../../container/container.ts';
import { callerOf, isCallersOf } from '../callers/calling-process.ts';
import type { DlopenCall, DlopenRequest } from '../loader.ts';
import { preloadNames } from '../preload-names.ts';
import { EndingBuilder } from '../trace/ending-builder.ts';
import { type Loaded, unknownLoad } from '../trace/loaded.ts';
import type { Problem } from '../trace/problem.ts';
import { relocateAll } from './bind-symbols.ts';
import type { Dso } from './dso.ts';
import { mainDso } from './dso.ts';
import { LibraryLoader, preloadSeparators } from './load-libraries.ts';
import { identityOf, loadedChain } from './loaded-chain.ts';
import { type MuslSession, startSession } from './session.ts';
import { silentCrashes } from './silent-crashes.ts';

/** What one dlopen came to: the problems of its passes in order, and how it ends. */
interface Opening {
  readonly problems: readonly Problem[];
  readonly ending: EndingBuilder;
}

/** A process that runs and opens objects one by one (M5, M31, S31, S33). */
class RunningProcess {
  readonly #session: MuslSession;
  readonly #loader: LibraryLoader;
  readonly #isCallers: (name: string) => boolean;
  /** What was in the chain when the program started: only its TLS has a place at a fixed offset (M44). */
  readonly #atStart: number;
  /** The symbols that every object sees, in look-up order: `head` to `syms_tail`. */
  readonly #global: Dso[];

  constructor(session: MuslSession, loader: LibraryLoader, isCallers: (name: string) => boolean) {
    this.#session = session;
    this.#loader = loader;
    this.#isCallers = isCallers;
    this.#atStart = loader.chain.all.length;
    this.#global = [...loader.chain.all];
  }

  /** One dlopen, as `dlopen` of ldso/dynlink.c does it: the first problem ends it. */
  open({ path, mode }: DlopenCall): Opening {
    const { chain } = this.#loader;
    const before = chain.all.length;
    const known = chain.problems.length;

    // Load the object and what it needs beyond what is there (M1 to M10).
    const root = this.#loader.open(path, chain.main);
    if (root !== null) this.#loader.loadDependencies(before);
    const brought = chain.all.slice(before);
    const loading = chain.problems.slice(known);
    const own = root === null ? brought : [...new Set([...this.#loader.searchList(root), ...brought])];
    const scope = [...new Set([...this.#global, ...own])];
    // From here on no object is added: `scope` is what the process shows to all, then what the dlopen brought.

    // Relocate what came; with RTLD_LAZY, look-ups by GOT and PLT may wait (M31, M44).
    const relocating = relocateAll(
      this.#session,
      {
        all: scope,
        lazy: mode.binding === 'lazy',
        libraryMissing: chain.missing.size > 0,
        isCallers: this.#isCallers,
        exitStatus: 1,
        opened: chain.all.slice(this.#atStart),
      },
      brought,
    );
    const counted = relocating.filter((problem) => problem.kind !== 'symbol-missing' || !problem.fromCaller);
    // From here on every object is relocated.

    // Run code: of another machine (M10), or with pointers that DT_RELR left as they are in the file (M40).
    const crashes = silentCrashes(this.#session, chain, brought);
    if (mode.scope === 'global') this.#global.push(...own.filter((dso) => !this.#global.includes(dso)));

    return {
      problems: [...loading, ...relocating, ...crashes],
      ending: new EndingBuilder().firstFatal(loading).firstFatal(counted).firstFatal(crashes),
    };
  }

  /** A dlopen whose failure the caller takes as a warning: it leaves no trace in the process (S33). */
  tryToOpen(call: DlopenCall): Opening {
    const mark = this.#loader.mark();
    const global = this.#global.length;
    const opening = this.open(call);
    if (opening.ending.ended) {
      this.#loader.unload(mark);
      this.#global.length = global;
    }
    return opening;
  }
}

/**
 * dlopen in a running process with its preloads: first what the caller opened before, then the object (M5, M31, S31 to S33).
 */
export function dlopenUnderMusl(container: Container, request: DlopenRequest): Loaded {
  const { path, realPath, elf, inodeId } = callerOf(request, 'libc.so');

  // Read the loader's parameters, and load what the caller had loaded at its own start.
  const session = startSession(container, request.loader, false);
  const { dynamic } = elf;
  if (dynamic === null) return unknownLoad(identityOf(session), 'the calling process has no dynamic segment');
  const loader = new LibraryLoader(session, mainDso(path, realPath, elf, dynamic, inodeId), 1);
  loader.preload(preloadNames(container.start, preloadSeparators, false));
  loader.loadDependencies();
  const { chain } = loader;
  // From here on the caller runs: its objects are relocated, and no problem of theirs ends the dlopen.

  const process = new RunningProcess(session, loader, isCallersOf(request));
  for (const { ends, ...call } of request.before) {
    const atStart = [...chain.problems];
    const { problems, ending } = ends ? process.open(call) : process.tryToOpen(call);
    if (ending.ended && ends) return loadedChain(session, chain, [...atStart, ...problems], ending);
  }
  const started = [...chain.problems];
  const { problems, ending } = process.open(request);
  return loadedChain(session, chain, [...started, ...problems], ending);
}
