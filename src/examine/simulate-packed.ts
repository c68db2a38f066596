import type { Container } from '../container/container.ts';
import type { LayerEntry } from '../image/image.ts';
import { simulateStart } from '../loader/simulate.ts';
import type { LoadTrace } from '../loader/trace/load-trace.ts';
import type { Problem } from '../loader/trace/problem.ts';
import type { Start } from '../plan/start.ts';

/** errnos of PT_INTERP for which the stub of UPX ends as it does where it cannot open the loader. */
const notOpened = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

/** The stub prints nothing and ends with 127 where it cannot open the loader. */
const asTheStubSays = (problem: Problem): Problem =>
  problem.kind === 'interpreter-unusable' && notOpened.has(problem.errno)
    ? { ...problem, seen: null, exitStatus: 127 }
    : problem;

/** The stub loads the packed program itself: what the kernel would refuse then is not known. */
function underStub(trace: LoadTrace, at: string): LoadTrace {
  const problems = trace.problems.map(asTheStubSays);
  const { ending } = trace;
  if (ending.kind !== 'stops' || (ending.stage !== 'exec' && ending.stage !== 'interpreter'))
    return { ...trace, problems };
  const isSilent = problems.some(
    (problem) => problem.kind === 'interpreter-unusable' && problem.seen === null,
  );
  if (isSilent) return { ...trace, problems, ending: { ...ending, message: '', exitStatus: 127 } };
  const reason = `${at} is packed by UPX: what its stub does with the packed program is not known`;
  return { ...trace, problems, ending: { kind: 'unknown', reason } };
}

/**
 * What follows when a packed program unpacks itself (S20): the program that was packed starts under its own loader. `outer` is the
 * start of the packed file, which must succeed before.
 */
export function simulatePacked({ binary, at }: Start, container: Container, outer: LoadTrace): LoadTrace {
  const packed = binary.hints?.upx;
  if (outer.ending.kind !== 'starts' || packed?.kind !== 'dynamic') return outer;
  const found = container.rootfs.lookup(at);
  if (!found.ok || found.inode.type !== 'file') return outer;
  const { mode, uid, gid, size, capability } = found.inode;
  const file: LayerEntry = {
    type: 'file',
    path: found.path.replace(/^\/+/, ''),
    mode,
    uid,
    gid,
    size,
    content: { kind: 'elf', elf: packed.elf },
    capability,
  };
  const rootfs = container.rootfs.withLayer({ diffID: null, entries: [file] });
  return underStub(simulateStart({ ...container, rootfs }, at), at);
}
