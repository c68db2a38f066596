import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { check } from '../../src/check.ts';
import type { CheckResult } from '../../src/examine/check-report.ts';
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

/** The results of libc-check for these binaries in this image, in their order. */
export async function foretell(image: DiskImage, binaries: readonly DiskBinary[]): Promise<CheckResult[]> {
  const { results } = await check({
    binaries: binaries.map(({ path }) => path),
    images: [`dir:${image.path}`],
    at: '/c/',
    platform: image.machine.platform,
    env: image.env,
    kernel: release().split('.').slice(0, 2).join('.'),
    cpu: cpuLevel(),
    environment: {},
  });
  return [...results];
}
