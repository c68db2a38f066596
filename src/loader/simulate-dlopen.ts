import type { Container } from '../container/container.ts';
import { findLibcs, type Libc, loaderFamily, systemLibc } from '../container/libc.ts';
import { EF_ARM_ABI_FLOAT_HARD, EF_RISCV_FLOAT_ABI, EM_ARM, EM_RISCV } from '../elf/constants.ts';
import { wantedLibc } from '../elf/describe/wanted-libc.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { machineName } from '../elf/machine.ts';
import { relocationTypesOf } from '../elf/relocations/relocation-types.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import { unusableCaller } from './callers/caller-problems.ts';
import { type Binding, type DlopenMode, plainMode } from './callers/dlopen-mode.ts';
import { findCaller } from './callers/find-caller.ts';
import { givesSymbol } from './callers/given-symbols.ts';
import { type CallerKind, callerKind, callerKindOf, pluginKind } from './callers/known-callers.ts';
import { buildRefusal } from './callers/module-builds.ts';
import { openedBefore } from './callers/opened-before.ts';
import { afterUnknownOrder } from './callers/plugin-order.ts';
import { importRefusal, initRefusal, registrationRefusal } from './callers/refusal.ts';
import { openInStatic } from './callers/static-caller.ts';
import type { OpenedFile } from './kernel/execve.ts';
import { runEntrypoint } from './kernel/run-entrypoint.ts';
import type { DlopenRequest, EarlierCall } from './loader.ts';
import { loaders } from './loaders.ts';
import { startInTurn } from './simulate.ts';
import type { LoadTrace } from './trace/load-trace.ts';
import { type Loaded, stoppedBy, traceOf, unknownLoad } from './trace/loaded.ts';
import type { Problem } from './trace/problem.ts';

/** How a shared object is opened, as far as it was said. */
export interface DlopenQuestion {
  /** The program of the image that opens it; null: the image's program that it is a plugin of, if there is one. */
  readonly caller: string | null;
  /** RTLD_NOW or RTLD_LAZY, over what is known of the caller; null when it was not said. */
  readonly binding: Binding | null;
  /** Paths in the image of what the caller opens before, in order, after what the image configures. */
  readonly before: readonly string[];
  /** The kind of program that loads it, where that does not depend on the object: it comes out of a jar or wheel. */
  readonly host?: CallerKind['id'];
}

/** The shared object that is asked about. */
interface Plugin {
  readonly path: string;
  /** Null for a file that is no ELF file. */
  readonly elf: ElfFile | null;
}

/** A float ABI that the kernel does not distinguish but that decides which loader a program for this object would have. */
function floatAbi(elf: ElfFile): number {
  if (elf.machine === EM_ARM) return elf.flags & EF_ARM_ABI_FLOAT_HARD;
  return elf.machine === EM_RISCV ? elf.flags & EF_RISCV_FLOAT_ABI : 0;
}

/**
 * The image's loader that a process that loads this object would run under: same machine and class, best the family that it
 * was built for, else that of the image's own programs. Null for `elf`: the file is no ELF file, and every loader refuses it.
 */
function loaderFor(elf: ElfFile | null, rootfs: Rootfs): Libc | null {
  if (elf === null) return systemLibc(rootfs, findLibcs(rootfs));
  const fitting = findLibcs(rootfs).filter(
    (libc) =>
      libc.elf.machine === elf.machine &&
      libc.elf.class === elf.class &&
      libc.elf.endianness === elf.endianness,
  );
  const sameFloat = fitting.filter((libc) => floatAbi(libc.elf) === floatAbi(elf));
  const candidates = sameFloat.length > 0 ? sameFloat : fitting;
  const { family } = wantedLibc(elf);
  return candidates.find((libc) => libc.family === family) ?? systemLibc(rootfs, candidates);
}

/**
 * Why nobody can say what comes of an object of a machine that libc-check does not know: musl does not look at e_machine
 * (M10), so its processes load it, and what it holds may be their own code. Null for all other objects.
 */
