import { examine } from '../src/examine/examine.ts';
import { planCall } from '../src/plan/from-call.ts';
import type { Start } from '../src/plan/start.ts';

/**
 * The starts of all binaries below `folders` in an image, with all facts in memory. The binaries are read anew by every call;
 * `before` are starts of an earlier one, whose image is taken as it is, with what was found out about its libraries.
 */
export async function plannedStarts(
  folders: readonly string[],
  image: string,
  before: readonly Start[] = [],
): Promise<Start[]> {
  const starts: Start[] = [];
  for await (const start of planCall({ binaries: folders, images: [image], environment: {} })) {
    if ('failure' in start) throw new Error(start.failure.reason);
    starts.push({ ...start, image: before[0]?.image ?? start.image });
  }
  return starts;
}

/** Milliseconds that the verdicts of all starts take: trees, simulation, rules, advice. */
export async function timeToExamine(starts: readonly Start[]): Promise<number> {
  const begin = process.hrtime.bigint();
  for (const start of starts) await examine(start);
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

/** How many of the starts have which verdict. */
export async function countVerdicts(starts: readonly Start[]): Promise<string> {
  const counts = new Map<string, number>();
  for (const start of starts) {
    const { verdict } = await examine(start);
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }
  return [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
}
