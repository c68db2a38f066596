import type { Container } from '../../container/container.ts';
import type { DynamicSection, ElfFile } from '../../elf/elf-file.ts';
import { trustedEnding } from '../doubt/trusted-ending.ts';
import type { Executed, OpenedFile } from '../kernel/execve.ts';
import { EndingBuilder } from '../trace/ending-builder.ts';
import type { LoadTrace, Problem } from '../trace/load-trace.ts';
import { isCalled, relocateAll } from './bind-symbols.ts';
import type { Dso } from './dso.ts';
import { type DsoChain, LibraryLoader, mainDso } from './load-libraries.ts';
import { type MuslSession, startSession } from './session.ts';
import { writesReadOnly } from './text-relocations.ts';

type Simulated = Pick<LoadTrace, 'loader' | 'objects' | 'problems' | 'ending'>;

/**
 * Crashes without a word, once all are relocated: DT_RELR that is not known (M40), foreign code (M10). Whether foreign code
 * that nothing calls runs on its own, as an initialiser, cannot be told.
 */
function silentCrashes(session: MuslSession, chain: DsoChain, objects: readonly Dso[]): Problem[] {
  const problems: Problem[] = [];
  const effect = { stage: 'symbol', fatal: true, seen: null, exitStatus: 139 } as const;
  for (const dso of objects) {
    if (dso.role === 'loader') continue;
    if (dso.dynamic.relocations.relr && !session.relr) {
      const reason = 'this musl does not know DT_RELR: its pointers stay unrelocated';
      problems.push({ kind: 'relr-unsupported', path: dso.path, reason, ...effect });
    }
    if (dso.elf.machine === session.loader.elf.machine) continue;
    const reason = 'its code is for another machine, and this loader does not look';
    if (isCalled(dso, chain.all))
      problems.push({ kind: 'crash', path: dso.path, reason, ...effect, stage: 'library', exitStatus: 132 });
    else chain.unknown ??= `${dso.path}: ${reason}; whether any of it is executed cannot be told`;
  }
  return problems;
}

function textrelProblems(
  session: MuslSession,
  main: Dso,
  chain: DsoChain,
  relocating: readonly Problem[],
): Problem[] {
  const writes = writesReadOnly(session, main, relocating);
  if (writes === 'unknown')
    chain.unknown ??= `${main.path}: DT_TEXTREL is set, and whether a relocation writes into a read-only segment cannot be told`;
  if (writes !== 'yes') return [];
  const effect = { stage: 'symbol', fatal: true, seen: null, exitStatus: 139 } as const;
  return [{ kind: 'textrel-unsupported', path: main.path, ...effect }];
}

function simulated(
  session: MuslSession,
  chain: DsoChain,
  problems: readonly Problem[],
  ending: EndingBuilder,
): Simulated {
  return {
    loader: { family: 'musl', version: session.version, path: session.loader.path },
    objects: chain.objects,
    problems,
    ending: trustedEnding(ending.build(), chain.unknown, chain.all),
  };
}

/**
 * All problems of loading and relocating are printed, then the process ends (M20), unless a relocation kills it before;
 * other crashes come later.
 */
function muslEnding(
  chain: DsoChain,
  relocating: readonly Problem[],
  crashes: readonly Problem[],
): EndingBuilder {
  const mapped = chain.problems.filter((problem) => problem.kind === 'truncated');
  const deadly = relocating.findIndex(({ kind }) => kind === 'crash' || kind === 'textrel-unsupported');
  const done = deadly < 0 ? relocating : relocating.slice(0, deadly);
  const killed = deadly < 0 ? [] : relocating.slice(deadly, deadly + 1);
  return new EndingBuilder()
    .firstFatal(mapped)
    .allThenStop([...killed, ...chain.problems, ...done])
    .firstFatal(crashes);
}

/** The preload list of the environment (M5): blanks and colons separate. */
function preloadNames(container: Container): string[] {
  return (container.start.env.get('LD_PRELOAD') ?? '').split(/[\s:]+/).filter((name) => name !== '');
}