function muslWouldTake(elf: ElfFile, rootfs: Rootfs): string | null {
  const libc = systemLibc(rootfs, findLibcs(rootfs));
  const fits =
    libc?.family === 'musl' && libc.elf.class === elf.class && libc.elf.endianness === elf.endianness;
  if (!fits || relocationTypesOf(elf.machine, elf.class) !== null) return null;
  return `it is for ${machineName(elf)}, for which nothing has a loader; musl does not look at that and loads it`;
}

/** The loader of an image as a process has it open. */
function openedLoader({ loaderPath: path, inode, elf }: Libc, rootfs: Rootfs): OpenedFile {
  const found = rootfs.lookup(path);
  return { path, realPath: found.ok ? found.path : path, inode, elf };
}

function dlopen(container: Container, request: DlopenRequest): Loaded {
  const family = loaderFamily(request.loader.elf);
  const simulated = family === null ? null : (loaders[family]?.dlopen ?? null);
  return simulated === null
    ? unknownLoad(null, `dlopen under ${request.loader.path} is not simulated`)
    : simulated(container, request);
}

/** The dlopen of a file that the call names as loaded before: as the program loads such a file, or the one that it is a plugin of. */
function namedCall(container: Container, path: string, kind: CallerKind | null): EarlierCall {
  const found = container.rootfs.lookup(path);
  const content = found.ok ? found.inode.content : null;
  const loader = (content?.kind === 'elf' ? pluginKind(path, content.elf) : null) ?? kind;
  const call = { path, mode: modeOf(loader, container, null), ends: true };
  return loader === null ? { ...call, scopeUnknown: true } : call;
}

/** dlopen after others; where it depends on a scope that nobody knows, that is unknown (S33). */
function dlopenAfter(container: Container, request: DlopenRequest, caller: string): Loaded {
  const loaded = dlopen(container, request);
  const unclear = request.before.filter((each) => each.scopeUnknown === true);
  if (unclear.length === 0 || loaded.ending.kind !== 'stops') return loaded;
  const shown = request.before.map((each) =>
    each.scopeUnknown === true ? { ...each, mode: { ...each.mode, scope: 'global' as const } } : each,
  );
  if (dlopen(container, { ...request, before: shown }).ending.kind !== 'starts') return loaded;
  const reason =
    `it loads if ${caller} opens ${unclear.map(({ path }) => path).join(', ')} with RTLD_GLOBAL, ` +
    `and does not with RTLD_LOCAL; which of them it passes to dlopen is not known`;
  return { ...loaded, ending: { kind: 'unknown', reason } };
}

/** The flags that a program of this kind passes, with the binding that was asked for (S32). */
function modeOf(kind: CallerKind | null, { start }: Container, binding: Binding | null): DlopenMode {
  const { mode, nowVariable } = kind ?? { mode: plainMode, nowVariable: null };
  const asksForNow = nowVariable !== null && Number(start.env.get(nowVariable) ?? 0) !== 0;
  return { ...mode, binding: binding ?? (asksForNow ? 'now' : mode.binding) };
}

/** Of a program that is not known, only a verdict that holds for both bindings counts (S32). */
function withEitherBinding(loaded: Loaded, caller: string): Loaded {
  if (loaded.ending.kind !== 'starts') return loaded;
  const late = loaded.problems.find((problem) => problem.kind === 'symbol-missing' && !problem.fatal);
  if (late?.kind !== 'symbol-missing') return loaded;
  const reason =
    `nothing defines ${late.name}, which ends the load with RTLD_NOW and the first call with RTLD_LAZY, ` +
    `and it is not known which of them ${caller} passes to dlopen; say so with --bind`;
  return { ...loaded, ending: { kind: 'unknown', reason } };
}

