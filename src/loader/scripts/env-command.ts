import { posix } from 'node:path';
import type { Container } from '../../container/container.ts';
import { loaderFamily } from '../../container/libc.ts';
import { runningCredentials } from '../../container/process-start.ts';
import type { LibcFamily } from '../../elf/libc-names.ts';
import { type ExecResult, type Executed, execve } from '../kernel/execve.ts';
import type { ErrnoName, Problem } from '../trace/problem.ts';
import { isBusybox } from './busybox.ts';
import { type EnvArguments, readEnvArguments } from './env-arguments.ts';
import { type CoreutilsEnv, type EnvDialect, envDialect } from './env-dialect.ts';
import { unknownWord } from './unknown-word.ts';

/** What `env` does next: run a command with other variables, or end. */
export type HandOver =
  | { readonly kind: 'command'; readonly container: Container; readonly result: ExecResult }
  | { readonly kind: 'ends'; readonly problem: Problem }
  | { readonly kind: 'unknown'; readonly reason: string };

type Stopped = Extract<ExecResult, { kind: 'stopped' }>;

const errnoWords: Readonly<Partial<Record<ErrnoName, string>>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  ENOTDIR: 'Not a directory',
  ENOEXEC: 'Exec format error',
  E2BIG: 'Argument list too long',
};

/** The errno of an execve that returned; null when the process was gone by then. */
export function errnoOf({ problem }: Stopped): ErrnoName | null {
  if ('errno' in problem) return problem.errno;
  if (problem.kind === 'exec-format' || problem.kind === 'arch-mismatch') return 'ENOEXEC';
  if (problem.kind === 'arguments-too-long') return 'E2BIG';
  return problem.kind === 'file-capability' ? 'EPERM' : null;
}

/** No file of that name is there. */
const isNothing = ({ problem }: Stopped): boolean =>
  problem.kind === 'entrypoint-unusable' && problem.errno !== 'EACCES' && problem.errno !== 'ELOOP';

const goesOn: ReadonlySet<ErrnoName | null> = new Set(['ENOENT', 'EACCES', 'ENOTDIR']);

/**
 * execvp: the first file of PATH that execve takes; else the failure that it reports. Null when PATH names nothing. `name` is that of
 * the file, where the command is given another for its own.
 */
export function execvp(
  container: Container,
  argv: readonly string[],
  family: LibcFamily | null,
  name: string = argv[0] ?? '',
): ExecResult | null {
  const credentials = runningCredentials(container.start);
  if (name.includes('/')) return execve(container, name, argv, credentials);
  const fallback = family === 'musl' ? '/usr/local/bin:/bin:/usr/bin' : '/bin:/usr/bin';
  let failure: Stopped | null = null;
  for (const directory of name === '' ? [] : (container.start.env.get('PATH') ?? fallback).split(':')) {
    const path = `${directory === '' ? '.' : directory}/${name}`;
    const result = execve(container, path, argv, credentials);
    if (result.kind !== 'stopped' || !goesOn.has(errnoOf(result))) return result;
    if (!isNothing(result) && (failure === null || errnoOf(failure) !== 'EACCES')) failure = result;
  }
  return failure;
}

/** glibc's execvp hands a text without `#!` to the shell (maybe_script_execute of posix/execvpe.c). */
function underShell(container: Container, result: ExecResult, argv: readonly string[]): ExecResult {
  if (result.kind !== 'stopped' || result.problem.kind !== 'exec-format') return result;
  const { path } = result.problem;
  const found = container.rootfs.lookup(path, { cwd: container.start.cwd });
  if (!found.ok || found.inode.content?.kind === 'elf') return result;
  const credentials = runningCredentials(container.start);
  return execve(container, '/bin/sh', ['/bin/sh', path, ...argv.slice(1)], credentials);
}

/** One run of `env` for a script. */
interface EnvCall {
  readonly container: Container;
  readonly argv0: string;
  /** How its own messages begin, but not those of getopt; null where that is not known. */
  readonly says: string | null;
  /** The script whose first line names env, or env's own path. */
  readonly script: NonNullable<Executed['script']>;
  readonly isOfScript: boolean;
  readonly dialect: EnvDialect;
  readonly isStatic: boolean;
  /** Of the loader that it runs under; null without one, and for a loader of no known family. */
  readonly family: LibcFamily | null;
}

const effect = { stage: 'interpreter', fatal: true } as const;

/** Whether it has -S, as far as that is known. */
const splits = (dialect: EnvDialect): dialect is CoreutilsEnv =>
  dialect.kind === 'coreutils' && dialect.split !== 'none';

/** What env calls itself in its own messages. */
function namedBy(dialect: EnvDialect, argv0: string): string | null {
  if (dialect.kind !== 'coreutils' || dialect.says === 'argv0') return argv0;
  return dialect.says === null ? null : posix.basename(argv0);
}

/** What getopt of each libc says of an option, by its spelling. */
function getoptSays(family: LibcFamily | null, option: string): string {
  const name = option.replace(/^--?/, '');
  if (/^-\s$/.test(option)) return `invalid option -- '${name}'`;
  if (family === 'musl') return `unrecognized option: ${name}`;
  if (option.startsWith('--')) return `unrecognized option '${option}'`;
  return family === 'uclibc' ? `invalid option -- ${name}` : `invalid option -- '${name}'`;
}

