import type { CpuLevel } from '../../container/host.ts';
import { cpuLevels } from '../../container/host.ts';
import type { GlibcRelease } from './glibc-version.ts';

/** The facts about the processor that the search order depends on. */
export interface HwcapsInput {
  readonly machine: string;
  readonly cpu: CpuLevel;
  readonly release: GlibcRelease;
}

/** Features by whose loss a level above the baseline is lost, by the names of `glibc.cpu.hwcaps`: each was tried with 2.36 and 2.41. */
const levelFeatures: readonly (readonly string[])[] = [
  ['POPCNT', 'SSSE3', 'SSE4_1', 'SSE4_2', 'SSE2', 'CX8', 'CMOV'],
  ['AVX', 'AVX2', 'FMA', 'LZCNT', 'MOVBE', 'BMI1', 'BMI2', 'OSXSAVE'],
  ['AVX512F', 'AVX512BW', 'AVX512CD', 'AVX512DQ', 'AVX512VL'],
];

/** The processor's level after the tunable `glibc.cpu.hwcaps` removed features (G22). */
export function maskedLevel(cpu: CpuLevel, tunable: string | undefined): CpuLevel {
  if (tunable === undefined) return cpu;
  const masked = new Set(tunable.split(','));
  const lost = levelFeatures.findIndex((names) => names.some((name) => masked.has(`-${name}`)));
  const level = cpuLevels.indexOf(cpu);
  return cpuLevels[lost < 0 ? level : Math.min(level, lost)] ?? cpu;
}

const x86Subdirectories = ['x86-64-v4', 'x86-64-v3', 'x86-64-v2'] as const;

/** Names of glibc-hwcaps subdirectories that the CPU supports, best first (G22, since 2.33). */
export function hwcapsSubdirectories({ machine, cpu, release }: HwcapsInput): readonly string[] {
  if (release < 233 || machine !== 'x86_64') return [];
  const level = cpuLevels.indexOf(cpu);
  return x86Subdirectories.filter((name) => cpuLevels.indexOf(name) <= level);
}

/** AT_PLATFORM, or what glibc puts in its place on x86-64 (G9). */
export function platformToken(machine: string, cpu: CpuLevel): string {
  if (machine === 'x86_64')
    return cpuLevels.indexOf(cpu) >= cpuLevels.indexOf('x86-64-v3') ? 'haswell' : 'x86_64';
  if (machine === 'i386') return 'i686';
  if (machine === 'arm') return 'v7l';
  return machine;
}

function legacyNames({ machine, cpu }: HwcapsInput): string[] {
  const platform = platformToken(machine, cpu);
  if (machine === 'x86_64') {
    return ['tls', platform, ...(cpu === 'x86-64-v4' ? ['avx512_1'] : []), 'x86_64'];
  }
  if (machine === 'i386') return ['tls', platform, 'sse2'];
  return ['tls', platform];
}

/** Legacy hwcaps directories, all combinations, longest first (G23, up to 2.36). */
function legacySubdirectories(input: HwcapsInput): string[] {
  if (input.release > 236) return [];
  const names = legacyNames(input);
  const combinations: string[] = [];
  for (let bits = 2 ** names.length - 1; bits > 0; bits--) {
    const chosen = names.filter((_name, index) => (bits & (1 << (names.length - 1 - index))) !== 0);
    combinations.push(chosen.join('/'));
  }
  return [...new Set(combinations)];
}

/**
 * Bits of the legacy hwcap field of ld.so.cache that the loader accepts (G20, up to 2.36; `HWCAP_CHECK` of
 * elf/dl-cache.c): 63 is `tls`, and on x86-64 1 is `x86_64`, 2 `avx512_1`, 50 the platform `haswell`.
 */
export function legacyHwcapBits(input: HwcapsInput): bigint {
  if (input.release > 236) return 0n;
  const names = legacyNames(input);
  const bits: Readonly<Record<string, bigint>> =
    input.machine === 'x86_64' ? { tls: 63n, x86_64: 1n, avx512_1: 2n, haswell: 50n } : { tls: 63n };
  return names.reduce((mask, name) => mask | (bits[name] === undefined ? 0n : 1n << bits[name]), 0n);
}

/** What stands between a directory of a search list and the file name, in the order tried; `` is the directory itself. */
export function searchSubdirectories(input: HwcapsInput): readonly string[] {
  return [
    ...hwcapsSubdirectories(input).map((name) => `glibc-hwcaps/${name}/`),
    ...legacySubdirectories(input).map((name) => `${name}/`),
    '',
  ];
}
