import { mayExecute } from '../rootfs/permissions.ts';
import { runningCredentials } from '../target/process-start.ts';
import type { Target } from '../target/target.ts';
import type { Executed } from './kernel/execve.ts';
import type { Problem } from './load-trace.ts';

/** What `env` does next: run a command, or say that there is none. */
export type HandOver =
  | { readonly kind: 'command'; readonly path: string; readonly argv: readonly string[] }
  | { readonly kind: 'missing'; readonly problem: Problem };

/** The command line that `env` is given in a `#!` line: -S splits, NAME=VALUE and options are passed over. */
function commandWords(argv: readonly string[]): readonly string[] {
  const [, first = '', ...rest] = argv;
  const split = /^(?:-S|--split-string=|-[a-zA-Z]*S)\s*(.*)$/.exec(first);
  const words = split === null ? [first, ...rest] : [...(split[1] ?? '').split(/\s+/), ...rest];
  const start = words.findIndex((word) => word !== '' && !word.startsWith('-') && !/^[^=\s]+=/.test(word));
  return start < 0 ? [] : words.slice(start);
}

/** The first executable file of that name in PATH, as execvp looks for it. */
function searchPath(target: Target, name: string): string | null {
  if (name.includes('/')) return name;
  const credentials = runningCredentials(target.start);
  for (const directory of (target.start.env.get('PATH') ?? '').split(':')) {
    const path = `${directory === '' ? '.' : directory}/${name}`;
    const found = target.rootfs.lookup(path, { cwd: target.start.cwd, credentials });
    if (found.ok && found.inode.type === 'file' && mayExecute(found.inode, credentials)) return path;
  }
  return null;
}

/**
 * The command of `#!/usr/bin/env NAME` (S31): found in the PATH of the container, or missing with the words of the env
 * that the image has (coreutils or busybox), exit status 127. Null when the program is no env of a script.
 */
export function findEnvCommand(target: Target, executed: Executed): HandOver | null {
  const [interpreter = ''] = executed.argv;
  if (executed.argv.length < 3 || !/(^|\/)env$/.test(interpreter)) return null;
  const words = commandWords(executed.argv);
  const [command] = words;
  if (command === undefined) return null;
  const path = searchPath(target, command);
  if (path !== null) return { kind: 'command', path, argv: words };
  const isBusybox = executed.program.realPath.endsWith('busybox');
  const seen = isBusybox
    ? `env: can't execute '${command}': No such file or directory`
    : `${interpreter}: '${command.replace(/\r/g, '\\r')}': No such file or directory`;
  return {
    kind: 'missing',
    problem: {
      kind: 'env-command-missing',
      script: executed.argv[executed.argv.length - 1] ?? '',
      command,
      searched: (target.start.env.get('PATH') ?? '').split(':'),
      carriageReturn: command.endsWith('\r'),
      stage: 'interpreter',
      fatal: true,
      seen,
      exitStatus: 127,
    },
  };
}
