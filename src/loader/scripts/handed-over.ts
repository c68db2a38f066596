import type { Container } from '../../container/container.ts';
import type { LibcFamily } from '../../elf/libc-names.ts';
import type { ExecResult } from '../kernel/execve.ts';
import type { ErrnoName, Problem } from '../trace/problem.ts';
import { errnoOf, execvp } from './env-command.ts';

/** Whose words are printed when a command cannot be executed (K70). */
export type Wording =
  | 'dash'
  | 'busybox-shell'
  | 'bash'
  | 'tini'
  | 'dumb-init'
  | 'gosu'
  | 'su-exec'
  | 'coreutils'
  | 'coreutils-run'
  | 'util-linux'
  | 'setpriv'
  | 'runuser'
  | 'time'
  | 'catatonit'
  | 'daemontools'
  | 'runit'
  | 'busybox';

/** A file, a folder with all that is in it, or a pattern of the shell, of which a command takes something away. */
export interface Touch {
  /** Absolute. */
  readonly path: string;
  /** `from others`: its owner and root keep what they may do. */
  readonly takes: 'all' | 'from others';
  /** Only files of this name; a pattern as of `find -name`. */
  readonly named: string | null;
}

/** A command that a script has run and gone on from. */
export interface EarlierCommand {
  readonly name: string;
  /** The script; null for the argument of `-c`. */
  readonly file: string | null;
  readonly line: number;
  /** `paths`: it makes files that are no programs; `permissions`: who may execute and read what. */
  readonly changes: 'paths' | 'permissions' | 'anything';
  /** What it is known to take away or to replace. */
  readonly touches: readonly Touch[];
}

/** Who executes a command in the container, and where that stands. */
export interface HandedOver {
  /** The script or program, as its messages name it. */
  readonly program: string;
  readonly wording: Wording;
  /** The libc whose execvp looks the name up; null for a program that has its own look-up. */
  readonly family: LibcFamily | null;
  /** The script's file and line; null for a program that takes the command as arguments. */
  readonly place: { readonly file: string; readonly line: number } | null;
  /** The builtin `exec` of a shell. */
  readonly isExec: boolean;
  /** The command stands in an argument (`sh -c`), not in a file. */
  readonly isArgument: boolean;
  /** Null where it executes a command; otherwise it ends there. */
  readonly ends: ScriptEnding | null;
  /** The commands before it that may have made or changed what is executed here, in order. */
  readonly changedBy: readonly EarlierCommand[];
}

/** How a script ends itself before it executes anything (K72). */
export interface ScriptEnding {
  /** Whether the shell refuses a word of it; else it depends on the variables and arguments that it was given. */
  readonly isFault: boolean;
  /** A clause about the script: `X is not set`. */
  readonly reason: string;
  /** What is printed; null where that is not known. */
  readonly said: string | null;
  readonly exitStatus: number;
}

type Failure = { readonly seen: string | null; readonly exitStatus: number };

const words: Readonly<Partial<Record<ErrnoName, string>>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  ENOTDIR: 'Not a directory',
  EPERM: 'Operation not permitted',
  ENOEXEC: 'Exec format error',
  ELOOP: 'Too many levels of symbolic links',
};

/** The words of D. J. Bernstein's programs. */
const djbWords: Readonly<Partial<Record<ErrnoName, string>>> = {
  ENOENT: 'file does not exist',
  EACCES: 'access denied',
};

/** Why execve of a name was refused. */
interface Refusal {
  readonly name: string;
  readonly errno: ErrnoName;
  /** A file of that name is there, and what it needs is not. */
  readonly isFound: boolean;
  readonly isFolder: boolean;
  /** The file may be executed by somebody. */
  readonly isExecutable: boolean;
  readonly cwd: string;
}

function bashFailure(by: HandedOver, { name, errno, isFound, isFolder, cwd }: Refusal): Failure {
  const exitStatus = errno === 'ENOENT' ? 127 : 126;
  const line = `line ${by.place?.line ?? 1}: `;
  const at = `${by.program}: ${by.isArgument && !isFound ? '' : line}`;
  const exec = by.isExec ? 'exec: ' : '';
  if (errno === 'ENOENT' && isFound)
    return { seen: `${at}${name}: cannot execute: required file not found`, exitStatus };
  if (errno === 'ENOENT' && !name.includes('/'))
    return { seen: `${at}${exec}${name}: ${by.isExec ? '' : 'command '}not found`, exitStatus };
  const isRelative = by.isExec && !name.startsWith('/');
  const full = isRelative ? `${cwd.replace(/\/+$/, '')}/${name.replace(/^(?:\.\/+)+/, '')}` : name;
  if (errno === 'ENOENT') return { seen: `${at}${full}: No such file or directory`, exitStatus };
  if (isFolder && !by.isExec) return { seen: `${at}${name}: Is a directory`, exitStatus };
  const binary = errno === 'ENOEXEC' ? 'cannot execute binary file: ' : '';
  return { seen: by.isExec ? null : `${at}${name}: ${binary}${words[errno] ?? errno}`, exitStatus };
}

