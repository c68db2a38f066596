import type { ProblemEffect, ProblemOf, Stage } from './problem.ts';

/** The status of a process that SIGSEGV killed, as a shell and an engine report it. */
const segmentationFault = 139;

/** What ends a start or a dlopen: the line that is printed, null when there is none, and the exit status. */
export interface LastWords {
  readonly seen: string | null;
  readonly exitStatus: number;
}

/** The process dies without a message. */
export function diesSilently(stage: Stage, exitStatus = segmentationFault) {
  return { stage, fatal: true, seen: null, exitStatus } as const satisfies ProblemEffect;
}

/** The kernel or a loader kills the process by what `path` is; `reason` is a clause about that file. */
export function crash(
  path: string,
  reason: string,
  stage: Stage,
  exitStatus = segmentationFault,
): ProblemOf<'crash'> {
  return { kind: 'crash', path, reason, ...diesSilently(stage, exitStatus) };
}

/** Bytes of `path` are mapped that the file lacks: SIGBUS, or SIGSEGV by what reads as zeros (K14, G14). */
export function truncated(path: string, stage: Stage, exitStatus: number): ProblemOf<'truncated'> {
  return { kind: 'truncated', path, ...diesSilently(stage, exitStatus) };
}

/** No file was found for a DT_NEEDED. */
export function libraryMissing(
  need: Pick<ProblemOf<'library-missing'>, 'soname' | 'neededBy' | 'trail' | 'unreadable'>,
  { seen, exitStatus }: LastWords,
): ProblemOf<'library-missing'> {
  return { kind: 'library-missing', ...need, stage: 'library', fatal: true, seen, exitStatus };
}

/** A file was found for a DT_NEEDED, and the loader refuses it; `reason` is the loader's text. */
export function libraryRejected(
  need: Pick<ProblemOf<'library-rejected'>, 'soname' | 'path' | 'neededBy' | 'reason'>,
  { seen, exitStatus }: LastWords,
): ProblemOf<'library-rejected'> {
  return { kind: 'library-rejected', ...need, stage: 'library', fatal: true, seen, exitStatus };
}

/** A preload that the loader cannot load; the start goes on. `seen` is null for a loader that does not mention it. */
export function preloadIgnored(
  preload: Pick<ProblemOf<'preload-ignored'>, 'name' | 'from' | 'reason' | 'unreadable'>,
  seen: string | null,
): ProblemOf<'preload-ignored'> {
  return { kind: 'preload-ignored', ...preload, stage: 'library', fatal: false, seen, exitStatus: null };
}

/** No loaded object defines a symbol; it ends the process at once, or when it is bound late. */
export function symbolMissing(
  symbol: Pick<
    ProblemOf<'symbol-missing'>,
    'name' | 'version' | 'versionFile' | 'neededBy' | 'binding' | 'libraryMissing' | 'fromCaller'
  >,
  { seen, exitStatus }: LastWords,
): ProblemOf<'symbol-missing'> {
  // Field by field: a start can lack thousands of symbols, and spreading them shows in the benchmark of verdicts.
  return {
    kind: 'symbol-missing',
    name: symbol.name,
    version: symbol.version,
    versionFile: symbol.versionFile,
    neededBy: symbol.neededBy,
    binding: symbol.binding,
    libraryMissing: symbol.libraryMissing,
    fromCaller: symbol.fromCaller,
    stage: 'symbol',
    fatal: symbol.binding === 'startup',
    seen,
    exitStatus,
  };
}

/** A relocation that the loader does not apply. */
export function relocationUnsupported(
  relocation: Pick<ProblemOf<'relocation-unsupported'>, 'path' | 'type'>,
  { seen, exitStatus }: LastWords,
): ProblemOf<'relocation-unsupported'> {
  return { kind: 'relocation-unsupported', ...relocation, stage: 'symbol', fatal: true, seen, exitStatus };
}

/** Thread-local storage of an object that came after the start has no fixed offset (G62, M44). */
export function staticTls(
  storage: Pick<ProblemOf<'static-tls'>, 'path' | 'definer' | 'size' | 'symbol'>,
  { seen, exitStatus }: LastWords,
): ProblemOf<'static-tls'> {
  return { kind: 'static-tls', ...storage, stage: 'symbol', fatal: true, seen, exitStatus };
}

/** A loader that does not support DT_RELR leaves the pointers of `path` as they are in the file (G46, M40). */
export function relrUnknown(path: string, libc: 'glibc' | 'musl'): ProblemOf<'relr-unsupported'> {
  const reason = `this ${libc} does not support DT_RELR: its pointers stay unrelocated`;
  return { kind: 'relr-unsupported', path, reason, ...diesSilently('symbol') };
}
