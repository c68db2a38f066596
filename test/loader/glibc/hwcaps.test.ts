import { describe, expect, test } from 'vitest';
import type { CpuLevel } from '../../../src/container/host.ts';
import {
  hwcapsSubdirectories,
  maskedLevel,
  platformToken,
  searchSubdirectories,
} from '../../../src/loader/glibc/hwcaps.ts';

const on = (cpu: CpuLevel, release: number, machine = 'x86_64') => ({ machine, cpu, release });

describe('glibc-hwcaps (G22)', () => {
  test.each([
    ['x86-64-v4', 236, ['x86-64-v4', 'x86-64-v3', 'x86-64-v2']],
    ['x86-64-v3', 243, ['x86-64-v3', 'x86-64-v2']],
    ['x86-64-v2', 233, ['x86-64-v2']],
    ['x86-64', 241, []],
    ['x86-64-v4', 232, []],
  ] as const)('%s under glibc %i', (cpu, release, expected) => {
    expect(hwcapsSubdirectories(on(cpu, release))).toEqual(expected);
  });

  test.each(['aarch64', 'arm', 'riscv64', 'i386'])('there are none for %s', (machine) => {
    expect(hwcapsSubdirectories(on('x86-64-v4', 241, machine))).toEqual([]);
  });

  test.each([
    [undefined, 'x86-64-v4'],
    ['-AVX512F', 'x86-64-v3'],
    ['-AVX2', 'x86-64-v2'],
    ['-AVX2_Usable', 'x86-64-v4'],
    ['-OSXSAVE', 'x86-64-v2'],
    ['-F16C,-CX16,-SSE3', 'x86-64-v4'],
    ['-CMOV', 'x86-64'],
    ['-SSE4_2,-AVX2', 'x86-64'],
    ['AVX512F', 'x86-64-v4'],
    ['-ERMS', 'x86-64-v4'],
  ] as const)('the tunable %s leaves %s of level v4', (tunable, expected) => {
    expect(maskedLevel('x86-64-v4', tunable)).toBe(expected);
  });

  test('and never more than the processor has', () => {
    expect(maskedLevel('x86-64-v2', '-AVX512F')).toBe('x86-64-v2');
  });
});

describe('the subdirectories of a list (G22, G23)', () => {
  test('legacy names in all combinations, longest first, up to 2.36', () => {
    expect(searchSubdirectories(on('x86-64-v3', 231))).toEqual([
      'tls/haswell/x86_64/',
      'tls/haswell/',
      'tls/x86_64/',
      'tls/',
      'haswell/x86_64/',
      'haswell/',
      'x86_64/',
      '',
    ]);
  });

  test('behind glibc-hwcaps in 2.33 to 2.36', () => {
    const names = searchSubdirectories(on('x86-64-v2', 236));
    expect(names[0]).toBe('glibc-hwcaps/x86-64-v2/');
    expect(names).toContain('x86_64/');
  });

  test('and no more since 2.37', () => {
    expect(searchSubdirectories(on('x86-64-v3', 237))).toEqual([
      'glibc-hwcaps/x86-64-v3/',
      'glibc-hwcaps/x86-64-v2/',
      '',
    ]);
  });
});

test.each([
  ['x86_64', 'x86-64-v3', 'haswell'],
  ['x86_64', 'x86-64-v2', 'x86_64'],
  ['aarch64', 'x86-64', 'aarch64'],
] as const)('$PLATFORM of %s at %s is %s (G9)', (machine, cpu, expected) => {
  expect(platformToken(machine, cpu)).toBe(expected);
});
