import type { CpuLevel } from '../../../src/container/host.ts';
import type { Stage } from '../../../src/loader/trace/problem.ts';

/** The images of fixtures/cases/images. */
export type CaseImage =
  | `glibc-${'2.31' | '2.36' | '2.41' | '2.43'}`
  | `glibc-2.36-${'armhf' | 'arm64' | 'i386' | 'ppc64le' | 's390x' | 'lib64'}`
  | 'glibc-2.41-riscv64'
  | `alpine-${'3.6' | '3.13' | '3.14' | '3.15' | '3.19' | '3.20' | '3.19-arm64'}`
  | `busybox-${'glibc' | 'musl' | 'uclibc'}`
  | 'uclibc'
  | 'uclibc-sysv-hash'
  | 'scratch';

/** One entry of a layer. `from` is a path below fixtures/cases/files, `image` one in the case's own image. */
export type CaseEntry = {
  readonly path: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly mode?: number;
} & (
  | { readonly type: 'copy'; readonly from: string; readonly capability?: readonly number[] }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'folder' }
  | { readonly type: 'link'; readonly target: string }
  | { readonly type: 'hardlink'; readonly target: string }
);

/** How it ends, by exit status: one for every engine, or one for Docker 20.10 (runc 1.1) and one for current Docker. */
export type Exit = number | { readonly old: number; readonly now: number };

export interface Expectation {
  readonly ending: 'starts' | Stage;
  /** Of what is printed: the program's own `started` included where it starts; `^$` is nothing at all. */
  readonly message: RegExp;
  /** Null where the running program decides it. */
  readonly exit: Exit | null;
  /** Symbols that are reported missing when they are called. */
  readonly lazy?: readonly string[];
}

/** One start in one image with what was really seen (fixtures/cases/observed.json holds the witness). */
export interface Case {
  readonly id: string;
  /** Rules of docs/loader that it shows. */
  readonly rules: readonly string[];
  /** What it shows, as a sentence. */
  readonly shows: string;
  readonly image: CaseImage;
  /** Folder of fixtures/cases/files that is /t; null when there is none. */
  readonly files: string | null;
  /** The command; default the program /t/p. */
  readonly run?: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workdir?: string;
  /** Layers over image and files, lowest first. `.wh.` names are whiteouts. */
  readonly layers?: readonly (readonly CaseEntry[])[];
  /** Where a shell or ldconfig runs first: what is simulated in its place, and why that is the same. */
  readonly instead?: {
    readonly run: readonly [string, ...string[]];
    readonly layers?: readonly (readonly CaseEntry[])[];
    readonly because: string;
    /** Message and status are the shell's, not those of the engine for the same outcome. */
    readonly ownWords?: true;
  };
  /** The processor of the machine; default x86-64-v4, which is what the witness had. */
  readonly cpu?: CpuLevel;
  /** Given in place of the running kernel's 6.18; such a case has no witness. */
  readonly kernel?: readonly [number, number];
  readonly expected: Expectation;
  /** The reason for `unknown` where libc-check cannot predict what the witness saw. */
  readonly unknown?: RegExp;
  /** Packed by UPX: the simulation sees a static program, and the report says `unknown` (S20). */
  readonly packed?: true;
  /** Where current Docker ends the start in another way than Docker 20.10. */
  readonly onCurrentDocker?: Expectation;
}

/** The parts of a case's start. */
export type CaseStart = Omit<Case, 'id' | 'rules' | 'shows' | 'expected' | 'files'> &
  Partial<Pick<Case, 'files'>>;

/** The program's own code is reached; `printed` is what comes before its word. */
export function starts(printed: RegExp = /^started/m, ...lazy: readonly string[]): Expectation {
  return { ending: 'starts', message: printed, exit: 0, ...(lazy.length === 0 ? {} : { lazy }) };
}

export const stops = (ending: Stage, message: RegExp, exit: Exit | null): Expectation => ({
  ending,
  message,
  exit,
});

/** execve itself fails (R6): the container prints this and runc gives 1, since 1.2 255. */
export function execFails(text: string, path = '/t/p', stage: Stage = 'exec'): Expectation {
  return stops(stage, new RegExp(`^exec ${path}: ${text}$`, 'm'), { old: 1, now: 255 });
}

/** PT_INTERP or `#!` names a missing file. */
export const interpreterFails = (text: string, path = '/t/p'): Expectation =>
  execFails(text, path, 'interpreter');

/** glibc's loader stops with this text in phase L. */
export function glibcStops(object: string, text: string, program = '/t/p'): Expectation {
  const line = `${program}: error while loading shared libraries: ${object}: ${text}`;
  return stops('library', new RegExp(`^${escaped(line)}$`, 'm'), 127);
}

export const notFound = 'cannot open shared object file: No such file or directory';

/** musl's loader prints these lines, all of them, and ends with 127. */
export function muslStops(ending: Stage, ...lines: readonly string[]): Expectation {
  return stops(ending, new RegExp(`^${lines.map(escaped).join('\\n')}$`), 127);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

export const copy = (
  path: string,
  from: string,
  more: Partial<Extract<CaseEntry, { type: 'copy' }>> = {},
): CaseEntry => ({ ...more, type: 'copy', path, from });
export const text = (path: string, content: string, mode = 0o644): CaseEntry => ({
  type: 'text',
  path,
  text: content,
  mode,
});
export const folder = (path: string, mode = 0o755, uid = 0): CaseEntry => ({
  type: 'folder',
  path,
  mode,
  uid,
});
export const link = (path: string, target: string): CaseEntry => ({ type: 'link', path, target });
export const hardlink = (path: string, target: string, mode: number): CaseEntry => ({
  type: 'hardlink',
  path,
  target,
  mode,
});
/** Removes `path` of lower layers. */
export const whiteout = (path: string): CaseEntry => text(path.replace(/[^/]+$/, '.wh.$&'), '');
/** Hides what lower layers have in the directory. */
export const opaque = (path: string): CaseEntry => text(`${path}/.wh..wh..opq`, '');
