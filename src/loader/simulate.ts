import type { Container } from '../container/container.ts';
import { findLibcs, type Libc, loaderFamily, systemLibc } from '../container/libc.ts';
import { resolveUser } from '../container/process-start.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { machineName } from '../elf/machine.ts';
import type { Inode, Rootfs } from '../rootfs/rootfs.ts';
import { oddSegments } from './doubt/odd-segments.ts';
import { dlopenUnderGlibc, startUnderGlibc } from './glibc/simulate.ts';
import { entryCrash, isLoaderProgram } from './kernel/elf-program.ts';
import { userFailure, workingDirFailure } from './kernel/engine-text.ts';
import { type ExecResult, type Executed, type OpenedFile, runEntrypoint } from './kernel/execve.ts';
import { gcompatLibrary, throughGcompat } from './musl/gcompat.ts';
import { dlopenUnderMusl, startUnderMusl } from './musl/simulate.ts';
import { findEnvCommand } from './scripts/env-command.ts';
import { findScriptProblem } from './scripts/read-script.ts';
import type { LoadTrace, Problem } from './trace/load-trace.ts';
import { startUnderUclibc } from './uclibc/simulate.ts';

const maxPrograms = 8;

type Loaded = Pick<LoadTrace, 'loader' | 'objects' | 'problems' | 'ending'>;

/** A program without PT_INTERP is static, or a loader that is called as a program. */
function loadItself({ program: { elf, path }, argv }: Executed): Loaded {
  if (argv.length > 1 && isLoaderProgram(elf))
    return unknownLoad(null, path, `${path} is a loader: what it would load is not simulated`);
  const odd = oddSegments(elf);
  if (odd !== null) return unknownLoad(null, path, `${path}: ${odd}`);
  return { loader: null, objects: [], problems: [], ending: { kind: 'starts', printed: '' } };
}

/** Hands an accepted program to the loader that PT_INTERP led to, by that file's own content (G0, M0, K30). */
function load(container: Container, executed: Executed): Loaded {
  const { interp, program } = executed;
  if (interp === null) return loadItself(executed);
  if (program.elf.dynamic === null && program.elf.defects.length === 0) {
    return crashWithoutDynamic(program.path);
  }
  switch (loaderFamily(interp.elf)) {
    case 'glibc':
      return startUnderGlibc(container, executed, interp);
    case 'musl':
      return startUnderMusl(container, executed, interp);
    case 'uclibc':
      return startUnderUclibc(container, executed, interp);
    case 'bionic':
      return unknownLoad('bionic', interp.path, "Android's loader is not simulated");
    case null:
      return loadWithoutLoader(container, executed, interp);
  }
}

/** PT_INTERP leads to a file that is no loader: gcompat's (M52), or a program that runs in place of one (K23). */
function loadWithoutLoader(container: Container, executed: Executed, interp: OpenedFile): Loaded {
  const gcompat = throughGcompat(container, executed, interp);
  if (gcompat !== null) return startUnderMusl(container, gcompat.executed, gcompat.loader, [gcompatLibrary]);
  const isStatic = interp.elf.interp === null && (interp.elf.dynamic?.needed.length ?? 0) === 0;
  const means = isStatic ? ': it runs in place of one' : '';
  return unknownLoad(null, interp.path, `${interp.path} is no loader that is known${means}`);
}

/** Every loader reads the program's dynamic segment without asking whether there is one. */
function crashWithoutDynamic(path: string): Loaded {
  const problem: Problem = {
    kind: 'crash',
    path,
    reason: 'it names a loader but has no dynamic segment',
    stage: 'library',
    fatal: true,
    seen: null,
    exitStatus: 139,
  };
  const ending = { kind: 'stops', stage: 'library', message: '', exitStatus: 139 } as const;
  return { loader: null, objects: [], problems: [problem], ending };
}

function unknownLoad(family: 'bionic' | null, path: string, reason: string): Loaded {
  return {
    loader: family === null ? null : { family, version: null, path },
    objects: [],
    problems: [],
    ending: { kind: 'unknown', reason },
  };
}