/** What the caller then makes of an object that its loader has loaded (S35). */
function registered(
  container: Container,
  kind: CallerKind | null,
  program: OpenedFile,
  plugin: Plugin,
  loaded: Loaded,
): Loaded {
  const refusal =
    registrationRefusal(container, kind, program, plugin) ??
    initRefusal(container, kind, program, plugin) ??
    buildRefusal(container.rootfs, program, plugin, loaded);
  if (refusal === null) return loaded;
  if (typeof refusal !== 'string') return stoppedBy(loaded, refusal);
  return { ...loaded, ending: { kind: 'unknown', reason: refusal } };
}

/** dlopen in a program of the image, which has to start first (S34). */
function openIn(
  container: Container,
  plugin: Plugin,
  caller: string,
  { caller: wanted, binding, before, host }: DlopenQuestion,
): LoadTrace {
  const result = runEntrypoint(container, caller, [caller]);
  const started = startInTurn(container, result);
  if (result.kind === 'stopped') return unusableCaller(started, result.problem, caller, plugin.path);
  if (started.ending.kind !== 'starts' || result.kind !== 'executed') return started;
  const { interp, program } = result.executed;
  const { executed } = started;
  const { path } = plugin;
  if (interp === null) return { executed, ...openInStatic(container, plugin, program) };
  const kind = callerKind(program.realPath);
  // A runtime that the program embeds (mod_php, ngx_lua, Python in uWSGI) loads its plugins as it does everywhere.
  const runtime = host === undefined ? (pluginKind(path, plugin.elf) ?? kind) : kind;
  const mode = modeOf(runtime, container, binding);
  const embedded = kind !== runtime;
  const configured = [
    ...openedBefore(container, kind, embedded ? modeOf(kind, container, null) : mode, program, path),
    ...(embedded ? openedBefore(container, runtime, mode, program, path) : []),
  ];
  const opener = {
    path: caller,
    title: runtime?.title ?? null,
    found: wanted === null,
    mode,
    before: configured.map((each) => each.path),
  };
  const refused = importRefusal(container, kind, program, plugin);
  if (refused !== null) return { ...started, ...stoppedBy(started, refused), opener };
  const named = before.map((each) => namedCall(container, each, kind));
  const request = { path, mode, loader: interp, caller: program, kind, before: [...configured, ...named] };
  const opened = dlopenAfter(container, request, caller);
  const loaded = before.length > 0 ? opened : afterUnknownOrder(container.rootfs, runtime, path, opened);
  const judged =
    loaded.ending.kind === 'starts' ? registered(container, kind, program, plugin, loaded) : loaded;
  if (embedded) return { executed, ...withoutRuntime(judged, runtime, caller), opener };
  const isGuess = runtime === null && binding === null;
  return { executed, ...(isGuess ? withEitherBinding(judged, caller) : judged), opener };
}

/** What embeds a runtime in a program may be loaded by an order that no file tells: then its symbols are not there (S33). */
function withoutRuntime(loaded: Loaded, runtime: CallerKind | null, caller: string): Loaded {
  if (runtime === null) return loaded;
  const missing = loaded.problems.find(
    (problem) => problem.kind === 'symbol-missing' && givesSymbol(runtime, problem.name),
  );
  if (missing?.kind !== 'symbol-missing') return loaded;
  const reason =
    `${missing.name} is ${runtime.title}'s, and nothing tells what ${caller} loads before that has it; ` +
    'name that file with --loaded-before';
  return { ...loaded, ending: { kind: 'unknown', reason } };
}

/** The version that an object asks for with a symbol, whichever loader reads it: musl's takes no notice of it. */
function wantedVersion({ objects }: Loaded, plugin: Plugin, neededBy: string, name: string): string | null {
  const elf =
    neededBy === plugin.path ? plugin.elf : (objects.find(({ path }) => path === neededBy)?.elf ?? null);
  const symbol = elf?.dynamic?.symbols.find((each) => !each.defined && each.name === name);
  return symbol?.version ?? null;
}

