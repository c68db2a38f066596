import type { Denial } from '../../rootfs/rootfs.ts';

/** Where a start stops: the phases of docs/loader, grouped as a report shows them. */
export type Stage = 'exec' | 'interpreter' | 'library' | 'version' | 'symbol';

/** One place tried for an object, in order. */
export interface TrailStep {
  readonly path: string;
  /** The list or table it came from: `RPATH of /app/x`, `LD_LIBRARY_PATH`, `ld.so.cache`, `default directory`. */
  readonly via: string;
  /** `found`, or why not, in words. */
  readonly outcome: string;
}

/** A library that the loader would take, at a place where the user may not read it. */
export interface UnreadableFile {
  /** As the loader tried it. */
  readonly path: string;
  readonly denials: readonly Denial[];
}

/** The native files that an archive has, where none is for the platform of the container. */
export interface MissingBuild {
  /** Who takes them out of it. */
  readonly taker: 'java' | 'python' | 'plain';
  /** What they are for, as far as it can be read: `linux/amd64`, `macOS arm64`. */
  readonly has: readonly string[];
}

/** What a problem does to the start. */
export interface ProblemEffect {
  readonly stage: Stage;
  /** The start stops here; otherwise the program goes on. */
  readonly fatal: boolean;
  /** The exact line; null when a signal ends it without one, and when a program's own words are not known. */
  readonly seen: string | null;
  /** Exit status when it stops, or when it takes effect later; null when it never ends the program. */
  readonly exitStatus: number | null;
}

export type ErrnoName =
  | 'ENOENT'
  | 'EACCES'
  | 'ENOTDIR'
  | 'ELOOP'
  | 'ENOEXEC'
  | 'ELIBBAD'
  | 'EIO'
  | 'EPERM'
  | 'ENAMETOOLONG'
  | 'E2BIG';