function traceOf(result: Exclude<ExecResult, { kind: 'executed' }>, before: readonly string[]): LoadTrace {
  const executed = [...before, ...result.opened];
  if (result.kind === 'unknown') {
    const ending = { kind: 'unknown', reason: result.reason } as const;
    return { executed, loader: null, objects: [], problems: [], ending };
  }
  const { problem } = result;
  const { stage, seen, exitStatus } = problem;
  const ending = { kind: 'stops', stage, message: seen ?? '', exitStatus: exitStatus ?? 255 } as const;
  return { executed, loader: null, objects: [], problems: [problem], ending };
}

/** A program that was loaded and then ends by a problem of what it is to read. */
function stoppedBy(loaded: Loaded, problem: Problem): Loaded {
  const { stage, seen, exitStatus } = problem;
  const ending = { kind: 'stops', stage, message: seen ?? '', exitStatus: exitStatus ?? 127 } as const;
  return { ...loaded, problems: [...loaded.problems, problem], ending };
}

/** The jump to the program's entry point once it is loaded (K32). */
function entered(loaded: Loaded, { program }: Executed): Loaded {
  const reason = loaded.ending.kind === 'starts' ? entryCrash(program.elf) : null;
  if (reason === null) return loaded;
  const effect = { stage: 'exec', fatal: true, seen: null, exitStatus: 139 } as const;
  return stoppedBy(loaded, { kind: 'crash', path: program.path, reason, ...effect });
}

/** Starts a program and, where it is `env NAME` of a script, what it hands over to, in turn (K3, K7). */
function startInTurn(start: Container, first: ExecResult): LoadTrace {
  let container = start;
  const executed: string[] = [];
  let result = first;
  let last: Loaded | null = null;
  for (let programs = 0; programs < maxPrograms; programs++) {
    if (result.kind !== 'executed') {
      const trace = traceOf(result, executed);
      return last === null ? trace : { ...trace, loader: last.loader, objects: last.objects };
    }
    executed.push(...result.opened);
    last = entered(load(container, result.executed), result.executed);
    if (last.ending.kind !== 'starts') return { executed, ...last };
    const handOver = findEnvCommand(container, result.executed);
    if (handOver?.kind === 'unknown') {
      return { executed, ...last, ending: { kind: 'unknown', reason: handOver.reason } };
    }
    if (handOver?.kind === 'command') {
      ({ container, result } = handOver);
      continue;
    }
    const problem = handOver?.problem ?? findScriptProblem(container, result.executed);
    return problem === null ? { executed, ...last } : { executed, ...stoppedBy(last, problem) };
  }
  return {
    executed,
    loader: last?.loader ?? null,
    objects: last?.objects ?? [],
    problems: last?.problems ?? [],
    ending: { kind: 'unknown', reason: 'the scripts hand over to each other too many times' },
  };
}

/**
 * What keeps the engine from even looking for the program: the user is unknown (R5), the working directory is a file (R4).
 * Null when nothing does.
 */
function engineStop(container: Container): Exclude<ExecResult, { kind: 'executed' }> | null {
  const { rootfs, config, host } = container;
  const user = resolveUser(config.user, rootfs);
  const effect = { stage: 'exec', fatal: true } as const;
  const stopped = (problem: Problem) => ({ kind: 'stopped', problem, opened: [] }) as const;
  if (!user.ok && 'unknown' in user) return { kind: 'unknown', reason: user.unknown, opened: [] };
  if (!user.ok) {
    const failure = userFailure(host.engine, user.message);
    return stopped({ kind: 'user-unknown', user: config.user, ...effect, ...failure });
  }
  const path = container.start.cwd;
  const found = rootfs.lookup(path);
  if (!found.ok && (found.errno === 'ELOOP' || found.errno === 'ENOTDIR')) {
    const problem = { kind: 'entrypoint-unusable', path, errno: found.errno, cause: 'missing' } as const;
    return stopped({ ...problem, ...effect, ...workingDirFailure(host.engine, path, found.errno) });
  }
  if (!found.ok || found.inode.type === 'directory') return null;
  const problem = { kind: 'entrypoint-unusable', path, errno: 'ENOTDIR', cause: 'missing' } as const;
  return stopped({ ...problem, ...effect, ...workingDirFailure(host.engine, path) });
}

