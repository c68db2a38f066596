import type { Container } from '../../container/container.ts';
import type { Executed } from '../kernel/execve.ts';
import type { ScriptStop } from './read-script.ts';
import { missingOperand } from './shell-operand.ts';
import { shellOf } from './shells.ts';

/** Why a shell cannot read the file that its arguments name (`sh FILE`): it is not there (K70). Null for all else. */
export function missingScript(container: Container, executed: Executed): ScriptStop | null {
  const shell = shellOf(executed, container.rootfs);
  const [argv0 = ''] = executed.argv;
  if (shell === null || executed.script !== null || !/(?:^|\/)-?(?:sh|ash|dash|bash)$/.test(argv0))
    return null;
  const operand = missingOperand(container, shell, executed.argv);
  if (operand === null) return null;
  const { file, said: seen, exitStatus } = operand;
  const problem = { kind: 'entrypoint-unusable', path: file, errno: 'ENOENT', cause: 'missing' } as const;
  const effect = { stage: 'interpreter', fatal: true, seen, exitStatus } as const;
  return { kind: 'ends', problem: { ...problem, denials: [], ...effect } };
}
