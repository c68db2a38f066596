import { findLibcs, systemLibc } from '../container/libc.ts';
import { printablePath } from '../image/entry-path.ts';
import { failureOf } from '../plan/failure.ts';
import type { CommandLink, FailedStart, Start } from '../plan/start.ts';
import { mergedTree } from '../rootfs/merged-tree.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import { attemptsOf } from './attempt-cure.ts';
import type { CheckResult } from './check-report.ts';
import { findingsOf } from './findings.ts';
import { decidedResult, unknownResult } from './result.ts';
import { simulateIn } from './simulate-in.ts';

/** Simulation and judgement in one merged tree. */
function examineIn(start: Start, rootfs: Rootfs): CheckResult {
  const { container, trace } = simulateIn(start, rootfs);
  const libcs = findLibcs(rootfs);
  const attempt = attemptsOf({ start, container, trace });
  const findings = findingsOf({ trace, container, libcs, start, attempt });
  return decidedResult(start, trace, findings, systemLibc(rootfs, libcs));
}

const linkOf = ({ entry }: Start): CommandLink | null => (entry.kind === 'command' ? entry : null);

/** Where engines merge the layers differently, only a verdict that holds both ways counts (I2). */
function examineMerged(start: Start): CheckResult {
  const { image, copied, binary, host } = start;
  const { rootfs, crossedLink } = mergedTree(image.content.layers, copied, 'followed');
  const result = examineIn(start, rootfs);
  if (crossedLink === null) return result;
  const overlaid = examineIn(start, mergedTree(image.content.layers, copied, 'hidden').rootfs);
  if (overlaid.verdict === result.verdict) return result;
  const reason =
    `it depends on the engine's storage driver: a layer has files in ${printablePath(`/${crossedLink}`)}, which goes through a link of a ` +
    `lower layer; overlay drivers hide that link (${overlaid.verdict}), others follow it (${result.verdict}); ` +
    'build the layer with the path that the link leads to';
  const failure = { problem: 'unreadable', reason } as const;
  return unknownResult({
    path: binary.path,
    binary,
    reference: image.reference,
    image,
    host,
    failure,
    command: linkOf(start),
  });
}

/** Examined again as long as files were looked at that had not been fetched: each time they are fewer, so it ends. */
async function examineWhole(start: Start): Promise<CheckResult> {
  for (let current = start; ; ) {
    const result = examineMerged(current);
    const fuller = await current.complete();
    if (fuller === null) return result;
    current = fuller;
  }
}

/**
 * Simulates one start and judges it: whether the binary starts, what a user would see, why, and what cures it. What cannot be
 * read gives a result with the verdict `unknown` and its reason; only faults of this program are thrown.
 */
export async function examine(start: Start | FailedStart): Promise<CheckResult> {
  if ('failure' in start) return unknownResult(start);
  try {
    return await examineWhole(start);
  } catch (error) {
    const { binary, image, host } = start;
    const failure = failureOf(error);
    return unknownResult({
      path: binary.path,
      binary,
      reference: image.reference,
      image,
      host,
      failure,
      command: linkOf(start),
    });
  }
}