/**
 * The start of a command in the container, from the engine's look-up to the first line of its own code: a path, or a
 * name that is looked up in PATH (R2).
 */
export function simulateStart(container: Container, command: string): LoadTrace {
  const stop = engineStop(container);
  if (stop !== null) return traceOf(stop, []);
  return startInTurn(container, runEntrypoint(container, command, [command]));
}

/** The family that a shared object was built for, as far as its needs tell; null when they do not. */
function wantedFamily(elf: ElfFile): 'glibc' | 'musl' | 'uclibc' | null {
  const needed = elf.dynamic?.needed ?? [];
  if (needed.some((name) => name.startsWith('libc.musl-') || name === 'libc.so')) return 'musl';
  if (needed.includes('libc.so.6')) return 'glibc';
  if (needed.includes('libc.so.0') || needed.includes('libc.so.1')) return 'uclibc';
  const versions = elf.dynamic?.verneed.flatMap((need) => need.versions) ?? [];
  return versions.some(({ name }) => name.startsWith('GLIBC_')) ? 'glibc' : null;
}

/** A float ABI that the kernel does not tell apart but that decides which loader a program for this object would have. */
function floatAbi(elf: ElfFile): number {
  if (elf.machine === 40) return elf.flags & 0x400;
  return elf.machine === 243 ? elf.flags & 6 : 0;
}

/**
 * The image's loader that a host process for this object would run under: same machine and class, best the family that it
 * was built for, else that of the image's own programs.
 */
function loaderFor(elf: ElfFile, rootfs: Rootfs): Libc | null {
  const fitting = findLibcs(rootfs).filter(
    (libc) =>
      libc.elf.machine === elf.machine &&
      libc.elf.class === elf.class &&
      libc.elf.endianness === elf.endianness,
  );
  const sameFloat = fitting.filter((libc) => floatAbi(libc.elf) === floatAbi(elf));
  const candidates = sameFloat.length > 0 ? sameFloat : fitting;
  const family = wantedFamily(elf);
  return candidates.find((libc) => libc.family === family) ?? systemLibc(rootfs, candidates);
}

const opened = (path: string, realPath: string, inode: Inode, elf: ElfFile): OpenedFile => ({
  path,
  realPath,
  inode,
  elf,
});

function dlopen(container: Container, path: string, loader: OpenedFile, host: OpenedFile | null): Loaded {
  switch (loaderFamily(loader.elf)) {
    case 'glibc':
      return dlopenUnderGlibc(container, { path, loader, host });
    case 'musl':
      return dlopenUnderMusl(container, { path, loader, host });
    default:
      return unknownLoad(null, path, `dlopen under ${loader.path} is not simulated`);
  }
}

/**
 * What dlopen of the shared object at `path` would do in a host process: the program `loadedBy` of the image, or a bare
 * one under the image's own loader.
 */
export function simulateDlopen(
  container: Container,
  path: string,
  elf: ElfFile,
  loadedBy: string | null,
): LoadTrace {
  if (loadedBy !== null) {
    const result = runEntrypoint(container, loadedBy, [loadedBy]);
    const host = startInTurn(container, result);
    if (host.ending.kind !== 'starts' || result.kind !== 'executed') return host;
    const { interp, program } = result.executed;
    if (interp === null) {
      const reason = `${loadedBy} is a static program: it loads no shared objects`;
      return { ...host, ending: { kind: 'unknown', reason } };
    }
    return { executed: host.executed, ...dlopen(container, path, interp, program) };
  }
  const libc = loaderFor(elf, container.rootfs);
  if (libc === null) {
    const problem: Problem = {
      kind: 'no-loader',
      path,
      machine: machineName(elf),
      stage: 'interpreter',
      fatal: true,
      seen: null,
      exitStatus: 1,
    };
    return traceOf({ kind: 'stopped', problem, opened: [] }, []);
  }
  const found = container.rootfs.lookup(libc.loaderPath);
  const realPath = found.ok ? found.path : libc.loaderPath;
  return {
    executed: [path],
    ...dlopen(container, path, opened(libc.loaderPath, realPath, libc.inode, libc.elf), null),
  };
}
