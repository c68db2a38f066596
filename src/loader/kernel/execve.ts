import type { Container } from '../../container/container.ts';
import type { ElfFile } from '../../elf/elf-file.ts';
import { tableSizes } from '../../elf/file-header.ts';
import { isLinked } from '../../elf/kind.ts';
import { machineName } from '../../elf/machine.ts';
import { formatPlatform } from '../../image/reference/platform.ts';
import { danglingTarget } from '../../rootfs/dangling-link.ts';
import type { Credentials, Denial, Inode } from '../../rootfs/rootfs.ts';
import { isCutOff, programCutStatus } from '../doubt/lost-pages.ts';
import type { ErrnoName, Problem, ProblemEffect } from '../trace/problem.ts';
import { crash, truncated } from '../trace/problems.ts';
import { acceptance } from './architecture.ts';
import { tooLong } from './argument-limits.ts';
import { exceedsBoundingSet, raisesCapabilities } from './capabilities.ts';
import { headerRefusal, isPlainLibrary, mappingCrash } from './elf-program.ts';
import { execveFailure } from './engine-text.ts';
import { execCredentials, execDenials, openForExec } from './open-for-exec.ts';
import { parseShebang } from './shebang.ts';

/** A file that the kernel has accepted. */
export interface OpenedFile {
  /** The name it was opened by. */
  readonly path: string;
  /** Without links, as in /proc/self/exe. */
  readonly realPath: string;
  readonly inode: Inode;
  readonly elf: ElfFile;
}

export interface Executed {
  /** The path that execve was given, of a script where it is one (AT_EXECFN). */
  readonly filename: string;
  readonly program: OpenedFile;
  /** The file that PT_INTERP leads to; null for a static program. */
  readonly interp: OpenedFile | null;
  /** argv of the program that runs in the end: scripts put their interpreters in front (K3). */
  readonly argv: readonly string[];
  /** The script that the program is to read, and the argument of its `#!` line; null when no script was started. */
  readonly script: { readonly path: string; readonly argument: string | null } | null;
  /** AT_SECURE: setuid, setgid or file capabilities changed the credentials (G80). */
  readonly secure: boolean;
}

export type ExecResult =
  | { readonly kind: 'executed'; readonly executed: Executed; readonly opened: readonly string[] }
  | { readonly kind: 'stopped'; readonly problem: Problem; readonly opened: readonly string[] }
  | { readonly kind: 'unknown'; readonly reason: string; readonly opened: readonly string[] };

const maxScripts = 5;

/** One call of execve in progress. */
class Exec {
  readonly #container: Container;
  readonly #first: string;
  readonly #credentials: Credentials;
  readonly #opened: string[] = [];
  /** The last script on the way, which the program that runs in the end is to read. */
  #script: Executed['script'] = null;

  constructor(container: Container, first: string, credentials: Credentials) {
    this.#container = container;
    this.#first = first;
    this.#credentials = credentials;
  }

  /** Follows the chain of scripts to an ELF program and its interpreter (K2 to K31). */
  run(argv: readonly string[]): ExecResult {
    let path = this.#first;
    let args = [...argv];
    for (let scripts = 0; ; scripts++) {
      const opened = openForExec(this.#container, path, this.#credentials);
      this.#opened.push(path);
      if ('errno' in opened) return this.#unopened(path, opened.errno, opened.at);
      const excess = tooLong(this.#first, args, this.#container.start.env);
      if (excess !== null)
        return this.#stop({
          kind: 'arguments-too-long',
          path: this.#first,
          ...excess,
          ...this.#failure('exec', 'E2BIG'),
        });
      const content = opened.inode.content;
      if (content === null || content.kind === 'unread') {
        return this.#unknown(`${path} could not be read: ${content?.reason ?? 'it is not a regular file'}`);
      }
      if (content.kind === 'elf') return this.#program(path, opened.path, opened.inode, content.elf, args);
      if (content.kind !== 'script') {
        const reason =
          opened.inode.size === 0
            ? 'it is empty'
            : 'it is neither an ELF file nor a script that begins with #!';
        return this.#badFormat(path, reason);
      }
      const shebang = parseShebang(content.head, this.#container.host.kernel);
      if (shebang === null) {
        const reason = 'its first line (#!) names no interpreter or is longer than the kernel reads';
        return this.#badFormat(path, reason);
      }
      if (scripts >= maxScripts) {
        const beyond = openForExec(this.#container, shebang.interpreter, this.#credentials);
        const errno = 'errno' in beyond ? beyond.errno : 'ELOOP';
        return this.#interpreterProblem(path, shebang.interpreter, errno);
      }
      this.#script = { path, argument: shebang.argument };
      args = [
        shebang.interpreter,
        ...(shebang.argument === null ? [] : [shebang.argument]),
        path,
        ...args.slice(1),
      ];
      path = shebang.interpreter;
    }
  }

  /** `path` is the program that was asked for, or the interpreter of a script. */
  #unopened(path: string, errno: ErrnoName, at: string): ExecResult {
    if (this.#script !== null) return this.#interpreterProblem(this.#script.path, path, errno);
    const cause = errno === 'EACCES' ? 'not-executable' : errno === 'ELOOP' ? 'loop' : 'missing';
    return this.#stop({
      kind: 'entrypoint-unusable',
      path: at || path,
      errno,
      cause,
      denials: this.#denials(path, errno),
      ...this.#failure('exec', errno),
    });
  }

