import type { Container } from '../container/container.ts';
import { resolveUser } from '../container/process-start.ts';
import { unknownWord } from '../loader/scripts/unknown-word.ts';
import { startCommand } from '../loader/simulate.ts';
import { WorkLimit, withinLimit } from '../rootfs/work-limit.ts';
import type { NextCommand } from './next.ts';
import { nextCommand } from './next-command.ts';

/** Why the health check of an image cannot run. */
export interface HealthFailure {
  /** The word that names the program. */
  readonly program: string;
  /** As `docker inspect` shows it; empty where nothing is printed. */
  readonly output: string;
}

const maxLinks = 12;

/** The container as a command of it meets it. */
function containerAfter(container: Container, { env, user, cwd }: NextCommand): Container {
  const variables = new Map(container.start.env);
  for (const line of env) {
    const equals = line.indexOf('=');
    if (equals < 0) variables.delete(line);
    else variables.set(line.slice(0, equals), line.slice(equals + 1));
  }
  const resolved = user === null ? null : resolveUser(user, container.rootfs);
  const ids = resolved?.ok === true ? { uid: resolved.uid, gid: resolved.gid, gids: resolved.gids } : {};
  return { ...container, start: { ...container.start, ...ids, env: variables, cwd } };
}

/** The health log has the runtime's own words, without the daemon's around them. */
const ofRuntime = (message: string): string => /exec: ".*$/s.exec(message)?.[0] ?? message;

/**
 * Follows the image's HEALTHCHECK from program to program (K71). Null where it has none, where all of it starts, and where that is
 * not known.
 */
export function healthFailure(container: Container): HealthFailure | null {
  if (container.config.healthcheck.length === 0) return null;
  const failure = withinLimit(container.rootfs, (rootfs) => failureIn({ ...container, rootfs }));
  return failure instanceof WorkLimit ? null : failure;
}

function failureIn(container: Container): HealthFailure | null {
  const { healthcheck } = container.config;
  let current = container;
  let command: Pick<NextCommand, 'argv'> & { readonly by: NextCommand['by'] | null } = {
    argv: healthcheck,
    by: null,
  };
  for (let links = 0; links < maxLinks; links++) {
    const argv = command.argv.map((word) => word ?? unknownWord);
    const { trace, running } = startCommand(current, argv, command.by);
    if (trace.ending.kind === 'stops')
      return { program: argv[0] ?? '', output: ofRuntime(trace.ending.message) };
    if (running === null) return null;
    const next = nextCommand(running.container, running.executed, command.by?.changedBy ?? []);
    if (next.kind === 'ends')
      return next.by.ends.isFault ? { program: next.by.program, output: next.by.ends.said ?? '' } : null;
    const following = next.kind === 'command' ? next.command : next.missing;
    if (following === null) return null;
    current = containerAfter(running.container, following);
    command = following;
  }
  return null;
}