/** What is printed and with which status it ends, as each was seen to do. */
function failureOf(by: HandedOver, refusal: Refusal): Failure {
  const { name, errno } = refusal;
  const text = words[errno] ?? errno;
  const exitStatus = errno === 'ENOENT' ? 127 : 126;
  const short = errno === 'ENOENT' ? 'not found' : text;
  const exec = by.isExec ? 'exec: ' : '';
  const line = by.place?.line ?? 1;
  switch (by.wording) {
    case 'dash':
      return { seen: `${by.program}: ${line}: ${exec}${name}: ${short}`, exitStatus };
    case 'busybox-shell': {
      const at = by.isArgument ? (by.isExec ? 'line 0: ' : '') : `line ${line}: `;
      return { seen: `${by.program}: ${exec}${at}${name}: ${short}`, exitStatus };
    }
    case 'bash':
      return bashFailure(by, refusal);
    case 'tini':
      return { seen: `[FATAL tini (7)] exec ${name} failed: ${text}`, exitStatus };
    case 'dumb-init':
      return { seen: `[dumb-init] ${name}: ${text}`, exitStatus: 2 };
    case 'gosu':
      return { seen: goFailure(refusal), exitStatus: 1 };
    case 'su-exec':
      return { seen: `su-exec: ${name}: ${text}`, exitStatus: 1 };
    case 'coreutils':
      return { seen: `${by.program}: '${name}': ${text}`, exitStatus };
    case 'coreutils-run':
      return { seen: `${by.program}: failed to run command '${name}': ${text}`, exitStatus };
    case 'util-linux':
    case 'setpriv':
      return { seen: `${by.program}: failed to execute ${name}: ${text}`, exitStatus };
    case 'runuser':
      return { seen: `${by.program}: failed to execute ${name}: ${text}`, exitStatus: 1 };
    case 'time':
      return { seen: `${by.program}: cannot run ${name}: ${text}`, exitStatus };
    case 'catatonit':
      return { seen: null, exitStatus: 1 };
    case 'daemontools':
      return {
        seen: `${by.program}: fatal: unable to run ${name}: ${djbWords[errno] ?? text}`,
        exitStatus: 111,
      };
    case 'runit':
      return {
        seen: `${by.program}: fatal: unable to run: ${name}: ${djbWords[errno] ?? text}`,
        exitStatus: 111,
      };
    case 'busybox':
      return { seen: `${by.program}: can't execute '${name}': ${text}`, exitStatus };
  }
}

/** Go's LookPath before 1.20, with which gosu is built, asks whether anybody may execute the file. */
function goFailure({ name, errno, isFound, isExecutable }: Refusal): string {
  if (isFound || (errno === 'EACCES' && isExecutable))
    return `error: exec failed: ${(words[errno] ?? errno).toLowerCase()}`;
  if (!name.includes('/')) return `error: exec: "${name}": executable file not found in $PATH`;
  const stat = errno === 'ENOENT' ? `stat ${name}: ` : '';
  return `error: exec: "${name}": ${stat}${(words[errno] ?? errno).toLowerCase()}`;
}

function mayBeExecuted({ rootfs, start }: Container, name: string): boolean {
  const found = rootfs.lookup(name, { cwd: start.cwd });
  return found.ok && found.inode.type === 'file' && (found.inode.mode & 0o111) !== 0;
}

const nothing = (name: string): Problem => ({
  kind: 'entrypoint-unusable',
  path: name,
  errno: 'ENOENT',
  cause: 'missing',
  denials: [],
  stage: 'exec',
  fatal: true,
  seen: null,
  exitStatus: 127,
});

/**
 * execve of a command by a program of the container (K70): the name is looked up in the PATH that the program has, and its words
 * and status are those that are seen.
 */
export function execFrom(container: Container, argv: readonly string[], by: HandedOver): ExecResult {
  const [name = ''] = argv;
  const tried = execvp(container, argv, by.family);
  if (tried !== null && tried.kind !== 'stopped') return tried;
  const isShell = by.wording === 'dash' || by.wording === 'busybox-shell';
  const errno = name === '' && isShell ? 'EACCES' : tried === null ? 'ENOENT' : errnoOf(tried);
  const opened = tried?.opened ?? [];
  if (tried !== null && errno === null) return tried;
  const problem = tried?.problem ?? nothing(name);
  if (errno === 'ENOEXEC' && problem.kind === 'exec-format')
    return { kind: 'unknown', reason: `${name} has no #! line: a shell would read it itself`, opened };
  const isFound = problem.kind !== 'entrypoint-unusable';
  if (by.wording === 'setpriv' && errno === 'EACCES')
    return { kind: 'unknown', reason: `setpriv may keep the capabilities to execute ${name}`, opened };
  const readsItself = errno === 'ENOEXEC' && !['dash', 'bash', 'gosu', 'busybox'].includes(by.wording);
  const failure = readsItself
    ? { seen: null, exitStatus: 2 }
    : failureOf(by, {
        name,
        errno: errno ?? 'ENOENT',
        isFound,
        isExecutable: name.includes('/') && mayBeExecuted(container, name),
        isFolder: problem.kind === 'entrypoint-unusable' && problem.cause === 'directory',
        cwd: container.start.cwd,
      });
  return { kind: 'stopped', problem: { ...problem, ...failure }, opened };
}
