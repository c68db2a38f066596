import { mayRead } from '../rootfs/permissions.ts';
import { runningCredentials } from '../target/process-start.ts';
import type { Target } from '../target/target.ts';
import type { Executed } from './kernel/execve.ts';
import type { Problem } from './load-trace.ts';

/** The shells whose words are known. */
type Shell = 'dash' | 'busybox' | 'bash';

/** The shell by the name of the file that runs; a file `sh` of its own that needs nothing but glibc is dash. */
function shellOf({ program }: Executed): Shell | null {
  const name = program.realPath.slice(program.realPath.lastIndexOf('/') + 1);
  const needed = program.elf.dynamic?.needed ?? [];
  if (name === 'sh' && needed.length === 1 && needed[0] === 'libc.so.6') return 'dash';
  return name === 'dash' || name === 'busybox' || name === 'bash' ? name : null;
}

function unreadable(
  shell: Shell | null,
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
      return { seen: null, exitStatus: 1 };
  }
}

/**
 * What keeps an interpreter from running the script that the kernel handed it: the file may be executed but not read (K6),
 * or a carriage return became part of the argument of the first line (K3). Null when nothing does.
 */
export function findScriptProblem(target: Target, executed: Executed): Problem | null {
  const { script } = executed;
  if (script === null) return null;
  const shell = shellOf(executed);
  const argv0 = executed.argv[0] ?? executed.program.path;
  if (shell !== null && script.argument?.endsWith('\r') === true) {
    return {
      kind: 'script-argument',
      script: script.path,
      interpreter: argv0,
      stage: 'interpreter',
      fatal: true,
      seen: shell === 'dash' ? `${argv0}: 0: Illegal option -` : null,
      exitStatus: 2,
    };
  }
  const credentials = runningCredentials(target.start);
  const found = target.rootfs.lookup(script.path, { cwd: target.start.cwd, credentials });
  if (found.ok && mayRead(found.inode, credentials)) return null;
  return {
    kind: 'script-unreadable',
    script: script.path,
    interpreter: argv0,
    stage: 'interpreter',
    fatal: true,
    ...unreadable(shell, argv0, script.path),
  };
}
