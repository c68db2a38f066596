import type { Container } from '../container/container.ts';
import { containerOf } from '../container/container-of-start.ts';
import { unknownWord } from '../loader/scripts/unknown-word.ts';
import { simulateStart, startCommand } from '../loader/simulate.ts';
import { simulateDlopen } from '../loader/simulate-dlopen.ts';
import type { LoadTrace } from '../loader/trace/load-trace.ts';
import type { Start } from '../plan/start.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import { simulatePacked } from './simulate-packed.ts';

function simulate(start: Start, container: Container): LoadTrace {
  const { entry, at, binary } = start;
  if (entry.kind === 'command') {
    const argv = entry.argv.map((word) => word ?? unknownWord);
    return startCommand(container, argv, entry.by).trace;
  }
  if (entry.kind === 'exec') return simulatePacked(start, container, simulateStart(container, at));
  return simulateDlopen(container, at, binary.elf, entry);
}

/** The engine runs the health check of a container whose command it starts. */
function withHealthcheck(container: Container, { entry }: Start): Container {
  const counts = entry.kind === 'command' && entry.link === 1;
  return counts ? container : { ...container, config: { ...container.config, healthcheck: [] } };
}

/** Simulates a start in a tree; `rootfs` is the start's image with all that is copied into it. */
export function simulateIn(start: Start, rootfs: Rootfs): { container: Container; trace: LoadTrace } {
  const container = withHealthcheck(containerOf(start, rootfs), start);
  return { container, trace: simulate(start, container) };
}