/** A failed step of the kernel or the loader; one member for each kind of cause. */
export type Problem =
  /** The engine cannot apply the container's configuration: unknown user (R5). */
  | (ProblemEffect & {
      readonly kind: 'user-unknown';
      readonly user: string;
      /** The group that has no entry; null where it is the user. */
      readonly group: string | null;
    })
  /** The image has no command and was given none (R3). */
  | (ProblemEffect & { readonly kind: 'command-missing' })
  /** The engine's look-up of the program fails (R1): missing, a directory, no x bit, no search permission. */
  | (ProblemEffect & {
      readonly kind: 'entrypoint-unusable';
      readonly path: string;
      readonly errno: ErrnoName;
      readonly cause: 'missing' | 'directory' | 'not-executable' | 'not-searchable' | 'loop';
      /** What keeps the user from executing it; empty for every other errno than EACCES. */
      readonly denials: readonly Denial[];
    })
  /** A string, or all arguments and variables together, exceed what execve takes (K8). */
  | (ProblemEffect & {
      readonly kind: 'arguments-too-long';
      readonly path: string;
      /** `argument 2`, `the variable PATH`, or both together. */
      readonly what: string;
      readonly bytes: number;
      readonly limit: number;
    })
  /** An archive has native files, and none for the container's platform (S37). */
  | (ProblemEffect & { readonly kind: 'build-missing'; readonly path: string } & MissingBuild)
  /** File capabilities outside the container's bounding set (K60). */
  | (ProblemEffect & { readonly kind: 'file-capability'; readonly path: string })
  /** Built for another processor (K11). */
  | (ProblemEffect & {
      readonly kind: 'arch-mismatch';
      readonly path: string;
      readonly machine: string;
      readonly platform: string;
    })
  /** The kernel has no loader for these bytes (K2, K10, K20). */
  | (ProblemEffect & { readonly kind: 'exec-format'; readonly path: string; readonly reason: string })
  /** The `#!` interpreter cannot be run (K3–K5). */
  | (ProblemEffect & {
      readonly kind: 'script-interpreter';
      readonly script: string;
      readonly interpreter: string;
      readonly errno: ErrnoName;
      /** The line ends in a carriage return. */
      readonly carriageReturn: boolean;
      /** Where the links lead that `interpreter` is, to no file; null when it is no link. */
      readonly danglesTo: string | null;
      /** What keeps the user from executing it; empty for every other errno than EACCES. */
      readonly denials: readonly Denial[];
    })
  /** A carriage return became part of the argument of the `#!` line (K3). */
  | (ProblemEffect & {
      readonly kind: 'script-argument';
      readonly script: string;
      readonly interpreter: string;
    })
  /** The interpreter may not read the script (K6). */
  | (ProblemEffect & {
      readonly kind: 'script-unreadable';
      readonly script: string;
      readonly interpreter: string;
      /** What keeps the user from reading it. */
      readonly denials: readonly Denial[];
    })
  /** `#!/usr/bin/env NAME` and NAME is in no directory of PATH. */
  | (ProblemEffect & {
      readonly kind: 'env-command-missing';
      readonly script: string;
      /** As the first line names it. */
      readonly env: string;
      /** This `env` takes a line apart with -S. */
      readonly splits: boolean;
      readonly command: string;
      readonly searched: readonly string[];
      readonly carriageReturn: boolean;
    })
  /** An interpreter does not take an option of the first line or of the command: `env` of busybox no -S, a shell no `-e -u` (K3, K7, K9). */
  | (ProblemEffect & {
      readonly kind: 'script-option';
      /** Null where the command itself hands it over. */
      readonly script: string | null;
      readonly interpreter: string;
      /** All that follows the interpreter in the first line; null where it was not started by one. */
      readonly argument: string | null;
      /** What is refused, with its dashes. */
      readonly option: string;
      /** Why, in the interpreter's own words; null where they are not known. */
      readonly said: string | null;
      /** It is an `env` that takes a line apart with -S. */
      readonly splits: boolean;
    })
  /** A script ends itself in failure before it hands over (K72). */
  | (ProblemEffect & {
      readonly kind: 'script-ends';
      /** As the shell names it. */
      readonly script: string;
      /** Null where it stands in an argument (`sh -c`). */
      readonly line: number | null;
      /** A clause about the script. */
      readonly reason: string;
      /** The shell takes a word of it for a fault; else it depends on variables, arguments and files. */
      readonly isFault: boolean;
    })
  /** PT_INTERP cannot be used (K20–K23). */
  | (ProblemEffect & {
      readonly kind: 'interpreter-unusable';
      readonly program: string;
      readonly interp: string;
      readonly errno: ErrnoName;
      readonly at: string;
      /** What keeps the user from executing it; empty for every other errno than EACCES. */
      readonly denials: readonly Denial[];
    })
  /** Mapped bytes lie past the end of the file (K14, G14). */
  | (ProblemEffect & { readonly kind: 'truncated'; readonly path: string })
  /** Accepted by the kernel and crashes: a library started as a program, segments that cannot be mapped (K14, K31). */
  | (ProblemEffect & { readonly kind: 'crash'; readonly path: string; readonly reason: string })
  /** No loader of the image could load this shared object. */
  | (ProblemEffect & { readonly kind: 'no-loader'; readonly path: string; readonly machine: string })
  /** The program that is to open a shared object is not there, or is not a program (S34). */
  | (ProblemEffect & {
      readonly kind: 'caller-unusable';
      readonly caller: string;
      readonly path: string;
      readonly reason: string;
    })
  /** The program does not take a shared object that the loader would take (S35). */
  | (ProblemEffect & {
      readonly kind: 'caller-refuses';
      readonly caller: string;
      readonly path: string;
      /** A clause about `path`. */
      readonly reason: string;
      /** What `path` was built for and what the caller is: `CPython 3.11`, `CPython 3.12`. */
      readonly built: string;
      readonly runs: string;
    })
  /** The program is static and has no dlopen (S36). */
  | (ProblemEffect & { readonly kind: 'static-caller'; readonly caller: string; readonly path: string })
  /** A DT_NEEDED that was not found, in one object's need. */
  | (ProblemEffect & {
      readonly kind: 'library-missing';
      readonly soname: string;
      readonly neededBy: string;
      readonly trail: readonly TrailStep[];
      /** Files for it that are there and that the user may not read, in the order in which they were tried. */
      readonly unreadable: readonly UnreadableFile[];
    })
  /** A file was found for a need and refused (G11, G13, M10). */
  | (ProblemEffect & {
      readonly kind: 'library-rejected';
      readonly soname: string;
      readonly path: string;
      readonly neededBy: string;
      readonly reason: string;
    })
  /** A preload that the loader ignores, with or without a message (G30, M5). */
  | (ProblemEffect & {
      readonly kind: 'preload-ignored';
      readonly name: string;
      readonly from: string;
      readonly reason: string;
      /** Files for it that are there and that the user may not read. */
      readonly unreadable: readonly UnreadableFile[];
    })
  | (ProblemEffect & {
      readonly kind: 'version-missing';
      readonly version: string;
      /** Path of the library that lacks it. */
      readonly file: string;
      readonly neededBy: string;
      readonly weak: boolean;
      /** Names of the symbols that the needing object takes by this version. */
      readonly symbols: readonly string[];
    })
  /** The library has no version table at all (G41). */
  | (ProblemEffect & {
      readonly kind: 'version-table-missing';
      readonly file: string;
      readonly neededBy: string;
    })
  /** Verneed names a file that nothing loads (G44). */
  | (ProblemEffect & { readonly kind: 'verneed-unloaded'; readonly file: string; readonly neededBy: string })
  | (ProblemEffect & {
      readonly kind: 'symbol-missing';
      readonly name: string;
      readonly version: string | null;
      readonly versionFile: string | null;
      readonly neededBy: string;
      readonly binding: 'startup' | 'lazy';
      /** A library of this object or of its needs is missing, so the symbol may be that library's. */
      readonly libraryMissing: boolean;
      /** Only the process that calls dlopen can define it (napi_*, Py*, …), and none was named. */
      readonly fromCaller: boolean;
    })
  /** ld.so and libc.so.6 are of different builds (G0b). */
  | (ProblemEffect & {
      readonly kind: 'loader-libc-mismatch';
      readonly loader: string;
      readonly libc: string;
    })
  /** The loader does not support this relocation type (M32, M10). */
  | (ProblemEffect & {
      readonly kind: 'relocation-unsupported';
      readonly path: string;
      readonly type: number;
    })
  /** Thread-local storage at a fixed offset, asked for by a library that is loaded later (G62, M44). */
  | (ProblemEffect & {
      readonly kind: 'static-tls';
      /** The object whose relocation asks for it. */
      readonly path: string;
      /** The object whose storage it is. */
      readonly definer: string;
      /** Bytes of that storage. */
      readonly size: number;
      /** The variable; null for one that is local to `path`: then the loader prints no name, or an undefined one. */
      readonly symbol: string | null;
    })
  /** DT_RELR under a loader that does not support it (G46, M40), or without its marker. */
  | (ProblemEffect & { readonly kind: 'relr-unsupported'; readonly path: string; readonly reason: string })
  /** DT_TEXTREL that the loader cannot apply (M41). */
  | (ProblemEffect & { readonly kind: 'textrel-unsupported'; readonly path: string })
  /** Needs a higher x86-64 level than the CPU has (G60). */
  | (ProblemEffect & {
      readonly kind: 'isa-level';
      readonly path: string;
      readonly needed: string;
      readonly cpu: string;
    })
  /** Executable stack that the loader refuses (G61). */
  | (ProblemEffect & { readonly kind: 'executable-stack'; readonly path: string })
  /** GLIBC_TUNABLES is malformed and ignored as a whole (G95). */
  | (ProblemEffect & { readonly kind: 'tunables-ignored'; readonly text: string })
  /** COPY relocation with another size (G54). */
  | (ProblemEffect & { readonly kind: 'copy-size'; readonly name: string; readonly path: string })
  /** Requires a newer kernel than the one that runs (G15). */
  | (ProblemEffect & { readonly kind: 'kernel-too-old'; readonly path: string; readonly kernel: string });

export type ProblemKind = Problem['kind'];
export type ProblemOf<K extends ProblemKind> = Extract<Problem, { kind: K }>;