/**
 * A program that the image does not have may define symbols that nothing in the process defines, beyond those that its kind is
 * known for; a symbol that a version ties to a library is not among them (S34).
 */
function withoutProgram(loaded: Loaded, plugin: Plugin, kind: CallerKind | null): Loaded {
  if (kind === null || loaded.ending.kind !== 'stops') return loaded;
  const fatal = loaded.problems.filter((problem) =>
    problem.kind === 'symbol-missing' ? problem.fatal && !problem.fromCaller : problem.fatal,
  );
  const [first] = fatal;
  if (first?.kind !== 'symbol-missing') return loaded;
  const mayBeGiven = (problem: Problem) =>
    problem.kind === 'symbol-missing' &&
    !problem.libraryMissing &&
    problem.version === null &&
    wantedVersion(loaded, plugin, problem.neededBy, problem.name) === null;
  if (!fatal.every(mayBeGiven)) return loaded;
  return unknownLoad(
    loaded.loader,
    `nothing in the image defines ${first.name}, and the image has no ${kind.title} that would load ${plugin.path} and may define it; ` +
      'name the program with --loaded-by',
  );
}

/** dlopen in a process that has only its libc, and what programs of that kind bring, under the image's own loader. */
function openInBare(
  container: Container,
  { path, elf }: Plugin,
  kind: CallerKind | null,
  { binding, before }: Pick<DlopenQuestion, 'binding' | 'before'>,
): LoadTrace {
  const libc = loaderFor(elf, container.rootfs);
  if (libc === null) {
    const unchecked = elf === null ? null : muslWouldTake(elf, container.rootfs);
    if (unchecked !== null) return { executed: [path], ...unknownLoad(null, `${path}: ${unchecked}`) };
    return withoutLoader(path, elf === null ? container.platform.architecture : machineName(elf));
  }
  const mode = modeOf(kind, container, binding);
  const loader = openedLoader(libc, container.rootfs);
  const named = before.map((each) => namedCall(container, each, kind));
  const request = { path, mode, loader, caller: null, kind, before: named };
  const loaded = dlopenAfter(container, request, 'the calling process');
  return { executed: [path], ...withoutProgram(loaded, { path, elf }, kind) };
}

/** Whether the trace has come to open the file: it has a problem with it. */
const namesProblemOf = ({ problems }: LoadTrace, path: string): boolean =>
  problems.some((problem) => 'soname' in problem && problem.soname === path);

/** The image has no loader for this object. */
function withoutLoader(path: string, machine: string): LoadTrace {
  const problem: Problem = {
    kind: 'no-loader',
    path,
    machine,
    stage: 'interpreter',
    fatal: true,
    seen: null,
    exitStatus: 1,
  };
  return traceOf({ kind: 'stopped', problem, opened: [] }, []);
}

/**
 * What dlopen of the file at `path` would do: in the program of the image that was named, else in the one that it is a plugin of,
 * else in a process that has only its libc. Null for `question` asks for the last, with RTLD_LAZY. A file that is no ELF file
 * (`elf` is null) is refused in every process, so that the caller's own faults do not matter.
 */
export function simulateDlopen(
  container: Container,
  path: string,
  elf: ElfFile | null,
  question: DlopenQuestion | null,
): LoadTrace {
  const plugin = { path, elf };
  if (question === null) return openInBare(container, plugin, null, { binding: 'lazy', before: [] });
  const ofArchive = question.host === undefined || elf === null ? null : callerKindOf(question.host);
  const kind = ofArchive ?? pluginKind(path, elf);
  const caller = question.caller ?? findCaller(container, kind, plugin);
  const inCaller = caller === null ? null : openIn(container, plugin, caller, question);
  if (inCaller !== null && (elf !== null || namesProblemOf(inCaller, path))) return inCaller;
  const bare = openInBare(container, plugin, kind, question);
  return ofArchive === null || caller !== null ? bare : { ...bare, lacking: ofArchive.title };
}
