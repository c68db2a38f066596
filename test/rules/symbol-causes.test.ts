import { expect, test } from 'vitest';
import { symbolCauses } from '../../src/rules/symbol-causes.ts';

test.each([
  [['__printf_chk'], 'the checked functions that _FORTIFY_SOURCE calls (__printf_chk)'],
  [['__res_init'], "the functions of glibc's resolver (__res_init)"],
  [['__dn_expand'], "the functions of glibc's resolver (__dn_expand)"],
  [['__isoc23_strtol'], 'the C23 functions that headers of glibc 2.38 and later call (__isoc23_strtol)'],
  [['fcntl64'], 'fcntl64, which programs call that were built with glibc 2.28 or later'],
  [['preadv64v2'], 'the large-file names of functions (preadv64v2)'],
  [['backtrace'], "glibc's own extensions (backtrace)"],
])('musl lacks %j for a reason', (names, words) => {
  expect(symbolCauses(names, 'musl')).toBe(`musl has none of ${words}`);
});

test('each cause is reported once, with one example', () => {
  const names = ['fcntl64', '__printf_chk', '__memcpy_chk', '__res_init', 'model_score'];
  expect(symbolCauses(names, 'musl')).toBe(
    "musl has none of the checked functions that _FORTIFY_SOURCE calls (__printf_chk), the functions of glibc's resolver (__res_init), fcntl64, which programs call that were built with glibc 2.28 or later",
  );
});

test('names of the compiler and of the C++ library are identified, under any libc', () => {
  expect(symbolCauses(['_Unwind_Resume'], 'glibc')).toBe('_Unwind_Resume is one of libgcc_s.so.1');
  expect(symbolCauses(['_ZNSt6vectorIiE'], 'musl')).toBe('_ZNSt6vectorIiE is one of libstdc++.so.6');
});

test('glibc lacks such names for other reasons, and unknown names for no known one', () => {
  expect(symbolCauses(['__printf_chk', 'fcntl64'], 'glibc')).toBe('');
  expect(symbolCauses(['model_score', 'res'], 'musl')).toBe('');
});