/** env does not support the option, or cannot split its value; it, or getopt for it, says so and ends. */
function endsByOption(call: EnvCall, option: string, said: string | null, by: string | null): HandOver {
  const { argv0, script, dialect } = call;
  const problem: Problem = {
    kind: 'script-option',
    script: call.isOfScript ? script.path : null,
    interpreter: argv0,
    argument: script.argument,
    option,
    said,
    splits: splits(dialect),
    ...effect,
    seen: said === null || by === null ? null : `${by}: ${said}`,
    exitStatus: dialect.kind === 'busybox' ? 1 : 125,
  };
  return { kind: 'ends', problem };
}

/** coreutils' own words for a blank among the letters of options, which getopt takes for one since 8.30. */
const isOwnRefusal = ({ dialect }: EnvCall, option: string): boolean =>
  /^-\s$/.test(option) && splits(dialect) && (/[ \t]/.test(option) || dialect.split !== '8.30');

/** Why getopt refused the option; null where its words are not known: those of a static env, and of a missing value. */
const refusalOf = ({ family, isStatic }: EnvCall, option: string): string | null =>
  isStatic || option === '-u' ? null : getoptSays(family, option);

/** env could not run the command, and ends by its errno; `stopped` is null when PATH names no directory. */
function endsByErrno(
  { argv0, says, script, dialect }: EnvCall,
  command: string,
  path: string,
  stopped: Stopped | null,
): HandOver {
  const errno = stopped === null ? 'ENOENT' : errnoOf(stopped);
  const why = errnoWords[errno ?? 'ENOENT'];
  const said =
    dialect.kind === 'busybox'
      ? `env: can't execute '${command}': ${why}`
      : says === null
        ? null
        : `${says}: '${command.replace(/\r/g, '\\r')}': ${why}`;
  const ends = {
    ...effect,
    seen: why === undefined ? null : said,
    exitStatus: errno === 'ENOENT' ? 127 : 126,
  };
  if (stopped !== null && !isNothing(stopped))
    return { kind: 'ends', problem: { ...stopped.problem, ...ends } };
  const missing: Problem = {
    kind: 'env-command-missing',
    script: script.path,
    env: argv0,
    splits: splits(dialect),
    command,
    searched: path.split(':'),
    carriageReturn: command.endsWith('\r'),
    ...ends,
  };
  return { kind: 'ends', problem: missing };
}

/** Programs that do what their own name says. */
const actsByName = (executed: Executed, { rootfs }: Container): boolean =>
  executed.script === null &&
  (isBusybox(executed, rootfs) || /\/(env|coreutils|toybox)$/.test(executed.program.realPath));

/** env executes a command with the remaining variables. */
function runs(
  call: EnvCall,
  command: string,
  { words, env, argv0: named }: Extract<EnvArguments, { kind: 'command' }>,
): HandOver {
  const { script, family, argv0 } = call;
  const argv = [named ?? command, ...words.slice(1)];
  const container = { ...call.container, start: { ...call.container.start, env } };
  const tried = execvp(container, argv, family, command);
  const result = tried === null || family !== 'glibc' ? tried : underShell(container, tried, argv);
  if (result?.kind === 'unknown') return { kind: 'command', container, result };
  if (named !== null && result?.kind === 'executed' && actsByName(result.executed, container)) {
    const reason = `${command} does what its own name says, and env calls it '${named}'`;
    return { kind: 'unknown', reason };
  }
  if (result?.kind === 'executed') {
    const own = call.isOfScript ? { ...script, argument: null } : null;
    const executed = { ...result.executed, script: result.executed.script ?? own };
    return { kind: 'command', container, result: { ...result, executed } };
  }
  const errno = result === null ? 'ENOENT' : errnoOf(result);
  if (result !== null && errno === null) return { kind: 'command', container, result };
  if (errno === 'ENOEXEC' && family === null) {
    const reason = `${argv0} is static: it is unknown whether a shell would run ${command}`;
    return { kind: 'unknown', reason };
  }
  return endsByErrno(call, command, env.get('PATH') ?? '', result);
}

/**
 * What the `env` of a `#!` line or of a command does (K7): it runs a command from the container's PATH, or ends with the message of the
 * env that the image has (coreutils or busybox). Null when the program is not env, or prints the variables.
 */
export function findEnvCommand(container: Container, executed: Executed): HandOver | null {
  const [argv0 = ''] = executed.argv;
  const { interp } = executed;
  const itself = executed.argv.length > 1 ? { path: executed.program.path, argument: null } : null;
  const script = executed.script ?? itself;
  if (script === null || !/(^|\/)env$/.test(argv0)) return null;
  const dialect = envDialect(executed, container.rootfs);
  const family = interp === null ? null : loaderFamily(interp.elf);
  const call = {
    container,
    argv0,
    says: namedBy(dialect, argv0),
    script,
    isOfScript: executed.script !== null,
    dialect,
    family,
    isStatic: interp === null,
  };
  const read = readEnvArguments(dialect, executed.argv, container.start.env);
  if (read.kind === 'unknown') return read;
  if (read.kind === 'refused') {
    const by = isOwnRefusal(call, read.option) ? call.says : argv0;
    return endsByOption(call, read.option, refusalOf(call, read.option), by);
  }
  if (read.kind === 'unsplit') return endsByOption(call, '-S', read.said, call.says);
  const [command] = read.words;
  if (command?.includes(unknownWord) === true)
    return { kind: 'unknown', reason: `what ${argv0} executes is known only in a running container` };
  if (command === undefined) return null;
  // `#!/usr/bin/env -i`: what stands for a command is the script itself.
  if (call.isOfScript && command === script.path) {
    const reason = `${argv0} is given no command but ${command} itself: it starts the script again and again`;
    return { kind: 'unknown', reason };
  }
  return runs(call, command, read);
}
