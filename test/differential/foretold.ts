import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { check } from '../../src/check.ts';
import type { CheckResult } from '../../src/examine/check-report.ts';
import { encodeImageContent } from '../../src/image/index-file/index-file.ts';
import { openImage } from '../../src/open-image.ts';
import type { CheckInput } from '../../src/plan/check-input.ts';
import type { DiskBinary } from './binaries.ts';
import type { DiskImage } from './images.ts';
import { type NoOutcome, type Outcome, symbolKey, versionKey } from './outcome.ts';

/** The x86-64 level of this machine's processor, which the loaders that run on it see. */
export function cpuLevel(): NonNullable<CheckInput['cpu']> {
  const flags = new Set(
    /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' ') ?? [],
  );
  const has = (...names: string[]) => names.every((name) => flags.has(name));
  if (!has('cx16', 'lahf_lm', 'popcnt', 'sse4_1', 'sse4_2', 'ssse3')) return 'x86-64';
  if (!has('avx', 'avx2', 'bmi1', 'bmi2', 'f16c', 'fma', 'abm', 'movbe', 'xsave')) return 'x86-64-v2';
  return has('avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl') ? 'x86-64-v4' : 'x86-64-v3';
}

/** Exit statuses of processes that were killed by ILL, TRAP, ABRT, BUS, FPE or SEGV. */
const crashStatuses = new Set([132, 133, 134, 135, 136, 139]);

/** Examined in a program that the trial's host is not: an interpreter of the image, or a node with libraries of its own. */
const isInOtherHost = ({ findings }: CheckResult): boolean =>
  findings.some(({ rule }) => rule === 'opened-by' || rule === 'host-symbols');

export function outcomeOf(result: CheckResult): Outcome | NoOutcome {
  const { verdict, stage, seen, missing, reason } = result;
  const said = seen?.message ?? '';
  if (verdict === 'unknown') return { phase: null, reason: `libc-check cannot tell: ${reason ?? ''}`, said };
  const crash = seen !== null && crashStatuses.has(seen.exitStatus);
  return {
    phase: verdict === 'runs' ? 'starts' : crash ? 'crash' : (stage ?? 'exec'),
    said,
    missing: {
      libraries: new Set(missing.libraries.map(({ soname }) => soname)),
      versions: new Set(
        missing.versions.map(({ version, file, neededBy }) => versionKey(version, file, neededBy)),
      ),
      symbols: isInOtherHost(result)
        ? null
        : new Set(missing.symbols.map(({ name, version, neededBy }) => symbolKey(name, version, neededBy))),
    },
  };
}

/** Index files of root file systems: a tree that is asked about often is read once. */
export class KnownImages {
  readonly #folder: string;
  readonly #files = new Map<string, Promise<string>>();

  /** The files are written into the folder. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The reference of its index file. */
  referenceOf(image: DiskImage): Promise<string> {
    const known = this.#files.get(image.path) ?? this.#write(image, `${this.#files.size}.lcindex`);
    this.#files.set(image.path, known);
    return known;
  }

  async #write({ path, machine }: DiskImage, name: string): Promise<string> {
    const { content } = await openImage(`dir:${path}`, { platform: machine.platform });
    const file = join(this.#folder, name);
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(file, encodeImageContent(content, 1));
    return file;
  }
}

/** The results of libc-check for these binaries in this image, in their order. `reference`: where the image is read from. */
export async function foretell(
  image: DiskImage,
  binaries: readonly DiskBinary[],
  reference = `dir:${image.path}`,
): Promise<CheckResult[]> {
  const { results } = await check({
    binaries: binaries.map(({ path }) => path),
    images: [reference],
    at: '/c/',
    platform: image.machine.platform,
    env: image.env,
    kernel: release().split('.').slice(0, 2).join('.'),
    cpu: cpuLevel(),
    environment: {},
  });
  return [...results];
}
