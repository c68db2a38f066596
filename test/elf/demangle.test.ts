import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { demangled } from '../../src/elf/symbols/demangle/demangle.ts';

test.each([
  ['_ZSt4cout', 'std::cout'],
  ['_ZSt20__throw_length_errorPKc', 'std::__throw_length_error()'],
  ['_ZNSaIcED2Ev', 'std::allocator<char>::~allocator()'],
  ['_ZNSt6localeC1ERKS_', 'std::locale::locale()'],
  [
    '_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE9_M_createERmm',
    'std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char>>::_M_create()',
  ],
  ['_ZTIN3foo3barE', 'typeinfo for foo::bar'],
  ['_ZNK3fooeqERKS_', 'foo::operator==()'],
  ['_Znwm', 'operator new()'],
  ['_ZN3foo3barIXadL_Z3bazvEEEvv', null],
  ['_ZN4core3fmt9Formatter3new17h0123456789abcdefE', 'core::fmt::Formatter::new'],
  [
    '_ZN42_$LT$$RF$T$u20$as$u20$core..fmt..Debug$GT$3fmt17h0123456789abcdefE',
    '<&T as core::fmt::Debug>::fmt',
  ],
  ['_RNvNtCs1234_7mycrate3foo3bar', 'mycrate::foo::bar'],
  ['SSL_new', null],
  ['_Z', null],
  ['_ZNE', null],
  ['_ZS_', null],
  ['_ZN99999999foo', null],
])('%s is %s', (mangled, name) => {
  expect(demangled(mangled)).toBe(name);
});

test('a name that is nested without end is not read, and takes no time', () => {
  expect(demangled(`_Z1fI${'P'.repeat(2000)}iEvv`)).toBeNull();
  expect(demangled(`_ZN1a${'IN1bE'.repeat(300)}`)).toBeNull();
});

test('substitutions that double a name end soon', () => {
  const pairs = (count: number): string =>
    Array.from({ length: count }, (_, at) => {
      const before = `S${(at + 1).toString(36).toUpperCase()}_`;
      return `S0_I${before}${before}E`;
    }).join('');
  expect(demangled(`_Z1fI1pIiiE${pairs(1)}Evv`)).toBe('f<p<int, int>, p<p<int, int>, p<int, int>>>()');
  expect(demangled(`_Z1fI1pIiiE${pairs(34)}Evv`)).toBeNull();
});

test('no text makes it throw', () => {
  const letters = fc.stringMatching(/^[NSZtIELJPKFRVTD0-9a-c_]*$/);
  fc.assert(
    fc.property(letters, (text) => {
      demangled(`_Z${text}`);
      demangled(`_R${text}`);
    }),
  );
});
