import type { Container } from '../../container/container.ts';
import { runningCredentials } from '../../container/process-start.ts';
import type { Executed } from '../kernel/execve.ts';
import { mounted } from './mounted-paths.ts';
import { type ScriptStop, type Shell, shellOf } from './read-script.ts';
import { unknownWord } from './unknown-word.ts';

function failureOf(shell: Shell, argv0: string, file: string): { seen: string; exitStatus: number } {
  switch (shell) {
    case 'dash':
      return { seen: `${argv0}: 0: cannot open ${file}: No such file`, exitStatus: 2 };
    case 'busybox':
      return { seen: `${argv0}: can't open '${file}': No such file or directory`, exitStatus: 2 };
    case 'bash':
      return { seen: `${argv0}: ${file}: No such file or directory`, exitStatus: 127 };
  }
}

/** Why a shell cannot read the file that its arguments name (`sh FILE`): it is not there (K70). Null for all else. */
export function missingScript(container: Container, executed: Executed): ScriptStop | null {
  const [argv0 = '', ...words] = executed.argv;
  const shell = shellOf(executed, container.rootfs);
  if (shell === null || executed.script !== null || !/(?:^|\/)-?(?:sh|ash|dash|bash)$/.test(argv0))
    return null;
  const file = words.find((word) => !/^-[eufvx]+$/.test(word));
  if (file === undefined || /^[-+]|^$/.test(file) || file.includes(unknownWord) || mounted.test(file))
    return null;
  if (shell === 'bash' && !file.includes('/')) return null;
  const { rootfs, start } = container;
  const found = rootfs.lookup(file, { cwd: start.cwd, credentials: runningCredentials(start) });
  if (found.ok || found.errno !== 'ENOENT') return null;
  const problem = { kind: 'entrypoint-unusable', path: file, errno: 'ENOENT', cause: 'missing' } as const;
  const effect = { stage: 'interpreter', fatal: true, ...failureOf(shell, argv0, file) } as const;
  return { kind: 'ends', problem: { ...problem, denials: [], ...effect } };
}
