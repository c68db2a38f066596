import type { Container } from '../container/container.ts';
import { loaderFamily } from '../container/libc.ts';
import { resolveUser } from '../container/process-start.ts';
import { type OtherElfSystem, otherElfSystem } from '../elf/describe/other-system.ts';
import { decisiveDefect } from './doubt/decisive-defect.ts';
import { mayBeCutOff } from './doubt/lost-pages.ts';
import { oddSegments } from './doubt/odd-segments.ts';
import {
  entersData,
  entryCrash,
  isLoaderProgram,
  oddProgram,
  startsInPlace,
  unboundStart,
} from './kernel/elf-program.ts';
import { noCommandFailure, userFailure, workingDirFailure } from './kernel/engine-text.ts';
import type { ExecResult, Executed, OpenedFile } from './kernel/execve.ts';
import { runEntrypoint } from './kernel/run-entrypoint.ts';
import { loadedByName } from './loader-as-program.ts';
import { loaders } from './loaders.ts';
import { startThroughGcompat } from './musl/gcompat.ts';
import { inDoubt } from './scripts/earlier-commands.ts';
import { findEnvCommand } from './scripts/env-command.ts';
import { execFrom, type HandedOver, type ScriptEnding } from './scripts/handed-over.ts';
import { missingScript } from './scripts/missing-script.ts';
import { givenOptions } from './scripts/options/given-options.ts';
import { readScript } from './scripts/read-script.ts';
import type { LoadTrace } from './trace/load-trace.ts';
import { endingBy, type Loaded, stoppedBy, traceOf, unknownLoad } from './trace/loaded.ts';
import type { Problem } from './trace/problem.ts';
import { crash } from './trace/problems.ts';

const maxPrograms = 8;

/** Code of the program, or of the static program that PT_INTERP names, runs at once. */
const startsWithoutLoader: Loaded = {
  loader: null,
  objects: [],
  problems: [],
  ending: { kind: 'starts', printed: '' },
};

/** Linux starts a static program of another system and takes its system calls for those of its own that have the same numbers (K34). */
function startOfOther(system: OtherElfSystem, { elf, path }: OpenedFile): Loaded {
  if (elf.notes.goBuildId === null)
    return unknownLoad(
      null,
      `${path} is a program for ${system}: what its system calls do on Linux is not known`,
    );
  const reason = `it is a program for ${system}, whose system calls Linux takes for others`;
  return stoppedBy(startsWithoutLoader, crash(path, reason, 'exec'));
}

/** A program without PT_INTERP is static, or a loader that is called as a program. */
function loadItself(container: Container, executed: Executed): Loaded {
  const { program, argv } = executed;
  const { elf, path } = program;
  const system = otherElfSystem(elf);
  if (system !== null) return startOfOther(system, program);
  if (argv.length > 1 && isLoaderProgram(elf)) {
    const named = loadedByName(container, executed);
    return named === null
      ? unknownLoad(null, `${path} is a loader: what it would load is not simulated`)
      : entered(load(named.container, named.executed), named.executed);
  }
  const odd = mayBeCutOff(elf)
    ? 'a segment reaches past the end of the file'
    : (oddSegments(elf) ?? decisiveDefect(elf)?.reason ?? unboundStart(elf));
  if (odd !== null) return unknownLoad(null, `${path}: ${odd}`);
  return startsWithoutLoader;
}

/** Runs an accepted program under the loader that PT_INTERP leads to, identified by that file's own content (G0, M0, K30). */
function load(container: Container, executed: Executed): Loaded {
  const { interp, program } = executed;
  if (interp === null) return loadItself(container, executed);
  const family = loaderFamily(interp.elf);
  if (family === null) return loadWithoutLoader(container, executed, interp);
  const odd = oddProgram(program.elf);
  if (odd !== null)
    return unknownLoad({ family, version: null, path: interp.path }, `${program.path}: ${odd}`);
  if (program.elf.dynamic === null && program.elf.defects.length === 0) {
    return crashWithoutDynamic(program.path);
  }
  return (
    loaders[family]?.start(container, executed, interp) ??
    unknownLoad({ family, version: null, path: interp.path }, "Android's loader is not simulated")
  );
}

/** PT_INTERP leads to a file that is not a loader: gcompat's (M52), or a program that runs in place of one (K23). */
function loadWithoutLoader(container: Container, executed: Executed, interp: OpenedFile): Loaded {
  const throughGcompat = startThroughGcompat(container, executed, interp);
  if (throughGcompat !== null) return throughGcompat;
  const { program } = executed;
  if (program.elf.dynamic === null && startsInPlace(interp.elf, program.elf)) return startsWithoutLoader;
  const isStatic = interp.elf.interp === null && (interp.elf.dynamic?.needed.length ?? 0) === 0;
  const means = isStatic ? ': it runs in place of one' : '';
  return unknownLoad(null, `${interp.path} is not a known loader${means}`);
}

/** Every loader reads the program's dynamic segment without checking that there is one. */
function crashWithoutDynamic(path: string): Loaded {
  const problem = crash(path, 'it names a loader but has no dynamic segment', 'library');
  return { loader: null, objects: [], problems: [problem], ending: endingBy(problem) };
}

function doubtEntry(loaded: Loaded, path: string): Loaded {
  return { ...loaded, ending: { kind: 'unknown', reason: `${path}: its entry point lies in no code` } };
}

