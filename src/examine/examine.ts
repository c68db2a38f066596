import { basename } from 'node:path';
import type { BinaryFile } from '../binary/binary-file.ts';
import { standsAt } from '../binary/find-binaries.ts';
import type { Container } from '../container/container.ts';
import { findLibcs, systemLibc } from '../container/libc.ts';
import { kindOf } from '../elf/kind.ts';
import { pathFromText } from '../image/entry-path.ts';
import type { Image } from '../image/image.ts';
import { simulateStart } from '../loader/simulate.ts';
import { simulateDlopen } from '../loader/simulate-dlopen.ts';
import type { LoadTrace } from '../loader/trace/load-trace.ts';
import type { CheckInput } from '../plan/check-input.ts';
import { containerOf } from '../plan/container-of-call.ts';
import { binaryLayer } from '../plan/copied-layers.ts';
import type { Binary } from '../plan/read-binaries.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import type { CheckResult } from './check-report.ts';
import { findingsOf } from './findings.ts';
import { decidedResult } from './result.ts';

function simulate(input: CheckInput, container: Container, at: string, { elf }: BinaryFile): LoadTrace {
  const isLibrary = elf !== null && kindOf(elf) === 'shared-object';
  return isLibrary
    ? simulateDlopen(container, at, elf, input.loadedBy === undefined ? null : pathFromText(input.loadedBy))
    : simulateStart(container, at);
}

/** An image as it will be when the files of `--add` and of a named folder are copied in. */
export interface Prepared {
  readonly image: Image;
  readonly rootfs: Rootfs;
}

/** One binary in one image: facts, simulation, judgement. */
export function checkOne(input: CheckInput, binary: Binary, prepared: Prepared): CheckResult {
  const asked = pathFromText(standsAt(binary.where, input.at ?? null));
  const found = prepared.rootfs.lookup(asked);
  const name = pathFromText(basename(binary.where.path));
  const at =
    binary.where.folder === null && found.ok && found.inode.type === 'directory' ? `${asked}/${name}` : asked;
  const isThere = found.ok && found.inode.content === binary.file.content;
  const rootfs = isThere ? prepared.rootfs : prepared.rootfs.withLayer(binaryLayer(binary.file, at));
  const container = containerOf(input, prepared.image, rootfs);
  const trace = simulate(input, container, at, binary.file);
  const libcs = findLibcs(rootfs);
  const pair = { binary: binary.file, image: prepared.image, at };
  return decidedResult(
    pair,
    trace,
    findingsOf(trace, container, libcs, pair),
    systemLibc(rootfs, libcs),
    container.host,
  );
}
