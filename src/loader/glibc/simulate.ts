import type { Container } from '../../container/container.ts';
import { wantsNewerKernel } from '../../container/host.ts';
import type { ElfFile } from '../../elf/elf-file.ts';
import { trustedEnding } from '../doubt/trusted-ending.ts';
import type { Executed, OpenedFile } from '../kernel/execve.ts';
import { symbolTable } from '../symbols/symbol-table.ts';
import { EndingBuilder } from '../trace/ending-builder.ts';
import type { LoadTrace, Problem } from '../trace/load-trace.ts';
import { bindSymbols, relocationOrder } from './bind-symbols.ts';
import { checkProperties } from './check-properties.ts';
import { checkVersions } from './check-versions.ts';
import type { LinkMap } from './link-map.ts';
import { mainMap, ObjectLoader, type ObjectSet } from './load-objects.ts';
import { loaderMallocProblems } from './loader-malloc.ts';
import { type LoaderSession, startSession } from './session.ts';
import { staticTlsProblems } from './static-tls.ts';

type Simulated = Pick<LoadTrace, 'loader' | 'objects' | 'problems' | 'ending'>;

/** The preload list of the environment (G30): blanks and colons separate; under AT_SECURE names with a slash are dropped (G80). */
function preloadNames(session: LoaderSession): string[] {
  const text = session.container.start.env.get('LD_PRELOAD');
  if (text === undefined) return [];
  const names = text.split(/[ :]+/).filter((name) => name !== '');
  return session.secure ? names.filter((name) => !name.includes('/')) : names;
}