/** The jump to the program's entry point once it is loaded (K32). */
function entered(loaded: Loaded, { program }: Executed): Loaded {
  if (loaded.ending.kind !== 'starts') return loaded;
  const reason = entryCrash(program.elf);
  if (reason === null) return entersData(program.elf) ? doubtEntry(loaded, program.path) : loaded;
  return stoppedBy(loaded, crash(program.path, reason, 'exec'));
}

/** A start, and what runs at its end; null where it stopped before. */
export interface Started {
  readonly trace: LoadTrace;
  readonly running: { readonly container: Container; readonly executed: Executed } | null;
}

/** Starts a program and, where it is `env NAME`, the command that env runs (K3, K7). */
function runInTurn(start: Container, first: ExecResult): Started {
  let container = start;
  const executed: string[] = [];
  let result = first;
  let last: Loaded | null = null;
  for (let programs = 0; programs < maxPrograms; programs++) {
    if (result.kind !== 'executed') {
      const trace = traceOf(result, executed);
      const loaded = last === null ? trace : { ...trace, loader: last.loader, objects: last.objects };
      return { trace: loaded, running: null };
    }
    executed.push(...result.opened);
    last = entered(load(container, result.executed), result.executed);
    if (last.ending.kind !== 'starts')
      return { trace: { executed, ...last, secure: result.executed.secure }, running: null };
    const next =
      findEnvCommand(container, result.executed) ??
      readScript(container, result.executed) ??
      givenOptions(container, result.executed) ??
      missingScript(container, result.executed);
    if (next === null)
      return { trace: { executed, ...last }, running: { container, executed: result.executed } };
    if (next.kind === 'unknown') {
      const ending = { kind: 'unknown', reason: next.reason } as const;
      return { trace: { executed, ...last, ending }, running: null };
    }
    if (next.kind === 'ends') return { trace: { executed, ...stoppedBy(last, next.problem) }, running: null };
    ({ container, result } = next);
  }
  const reason = 'the scripts hand over to each other too many times';
  const none = { loader: null, objects: [], problems: [] };
  return { trace: { executed, ...(last ?? none), ending: { kind: 'unknown', reason } }, running: null };
}

/** The trace of `runInTurn`. */
export const startInTurn = (start: Container, first: ExecResult): LoadTrace => runInTurn(start, first).trace;

/**
 * Why the engine fails before it looks for the program: the user is unknown (R5), the working directory is a file (R4).
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
    const { group = null } = user;
    return stopped({ kind: 'user-unknown', user: config.user, group, ...effect, ...failure });
  }
  const path = container.start.cwd;
  if (!path.startsWith('/'))
    return { kind: 'unknown', reason: `the working directory ${path} is not absolute`, opened: [] };
  const found = rootfs.lookup(path);
  if (!found.ok && (found.errno === 'ELOOP' || found.errno === 'ENOTDIR')) {
    const problem = {
      kind: 'entrypoint-unusable',
      path,
      errno: found.errno,
      cause: 'missing',
      denials: [],
    } as const;
    return stopped({ ...problem, ...effect, ...workingDirFailure(host.engine, path, found.errno) });
  }
  if (!found.ok || found.inode.type === 'directory') return null;
  const problem = {
    kind: 'entrypoint-unusable',
    path,
    errno: 'ENOTDIR',
    cause: 'missing',
    denials: [],
  } as const;
  return stopped({ ...problem, ...effect, ...workingDirFailure(host.engine, path) });
}

/** An image without Entrypoint and Cmd, started without arguments (R3). */
function withoutCommand({ host }: Container): LoadTrace {
  const problem: Problem = {
    kind: 'command-missing',
    stage: 'exec',
    fatal: true,
    ...noCommandFailure(host.engine),
  };
  return traceOf({ kind: 'stopped', problem, opened: [] }, []);
}

/**
 * The start of a command in the container, from the engine's look-up to the first line of its own code: a path, or a
 * name that is looked up in PATH (R2), with its arguments. No word at all is an image without a command (R3).
 */
export function simulateStart(container: Container, ...argv: readonly string[]): LoadTrace {
  return startCommand(container, argv, null).trace;
}

/** A script that ends itself (K72). */
function scriptEnding(by: HandedOver, { reason, isFault, said, exitStatus }: ScriptEnding): LoadTrace {
  const effect = {
    stage: 'interpreter',
    fatal: true,
    seen: said,
    exitStatus,
  } as const;
  const line = by.place?.line ?? null;
  const problem = { kind: 'script-ends', script: by.program, line, reason, isFault, ...effect } as const;
  return traceOf({ kind: 'stopped', problem, opened: [] }, []);
}

/** The start of a command by the engine, or, with `by`, by a program of the container that executes it (K70). */
export function startCommand(container: Container, argv: readonly string[], by: HandedOver | null): Started {
  const [command] = argv;
  if (by?.ends != null) return { trace: scriptEnding(by, by.ends), running: null };
  if (by !== null) {
    const { trace, running } = runInTurn(container, execFrom(container, argv, by));
    return { trace: inDoubt(container, trace, command ?? '', by), running };
  }
  if (command === undefined) return { trace: withoutCommand(container), running: null };
  const stop = engineStop(container);
  if (stop !== null) return { trace: traceOf(stop, []), running: null };
  return runInTurn(container, runEntrypoint(container, command, argv));
}
