import type { Container } from '../../container/container.ts';
import { runningCredentials } from '../../container/process-start.ts';
import { denialsOf } from '../../rootfs/denials.ts';
import { mayRead } from '../../rootfs/permissions.ts';
import type { Executed, OpenedFile } from '../kernel/execve.ts';
import type { Problem } from '../trace/problem.ts';

/** The shells whose messages are known. */
export type Shell = 'dash' | 'busybox' | 'bash';

const nameOf = ({ realPath }: OpenedFile): string => realPath.slice(realPath.lastIndexOf('/') + 1);

/** The shell by the name of the file that runs; a file `sh` of its own that needs nothing but glibc is dash. */
export function shellOf({ program }: Executed): Shell | null {
  const name = nameOf(program);
  const needed = program.elf.dynamic?.needed ?? [];
  if (name === 'sh' && needed.length === 1 && needed[0] === 'libc.so.6') return 'dash';
  return name === 'dash' || name === 'busybox' || name === 'bash' ? name : null;
}

/** Programs that read the script which the kernel passes to them; any other may leave it alone. */
const readers =
  /^(?:sh|ash|dash|bash|zsh|ksh|mksh|fish|busybox|python|pypy|node|nodejs|deno|bun|perl|ruby|php|lua|luajit|tclsh|wish|expect|guile|Rscript|mawk|gawk|original-awk|awk|sed|pwsh|java)[\d.-]*$/;

/** What a reader other than a shell says, and its status, where they are known. */
function unreadableBy(
  name: string,
  argv0: string,
  script: string,
): { seen: string | null; exitStatus: number } {
  if (/^python[\d.]*$/.test(name))
    return { seen: `${argv0}: can't open file '${script}': [Errno 13] Permission denied`, exitStatus: 2 };
  if (/^perl[\d.]*$/.test(name))
    return { seen: `Can't open perl script "${script}": Permission denied`, exitStatus: 13 };
  return { seen: null, exitStatus: 1 };
}

function unreadable(
  shell: Shell | null,
  name: string,
  argv0: string,
  script: string,
): { seen: string | null; exitStatus: number } {
  switch (shell) {
    case 'dash':
      return { seen: `${argv0}: 0: cannot open ${script}: Permission denied`, exitStatus: 2 };
    case 'busybox':
      return { seen: `${argv0}: can't open '${script}': Permission denied`, exitStatus: 2 };
    case 'bash':
      return { seen: `${argv0}: ${script}: Permission denied`, exitStatus: 126 };
    case null:
      return unreadableBy(name, argv0, script);
  }
}

/** A shell's message for an option with a blank among its letters; `o` takes the next argument, the script, for a name. */
function blankOption(
  shell: Shell,
  argv0: string,
  option: string,
): { seen: string | null; exitStatus: number } {
  const [letters = ''] = option.split(/[ \t]/);
  const exitStatus = shell === 'bash' && letters.includes('e') ? 1 : 2;
  if (letters.includes('o')) return { seen: null, exitStatus: shell === 'busybox' ? 0 : 2 };
  switch (shell) {
    case 'dash':
      return { seen: `${argv0}: 0: Illegal option -`, exitStatus };
    case 'busybox':
      return { seen: `${argv0}: illegal option -`, exitStatus };
    case 'bash':
      return { seen: `${argv0}: - : invalid option`, exitStatus };
  }
}

/** What comes of a script that its interpreter cannot run. */
export type ScriptStop =
  | { readonly kind: 'ends'; readonly problem: Problem }
  | { readonly kind: 'unknown'; readonly reason: string };

const ends = (problem: Problem): ScriptStop => ({ kind: 'ends', problem });

/**
 * Why an interpreter cannot run the script that the kernel passed to it: the file may be executed but not read (K6),
 * or the shell does not support the argument of the first line as an option: it ends in a carriage return or holds a blank (K3).
 * Null when it can.
 */
export function readScript(container: Container, executed: Executed): ScriptStop | null {
  const { script } = executed;
  if (script === null) return null;
  const shell = shellOf(executed);
  const argv0 = executed.argv[0] ?? executed.program.path;
  if (shell !== null && script.argument?.endsWith('\r') === true) {
    return ends({
      kind: 'script-argument',
      script: script.path,
      interpreter: argv0,
      stage: 'interpreter',
      fatal: true,
      seen: shell === 'dash' ? `${argv0}: 0: Illegal option -` : null,
      exitStatus: 2,
    });
  }
  const option = script.argument;
  if (shell !== null && option !== null && /^-[a-zA-Z]*[ \t]/.test(option)) {
    const cause = { kind: 'script-option', script: script.path, interpreter: argv0, option } as const;
    return ends({ ...cause, stage: 'interpreter', fatal: true, ...blankOption(shell, argv0, option) });
  }
  const credentials = runningCredentials(container.start);
  const user = { cwd: container.start.cwd, credentials };
  const found = container.rootfs.lookup(script.path, user);
  if (found.ok && mayRead(found.inode, credentials)) return null;
  const name = nameOf(executed.program);
  if (shell === null && !readers.test(name))
    return {
      kind: 'unknown',
      reason: `the user may not read ${script.path}, and whether ${argv0} does is unknown`,
    };
  return ends({
    kind: 'script-unreadable',
    script: script.path,
    interpreter: argv0,
    denials: denialsOf(container.rootfs, script.path, user, mayRead),
    stage: 'interpreter',
    fatal: true,
    ...unreadable(shell, name, argv0, script.path),
  });
}
