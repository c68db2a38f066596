import type { SkippedFiles } from '../binary/skipped-files.ts';
import type { ImageSourceName, Provenance, SourceAttempt } from '../image/image.ts';
import type { Finding } from '../rules/finding.ts';

/** `unknown` names a reason for doubt; a doubtful start is never `runs`. */
export type Verdict = 'runs' | 'fails' | 'unknown';

/** Where the start would stop. `exec`: the kernel refuses the file; `interpreter`: it refuses PT_INTERP or `#!`. */
export type Stage = 'exec' | 'interpreter' | 'library' | 'version' | 'symbol';

export interface ToolIdentity {
  readonly name: 'libc-check';
  readonly version: string;
  readonly commit: string;
}

export interface BinaryReport {
  /** The path as the user gave it. */
  readonly path: string;
  /** Where it stands in the image. */
  readonly at: string;
  /** Lower-case hex; null when the file could not be read, or it was not requested. */
  readonly sha256: string | null;
  readonly buildId: string | null;
  /** `x86_64`, `aarch64`, …; null for a script. */
  readonly machine: string | null;
  readonly interp: string | null;
  readonly kind: 'executable' | 'static-executable' | 'shared-object' | 'script' | 'other';
}

export interface ImageReport {
  readonly reference: string;
  /** Null when no source had the image. */
  readonly source: ImageSourceName | null;
  /** `linux/amd64`, `linux/arm/v7`; null when the image could not be read. */
  readonly platform: string | null;
  /** The platform was chosen to fit the binary. */
  readonly platformChosen: boolean;
  readonly digest: string | null;
  readonly libc: {
    readonly family: 'glibc' | 'musl' | 'uclibc' | 'bionic' | 'unknown' | 'none';
    readonly version: string | null;
  };
  readonly provenance: Provenance | null;
  /** How the image of this name can differ from the profile that was taken for it, in words. */
  readonly difference: string | null;
  readonly fellThrough: readonly SourceAttempt[];
}

/**
 * What a user would see: text (lines joined by \n, empty when nothing is printed), exit status, and whose they are.
 * For a program that runs: what its loader prints before it, with status 0 for the loader's part.
 */
export interface Seen {
  readonly message: string;
  /** False where more is printed, by a program whose words are not known. */
  readonly complete: boolean;
  readonly exitStatus: number;
  readonly engine: string;
}

export interface MissingLibrary {
  readonly soname: string;
  readonly neededBy: string;
}
export interface MissingVersion {
  readonly version: string;
  readonly file: string;
  readonly neededBy: string;
}
export interface MissingSymbol {
  readonly name: string;
  readonly version: string | null;
  readonly neededBy: string;
  readonly binding: 'startup' | 'lazy';
}

/** One place that was tried for a library, with its outcome in words (`found`, `no such file`, `other ELF class`, …). */
export interface TrailStep {
  readonly path: string;
  readonly via: string;
  readonly outcome: string;
}

export interface ObjectReport {
  /** The name it was asked for by: DT_NEEDED string, preload, or the binary itself. */
  readonly soname: string;
  /** Null when it was not found. */
  readonly path: string | null;
  readonly neededBy: string | null;
  /** `main`, `needed path`, `rpath`, `LD_LIBRARY_PATH`, `runpath`, `ld.so.cache`, `default directory`, `preload`, `interpreter`, `built in`, … */
  readonly foundBy: string | null;
  readonly trail: readonly TrailStep[];
}

/** One link of the chain of programs that the container's command is: each executes the next. */
export interface CommandReport {
  /** All words; one that only a running container has is null. Empty where the image has no command. */
  readonly argv: readonly (string | null)[];
  /** 1 for what the engine executes, 2 for what that hands over to, and so on. */
  readonly link: number;
  /** The script or program in the container that executes it; null for the engine. */
  readonly by: string | null;
  /** Where the script says so; null for what no file says. */
  readonly place: { readonly file: string; readonly line: number } | null;
}

export interface CheckResult {
  readonly binary: BinaryReport;
  readonly image: ImageReport;
  /** The link of the image's own command that was checked; null for a binary that the call names. */
  readonly command: CommandReport | null;
  readonly verdict: Verdict;
  /** Where it would stop; null when it runs or is unknown. */
  readonly stage: Stage | null;
  /** Null when it runs silently or is unknown. */
  readonly seen: Seen | null;
  /** Why the verdict is `unknown`; null otherwise. */
  readonly reason: string | null;
  /**
   * The kind of reason for an `unknown` verdict: `call`: the request is wrong, such as a file that does not exist (exit 2);
   * `unreadable`: something that decides could not be read (exit 3). Null when the verdict is `runs` or `fails`.
   */
  readonly problem: 'call' | 'unreadable' | null;
  readonly missing: {
    readonly libraries: readonly MissingLibrary[];
    readonly versions: readonly MissingVersion[];
    readonly symbols: readonly MissingSymbol[];
  };
  readonly objects: readonly ObjectReport[];
  readonly findings: readonly Finding[];
  /** The assumed facts about the host: kernel `6.1`, cpu `x86-64`, engine `docker`. */
  readonly assumptions: { readonly kernel: string; readonly cpu: string; readonly engine: string };
}

/** The JSON report is this type, not a view of it. */
export interface CheckReport {
  readonly schemaVersion: 1;
  readonly tool: ToolIdentity;
  /** ISO 8601, UTC: the only time in the document. */
  readonly checkedAt: string;
  readonly summary: { readonly runs: number; readonly fails: number; readonly unknown: number };
  readonly results: readonly CheckResult[];
  /** What named folders and archives hold besides, and why it was not checked. */
  readonly skipped: readonly SkippedFiles[];
}
