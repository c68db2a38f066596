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
  expect(symbolCauses(names, 'musl')).toEqual([`no musl has ${words}`]);
});

test('each cause is reported once, with one example', () => {
  const names = ['fcntl64', '__printf_chk', '__memcpy_chk', '__res_init', 'model_score'];
  expect(symbolCauses(names, 'musl')).toEqual([
    "no musl has the checked functions that _FORTIFY_SOURCE calls (__printf_chk), the functions of glibc's resolver (__res_init), fcntl64, which programs call that were built with glibc 2.28 or later",
  ]);
});

test('a name with 64 at its end that no file function has is no large-file name', () => {
  expect(symbolCauses(['napi_create_int64', 'decode_u64', 'ZSTD_XXH64'], 'musl')).toEqual([]);
});

test('functions that musl gained later are named with the release that has them first', () => {
  expect(symbolCauses(['getrandom', 'getentropy', 'qsort_r', 'pthread_getname_np'], 'musl')).toEqual([
    'getrandom, getentropy came with musl 1.1.20 (Alpine 3.9)',
    'qsort_r came with musl 1.2.2 (Alpine 3.15)',
    'pthread_getname_np came with musl 1.2.3 (Alpine 3.16)',
  ]);
});

test('glibc lacks such names for other reasons, and unknown names for no known one', () => {
  expect(symbolCauses(['__printf_chk', 'fcntl64'], 'glibc')).toEqual([]);
  expect(symbolCauses(['model_score', 'res'], 'musl')).toEqual([]);
});
