import type { Container } from '../container/container.ts';
import { containerOf } from '../container/container-of-start.ts';
import { engineMountOf, withEngineMounts } from '../container/engine-mounts.ts';
import { traceOfMissingBuild } from '../loader/missing-build.ts';
import { unknownWord } from '../loader/scripts/unknown-word.ts';
import { simulateStart, startCommand } from '../loader/simulate.ts';
import { simulateDlopen } from '../loader/simulate-dlopen.ts';
import type { LoadTrace } from '../loader/trace/load-trace.ts';
import { unknownLoad } from '../loader/trace/loaded.ts';
import type { Start } from '../plan/start.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import { WorkLimit, withinLimit } from '../rootfs/work-limit.ts';
import { simulatePacked } from './simulate-packed.ts';

/** Problems of one start, its symbols apart. Each becomes a finding, with what would cure it. */
const mostProblems = 1000;

function simulate(start: Start, container: Container): LoadTrace {
  const { entry, at, binary } = start;
  if (entry.kind === 'command') {
    const argv = entry.argv.map((word) => word ?? unknownWord);
    return startCommand(container, argv, entry.by).trace;
  }
  if (entry.kind === 'exec') return simulatePacked(start, container, simulateStart(container, at));
  if (entry.kind === 'no-build') return traceOfMissingBuild(at, entry);
  return simulateDlopen(container, at, binary.elf, entry);
}

/** The trace, or what is known of a start that takes more work than any real one. */
function bounded(start: Start, container: Container): LoadTrace {
  const unknown = (reason: string): LoadTrace => ({
    executed: [start.at],
    ...unknownLoad(null, `${start.at}: ${reason}`),
  });
  const trace = withinLimit(container.rootfs, (rootfs) => simulate(start, { ...container, rootfs }));
  if (trace instanceof WorkLimit) return unknown(trace.message);
  const problems = trace.problems.filter(({ kind }) => kind !== 'symbol-missing').length;
  return problems > mostProblems
    ? unknown(`its loader would report more than ${mostProblems} faults`)
    : trace;
}

/** The engine runs the health check of a container whose command it starts. */
function withHealthcheck(container: Container, { entry }: Start): Container {
  const counts = entry.kind === 'command' && entry.link === 1;
  return counts ? container : { ...container, config: { ...container.config, healthcheck: [] } };
}

interface Simulation {
  readonly container: Container;
  readonly trace: LoadTrace;
}

function simulation(start: Start, rootfs: Rootfs): Simulation {
  const container = withHealthcheck(containerOf(start, rootfs), start);
  return { container, trace: bounded(start, container) };
}

/** Whether the start came to a file of the image that a mount of the engine hides. */
function usesHidden({ container, trace }: Simulation): boolean {
  const { rootfs, start } = container;
  const isHidden = (path: string) => {
    const found = rootfs.lookup(path, { cwd: start.cwd });
    return found.ok && engineMountOf(found.path) !== null;
  };
  return (
    trace.executed.some(isHidden) ||
    trace.objects.some(({ path }) => path !== null && engineMountOf(path) !== null)
  );
}

/**
 * Simulates a start in a tree; `rootfs` is the start's image with all that is copied into it. What the engine's mounts hide (R9) is
 * left out where the start would use it.
 */
export function simulateIn(start: Start, rootfs: Rootfs): Simulation {
  const plain = simulation(start, rootfs);
  return usesHidden(plain) ? simulation(start, withEngineMounts(rootfs)) : plain;
}