/** ld.so calls `__libc_early_init` of the libc.so.6 that it was built with (G0b, since 2.32). */
function earlyInitProblem(session: LoaderSession, maps: readonly LinkMap[]): Problem[] {
  const libc = maps.find((map) => map.dynamic.soname === 'libc.so.6');
  if (session.release < 232 || libc === undefined) return [];
  if (
    symbolTable(libc.dynamic)
      .get('__libc_early_init')
      ?.some(({ defined }) => defined) === true
  )
    return [];
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

/** Up to 2.35 the loader itself refuses a kernel older than the one that its glibc was built for (G15). */
function kernelProblems({ container, loader, facts, release }: LoaderSession): Problem[] {
  const { kernel } = container.host;
  const wanted = facts.libc?.notes.abiTag?.kernel;
  if (release > 235 || wanted === undefined || !wantsNewerKernel(wanted, kernel)) return [];
  return [
    {
      kind: 'kernel-too-old',
      path: loader.path,
      kernel: wanted.join('.'),
      stage: 'library',
      fatal: true,
      seen: 'FATAL: kernel too old',
      exitStatus: 127,
    },
  ];
}

/** DT_RELR under a loader that does not know it: pointers stay unrelocated, without a word (G46, up to 2.35). */
function silentRelrProblems(session: LoaderSession, maps: readonly LinkMap[]): Problem[] {
  if (session.release >= 236) return [];
  return maps
    .filter((map) => map.dynamic.relocations.relr && map.role !== 'interpreter')
    .map((map) => ({
      kind: 'relr-unsupported',
      path: map.path,
      reason: 'this glibc does not know DT_RELR: its pointers stay unrelocated',
      stage: 'symbol',
      fatal: true,
      seen: null,
      exitStatus: 139,
    }));
}

function identity(session: LoaderSession): LoadTrace['loader'] {
  return { family: 'glibc', version: session.version, path: session.loader.path };
}

/** Variables by which the loader prints something in place of starting the program; null where none is set (G92). */
function endsAfterPrinting({ container, secure }: LoaderSession): string | null {
  const { env } = container.start;
  if (env.has('LD_TRACE_LOADED_OBJECTS'))
    return 'LD_TRACE_LOADED_OBJECTS makes the loader list the libraries in place of starting the program';
  const asksForHelp = !secure && /(^|[ ,:])help($|[ ,:])/.test(env.get('LD_DEBUG') ?? '');
  return asksForHelp
    ? 'LD_DEBUG=help makes the loader print its options in place of starting the program'
    : null;
}

function simulated(
  session: LoaderSession,
  set: ObjectSet,
  problems: readonly Problem[],
  ending: EndingBuilder,
): Simulated {
  return {
    loader: identity(session),
    objects: set.objects,
    problems,
    ending: trustedEnding(ending.build(), set.unknown, set.maps),
  };
}

/** Starts a program under glibc's ld.so: phases L, V, P and S in order, each carried out in full (G1 to G91). */
export function startUnderGlibc(container: Container, executed: Executed, interp: OpenedFile): Simulated {
  const { program } = executed;
  const argv0 = executed.argv[0] ?? program.path;
  const session = startSession(container, interp, argv0, executed.secure);
  const diverted = endsAfterPrinting(session);
  if (diverted !== null) {
    const ending = { kind: 'unknown', reason: diverted } as const;
    return { loader: identity(session), objects: [], problems: [], ending };
  }
  const error = (object: string, text: string) =>
    `${argv0}: error while loading shared libraries: ${object}${object === '' ? '' : ': '}${text}`;
  const main = mainMap(program.path, program.realPath, program.elf, program.inode.id);
  const loader = new ObjectLoader(session, main, { error, exitStatus: 127 });
  loader.preload(preloadNames(session), 'LD_PRELOAD');
  loader.preload(session.facts.preloads, '/etc/ld.so.preload');
  loader.loadDependencies();
  const { set } = loader;
  const before = kernelProblems(session);
  const versions = checkVersions(session, set, set.maps, error);
  const properties = checkProperties(session, set.maps, false, error);
  const symbols = bindSymbols(
    session,
    {
      maps: set.maps,
      lazy: !session.bindNow,
      libraryMissing: set.missing.size > 0,
      withoutHost: false,
      lookupError: (object, text) => `${argv0}: symbol lookup error: ${object}: ${text}`,
      loadError: error,
      exitStatus: 127,
    },
    relocationOrder(set.maps, session.release),
  );
  const after = [
    ...loaderMallocProblems(session, set.maps, set.missing.size > 0),
    ...earlyInitProblem(session, set.maps),
    ...silentRelrProblems(session, set.maps),
  ];
  const ending = new EndingBuilder()
    .firstFatal(before)
    .firstFatal(set.problems)
    .allThenStop(versions)
    .firstFatal(properties)
    .firstFatal(symbols)
    .firstFatal(after);
  const problems = [...before, ...set.problems, ...versions, ...properties, ...symbols, ...after];
  return simulated(session, set, problems, ending);
}

/** A program that only loads shared objects, where none was named: it needs libc.so.6 and gives no symbols. */
function bareHost(loader: ElfFile): ElfFile {
  const { dynamic } = loader;
  return {
    ...loader,
    interp: null,
    defects: [],
    dynamic:
      dynamic === null
        ? null
        : {
            ...dynamic,
            needed: ['libc.so.6'],
            soname: null,
            rpath: null,
            runpath: null,
            verneed: [],
            verdef: [],
            symbols: [],
            relocations: { ...dynamic.relocations, references: [], relr: false, irelative: false },
          },
    notes: { ...loader.notes, x86IsaNeeded: null, abiTag: null },
  };
}

export interface DlopenRequest {
  /** Where the shared object stands. */
  readonly path: string;
  readonly loader: OpenedFile;
  /** The program that calls dlopen; null for a bare host. */
  readonly host: OpenedFile | null;
}

/** dlopen(path, RTLD_LAZY) in a host process with its preloads, as plugins and addons are loaded (G30, G60, G61, S31). */
export function dlopenUnderGlibc(container: Container, request: DlopenRequest): Simulated {
  const { path, host } = request;
  const hostPath = host?.path ?? 'host process';
  const session = startSession(container, request.loader, hostPath, false);
  const error = (object: string, text: string) => `${object}: ${text}`;
  const main =
    host === null
      ? mainMap(hostPath, '/host', bareHost(request.loader.elf), null)
      : mainMap(host.path, host.realPath, host.elf, host.inode.id);
  const loader = new ObjectLoader(session, main, { error, exitStatus: 1 });
  loader.preload(preloadNames(session), 'LD_PRELOAD');
  loader.preload(session.facts.preloads, '/etc/ld.so.preload');
  loader.loadDependencies();
  const { set } = loader;
  const global = [...set.maps];
  const hostProblems = set.problems.length;
  if (loader.open(path, main)) loader.loadDependencies(global.length);
  const opened = set.maps.slice(global.length);
  const loading = set.problems.slice(hostProblems);
  const versions = checkVersions({ ...session, argv0: '' }, set, opened, error).map(withoutProgramName);
  const properties = checkProperties(session, opened, true, error);
  const order = relocationOrder([main, ...opened], session.release).filter((map) => map !== main);
  const symbols = bindSymbols(
    session,
    {
      maps: [...global, ...opened],
      lazy: !session.bindNow,
      libraryMissing: set.missing.size > 0,
      withoutHost: host === null,
      lookupError: error,
      loadError: error,
      exitStatus: 1,
    },
    order,
  );
  const staticTls = staticTlsProblems(session, opened, [...global, ...opened], order);
  const relr = silentRelrProblems(session, opened);
  const counted = symbols.filter((problem) => problem.kind !== 'symbol-missing' || !problem.fromHost);
  const ending = new EndingBuilder()
    .firstFatal(loading)
    .firstFatal(versions)
    .firstFatal(properties)
    .firstFatal(counted)
    .firstFatal(staticTls)
    .firstFatal(relr);
  return simulated(
    session,
    set,
    [...set.problems, ...versions, ...properties, ...symbols, ...staticTls, ...relr],
    ending,
  );
}

/** `dlerror` has no program name in front (G90). */
function withoutProgramName(problem: Problem): Problem {
  return { ...problem, seen: problem.seen?.replace(/^: /, '') ?? null, exitStatus: problem.fatal ? 1 : null };
}
