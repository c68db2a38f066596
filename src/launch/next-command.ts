import type { Container } from '../container/container.ts';
import { loaderFamily } from '../container/libc.ts';
import { resolveUser } from '../container/process-start.ts';
import type { Executed } from '../loader/kernel/execve.ts';
import { isBusybox } from '../loader/scripts/busybox.ts';
import type { EarlierCommand } from '../loader/scripts/handed-over.ts';
import { shellOf } from '../loader/scripts/shells.ts';
import { isLauncher, readLaunch } from './launchers.ts';
import { type Next, stays, unknownNext } from './next.ts';
import { nextOfScript } from './next-of-script.ts';
import { isKnown } from './shell-call.ts';

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const shellNames = /^-?(?:sh|ash|dash|bash|zsh|ksh|mksh|fish)$/;

/** Programs that execute a command as well, whose arguments are not followed. */
const otherLaunchers = new Set(
  (
    'su sudo doas chroot unshare nsenter setsid numactl flock xargs script watch strace ltrace gdb valgrind perf ' +
    'start-stop-daemon s6-setuidgid s6-envuidgid s6-applyuidgid s6-envdir s6-softlimit s6-sudo execlineb envdir envuidgid ' +
    'softlimit setlock pgrphack authbind cpulimit bwrap firejail proot unbuffer dockerize envconsul'
  ).split(' '),
);

/**
 * What a program that runs executes next, as far as image and arguments tell (K70): shells by their script, launchers by their
 * arguments. Any other program stays. `before`: what the links before it ran.
 */
export function nextCommand(
  container: Container,
  executed: Executed,
  before: readonly EarlierCommand[],
): Next {
  const { argv, program, interp } = executed;
  const name = baseName(argv[0] ?? program.path);
  const { rootfs } = container;
  const isApplet = isBusybox(executed, rootfs);
  if (shellNames.test(name) || shellOf(executed, rootfs) === 'bash') {
    const shell = shellOf(executed, rootfs);
    if (shell !== null) return nextOfScript(container, executed, shell, before);
    return argv.length > 1 ? unknownNext(`what ${name} runs is not followed`) : stays;
  }
  const launch = readLaunch(name, argv, isApplet);
  if (launch === null)
    return (otherLaunchers.has(name) || isLauncher(name)) && argv.length > 1
      ? unknownNext(`what ${name} executes is not followed`)
      : stays;
  if (!isKnown([...launch.argv.slice(0, 1), launch.user ?? ''].join('')))
    return unknownNext(`what ${name} executes is known only in a running container`);
  const by = {
    program:
      isApplet || /^(?:util-linux|setpriv|runuser|daemontools|runit)$/.test(launch.wording)
        ? name
        : (argv[0] ?? name),
    wording: launch.wording,
    family: interp === null ? null : loaderFamily(interp.elf),
    place: null,
    isExec: false,
    isArgument: false,
    ends: null,
    changedBy: before,
  };
  const { cwd } = container.start;
  if (launch.user !== null && !resolveUser(launch.user, container.rootfs).ok)
    return { kind: 'unknown', reason: `the user ${launch.user} of ${name} is not known`, by, missing: null };
  return {
    kind: 'command',
    command: {
      argv: launch.argv.map((word) => (isKnown(word) ? word : null)),
      by,
      env: [],
      user: launch.user,
      cwd,
    },
  };
}