  #interpreterProblem(script: string, interpreter: string, errno: ErrnoName): ExecResult {
    return this.#stop({
      kind: 'script-interpreter',
      script,
      interpreter,
      errno,
      carriageReturn: interpreter.endsWith('\r'),
      danglesTo: danglingTarget(this.#container.rootfs, interpreter, this.#container.start.cwd),
      denials: this.#denials(interpreter, errno),
      ...this.#failure('interpreter', errno),
    });
  }

  #denials(path: string, errno: ErrnoName): readonly Denial[] {
    return errno === 'EACCES' ? execDenials(this.#container, path, this.#credentials) : [];
  }

  #badFormat(path: string, reason: string): ExecResult {
    return this.#stop({ kind: 'exec-format', path, reason, ...this.#failure('exec', 'ENOEXEC') });
  }

  #program(path: string, realPath: string, inode: Inode, elf: ElfFile, argv: readonly string[]): ExecResult {
    const accepted = acceptance(elf, this.#container.platform);
    if (typeof accepted === 'object') return this.#unknown(accepted.unknown);
    if (accepted === 'refused') {
      const platform = formatPlatform(this.#container.platform);
      const effect = this.#failure('exec', 'ENOEXEC');
      return this.#stop({ kind: 'arch-mismatch', path, machine: machineName(elf), platform, ...effect });
    }
    const refusal = headerRefusal(elf, this.#container.host.kernel);
    if (refusal !== null) return this.#badFormat(path, refusal);
    const program: OpenedFile = { path, realPath, inode, elf };
    let interp: OpenedFile | null = null;
    if (elf.interp !== null) {
      const opened = this.#interp(program, elf.interp.path);
      if ('kind' in opened) return opened;
      interp = opened;
    }
    if (exceedsBoundingSet(inode.capability, this.#container.start.privileges))
      return this.#stop({ kind: 'file-capability', path, ...this.#failure('exec', 'EPERM') });
    const mapping = this.#mapped(path, elf);
    if (mapping !== null) return this.#stop(mapping);
    if (isPlainLibrary(elf)) return this.#stop(crash(path, 'it is a shared library, not a program', 'exec'));
    return {
      kind: 'executed',
      executed: {
        filename: this.#first,
        program,
        interp,
        argv,
        script: this.#script,
        secure: this.#isSecure(inode),
      },
      opened: this.#opened,
    };
  }

  /** PT_INTERP, opened inside the image (K20 to K23). */
  #interp(program: OpenedFile, name: string): OpenedFile | ExecResult {
    const opened = openForExec(this.#container, name, this.#credentials);
    this.#opened.push(name);
    const fail = (errno: ErrnoName, at: string) =>
      this.#stop({
        kind: 'interpreter-unusable',
        program: program.path,
        interp: name,
        errno,
        at,
        denials: this.#denials(name, errno),
        ...this.#failure('interpreter', errno),
      });
    if ('errno' in opened) return fail(opened.errno, opened.at);
    const { inode, path } = opened;
    if (inode.content?.kind === 'unread')
      return this.#unknown(`${name} could not be read: ${inode.content.reason}`);
    if (inode.size < tableSizes[program.elf.class].fileHeader) return fail('EIO', path);
    if (inode.content?.kind !== 'elf') return fail('ELIBBAD', path);
    const elf = inode.content.elf;
    if (elf.machine !== program.elf.machine || elf.class !== program.elf.class) return fail('ELIBBAD', path);
    if (elf.phentsize !== program.elf.phentsize || elf.phnum < 1) return fail('ELIBBAD', path);
    if (!isLinked(elf)) return this.#stop(crash(name, 'the interpreter is not a linked program', 'exec'));
    const mapping = this.#mapped(name, elf);
    if (mapping !== null) return this.#stop(mapping);
    return { path: name, realPath: path, inode, elf };
  }

  #isSecure(inode: Inode): boolean {
    const { uid, gid, privileges } = this.#container.start;
    const mayRaise = !privileges.noNewPrivileges;
    const setuid = mayRaise && (inode.mode & 0o4000) !== 0 && inode.uid !== uid;
    const setgid = mayRaise && (inode.mode & 0o2010) === 0o2010 && inode.gid !== gid;
    return setuid || setgid || (uid !== 0 && raisesCapabilities(inode.capability, privileges));
  }

  /** Why mapping the file in place of the old program kills the process (K14); null when it does not. */
  #mapped(path: string, elf: ElfFile): Problem | null {
    const reason = mappingCrash(elf);
    if (reason !== null) return crash(path, reason, 'exec');
    return isCutOff(elf) ? truncated(path, 'exec', programCutStatus(elf)) : null;
  }

  /** How the engine reports that execve failed, and ends (R6). */
  #failure(stage: 'exec' | 'interpreter', errno: ErrnoName) {
    const failure = execveFailure(this.#container.host.engine, this.#first, errno);
    return { stage, fatal: true, ...failure } as const satisfies ProblemEffect;
  }

  #stop(problem: Problem): Extract<ExecResult, { kind: 'stopped' }> {
    return { kind: 'stopped', problem, opened: this.#opened };
  }

  #unknown(reason: string): ExecResult {
    return { kind: 'unknown', reason, opened: this.#opened };
  }
}

/**
 * What execve of `path` with `argv` would do in the container, with the host's kernel and the image's files. The engine
 * calls it, unless other credentials are given.
 */
export function execve(
  container: Container,
  path: string,
  argv: readonly string[],
  credentials: Credentials = execCredentials(container),
): ExecResult {
  return new Exec(container, path, credentials).run(argv);
}