/** Starts a program under musl's loader (M1 to M60). `preloads` come before those of the environment. */
export function startUnderMusl(
  container: Container,
  executed: Executed,
  interp: OpenedFile,
  preloads: readonly string[] = [],
): Simulated {
  const { program } = executed;
  const session = startSession(container, interp, executed.secure);
  const dynamic = program.elf.dynamic;
  if (dynamic === null) {
    return {
      loader: { family: 'musl', version: session.version, path: interp.path },
      objects: [],
      problems: [],
      ending: { kind: 'unknown', reason: `${program.path} names a loader but has no dynamic segment` },
    };
  }
  const main = mainDso(program.path, program.realPath, program.elf, dynamic, program.inode.id);
  const loader = new LibraryLoader(session, main, 127);
  loader.preload(preloads);
  if (!session.secure) loader.preload(preloadNames(container));
  loader.loadDependencies();
  const { chain } = loader;
  const scope = {
    all: chain.all,
    lazy: false,
    libraryMissing: chain.missing.size > 0,
    withoutHost: false,
    exitStatus: 127,
    opened: [],
  };
  const bound = relocateAll(session, scope, chain.all);
  const relocating = [...bound, ...textrelProblems(session, main, chain, bound)];
  const crashes = silentCrashes(session, chain, chain.all);
  return simulated(
    session,
    chain,
    [...chain.problems, ...relocating, ...crashes],
    muslEnding(chain, relocating, crashes),
  );
}

/** A program that only loads shared objects, where none was named: it needs libc and gives no symbols. */
function bareHost(loader: ElfFile, dynamic: DynamicSection): { elf: ElfFile; dynamic: DynamicSection } {
  const bare: DynamicSection = {
    ...dynamic,
    needed: ['libc.so'],
    soname: null,
    rpath: null,
    runpath: null,
    verneed: [],
    verdef: [],
    symbols: [],
    textrel: false,
    relocations: {
      ...dynamic.relocations,
      references: [],
      relr: false,
      anonymousTypes: { data: [], plt: [] },
    },
  };
  return { elf: { ...loader, dynamic: bare, defects: [] }, dynamic: bare };
}

export interface MuslDlopenRequest {
  readonly path: string;
  readonly loader: OpenedFile;
  /** The program that calls dlopen; null for a bare host. */
  readonly host: OpenedFile | null;
}

/** dlopen(path, RTLD_LAZY) in a host process with its preloads: the first problem ends it (M5, M31, S31). */
export function dlopenUnderMusl(container: Container, request: MuslDlopenRequest): Simulated {
  const { path, host } = request;
  const session = startSession(container, request.loader, false);
  const loaderDynamic = request.loader.elf.dynamic;
  const hostDynamic = host?.elf.dynamic ?? null;
  if (loaderDynamic === null || (host !== null && hostDynamic === null)) {
    return {
      loader: { family: 'musl', version: session.version, path: request.loader.path },
      objects: [],
      problems: [],
      ending: { kind: 'unknown', reason: 'the host process has no dynamic segment' },
    };
  }
  const bare = bareHost(request.loader.elf, loaderDynamic);
  const main =
    host === null || hostDynamic === null
      ? mainDso('host process', '/host', bare.elf, bare.dynamic, null)
      : mainDso(host.path, host.realPath, host.elf, hostDynamic, host.inode.id);
  const loader = new LibraryLoader(session, main, 1);
  loader.preload(preloadNames(container));
  loader.loadDependencies();
  const { chain } = loader;
  const before = chain.all.length;
  const hostProblems = chain.problems.length;
  if (loader.need(path, main) !== null) loader.loadDependencies(before);
  const opened = chain.all.slice(before);
  const scope = {
    all: chain.all,
    lazy: true,
    libraryMissing: chain.missing.size > 0,
    withoutHost: host === null,
    exitStatus: 1,
    opened,
  };
  const relocating = relocateAll(session, scope, opened);
  const crashes = silentCrashes(session, chain, opened);
  const counted = relocating.filter((problem) => problem.kind !== 'symbol-missing' || !problem.fromHost);
  const ending = new EndingBuilder()
    .firstFatal(chain.problems.slice(hostProblems))
    .firstFatal(counted)
    .firstFatal(crashes);
  return simulated(session, chain, [...chain.problems, ...relocating, ...crashes], ending);
}
