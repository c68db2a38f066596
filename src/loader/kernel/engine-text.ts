import type { Engine } from '../../container/host.ts';
import type { ErrnoName } from '../trace/problem.ts';

const kernelTexts: Readonly<Record<ErrnoName, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  ENOTDIR: 'not a directory',
  ELOOP: 'too many levels of symbolic links',
  ENOEXEC: 'exec format error',
  ELIBBAD: 'accessing a corrupted shared library',
  EIO: 'input/output error',
  EPERM: 'operation not permitted',
  ENAMETOOLONG: 'file name too long',
  E2BIG: 'argument list too long',
};

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What is printed and with which status the engine ends when execve itself fails (R6). */
export function execveFailure(
  engine: Engine,
  path: string,
  errno: ErrnoName,
): { seen: string; exitStatus: number } {
  const text = kernelTexts[errno];
  if (engine === 'podman') {
    const hint = errno === 'ENOENT' ? ' (missing dynamic library?)' : '';
    const quoted =
      errno === 'ENOENT' ? `exec container process${hint} \`${path}\`` : `exec container process \`${path}\``;
    return { seen: `${quoted}: ${capitalised(text)}`, exitStatus: 1 };
  }
  return { seen: `exec ${path}: ${text}`, exitStatus: engine === 'docker' ? 255 : 1 };
}

/** The daemon's line around a text of runc (R1). */
function daemonLine(engine: Engine, text: string): string {
  return engine === 'docker'
    ? `docker: Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${text}`
    : `docker: Error response from daemon: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${text}: unknown`;
}

export type LookUpFailure =
  | { readonly cause: 'missing' | 'not-a-directory' | 'loop' | 'not-searchable' }
  | { readonly cause: 'not-executable' | 'not-permitted' | 'directory' }
  | { readonly cause: 'not-in-path' | 'relative-hit' };

/** What the engine says when its look-up of the command fails, before execve (R1, R2, R5). */
export function lookUpFailure(
  engine: Engine,
  path: string,
  cause: LookUpFailure['cause'],
): { seen: string; exitStatus: number } {
  if (engine === 'podman') return podmanLookUpFailure(path, cause);
  const quoted = `exec: "${path}"`;
  switch (cause) {
    case 'not-in-path':
      return { seen: daemonLine(engine, `${quoted}: executable file not found in $PATH`), exitStatus: 127 };
    case 'relative-hit':
      return {
        seen: daemonLine(engine, `${quoted}: cannot run executable found relative to current directory`),
        exitStatus: 125,
      };
    case 'missing':
      return {
        seen: daemonLine(engine, `${quoted}: stat ${path}: no such file or directory`),
        exitStatus: 127,
      };
    case 'not-a-directory':
      return { seen: daemonLine(engine, `${quoted}: stat ${path}: not a directory`), exitStatus: 125 };
    case 'loop':
      return {
        seen: daemonLine(engine, `${quoted}: stat ${path}: too many levels of symbolic links`),
        exitStatus: 125,
      };
    case 'not-searchable':
      return { seen: daemonLine(engine, `${quoted}: stat ${path}: permission denied`), exitStatus: 126 };
    case 'directory':
      return {
        seen: daemonLine(
          engine,
          engine === 'docker'
            ? `${quoted}: is a directory: permission denied`
            : `${quoted}: permission denied`,
        ),
        exitStatus: 126,
      };
    case 'not-executable':
      return { seen: daemonLine(engine, `${quoted}: permission denied`), exitStatus: 126 };
    case 'not-permitted':
      return { seen: daemonLine(engine, `exec ${path}: permission denied`), exitStatus: 126 };
  }
}

/** crun's texts (R6), with podman's status for them: 127 for missing, 126 for not permitted. */
function podmanLookUpFailure(
  path: string,
  cause: LookUpFailure['cause'],
): { seen: string; exitStatus: number } {
  const line = (text: string, exitStatus: number) => ({ seen: `Error: crun: ${text}`, exitStatus });
  switch (cause) {
    case 'not-in-path':
    case 'relative-hit':
      return line(
        `executable file \`${path}\` not found in $PATH: No such file or directory: OCI runtime attempted to invoke a command that was not found`,
        127,
      );
    case 'missing':
    case 'not-a-directory':
      return line(
        `executable file \`${path}\` not found: No such file or directory: OCI runtime attempted to invoke a command that was not found`,
        127,
      );
    case 'loop':
      return line(`open \`${path}\`: Too many levels of symbolic links`, 126);
    case 'directory':
      return line(
        `the path \`${path}\` is not a regular file: Operation not permitted: OCI permission denied`,
        126,
      );
    case 'not-executable':
    case 'not-permitted':
    case 'not-searchable':
      return line(
        `the path \`${path}\` exists but it is not executable: Operation not permitted: OCI permission denied`,
        126,
      );
  }
}

/** The image has no command and was given none (R3). */
export function noCommandFailure(engine: Engine): { seen: string; exitStatus: number } {
  const texts: Readonly<Record<Engine, string>> = {
    docker: 'docker: Error response from daemon: no command specified',
    'docker-20.10': 'docker: Error response from daemon: No command specified',
    podman: 'Error: no command or entrypoint provided, and no CMD or ENTRYPOINT from image',
  };
  return { seen: texts[engine], exitStatus: 125 };
}

/** Unknown user or group (R5); docker's client exits 126 for any text that ends in "is a directory". */
export function userFailure(engine: Engine, message: string): { seen: string; exitStatus: number } {
  if (engine === 'podman') return { seen: `Error: ${message}`, exitStatus: 126 };
  return {
    seen: `docker: Error response from daemon: ${message}`,
    exitStatus: message.endsWith('is a directory') ? 126 : 125,
  };
}

/** The working directory exists but is not a directory, is a loop of links, or lies below a file (R4). */
export function workingDirFailure(
  engine: Engine,
  path: string,
  errno: 'ENOTDIR' | 'ELOOP' | null = null,
): { seen: string; exitStatus: number } {
  const text =
    errno === 'ELOOP'
      ? `evalSymlinksInScope: too many links in ${path}`
      : errno === 'ENOTDIR'
        ? `lstat ${path}: not a directory`
        : `Cannot mkdir: ${path} is not a directory`;
  return engine === 'podman'
    ? { seen: `Error: ${text}`, exitStatus: 126 }
    : { seen: `docker: Error response from daemon: ${text}`, exitStatus: 125 };
}
