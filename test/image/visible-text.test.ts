import { describe, expect, test } from 'vitest';
import { visible, visibleJson } from '../../src/image/visible-text.ts';

describe('text that can be shown', () => {
  test.each([
    ['\x1b[31mred\x07', '\\x1b[31mred\\x07'],
    ['a\r\nb\tc', 'a\\x0d\\x0ab\\x09c'],
    ['\x9b2J', '\\x9b2J'],
    ['\u202egpj.exe', '\\u202egpj.exe'],
    ['lib\u200bc.so', 'lib\\u200bc.so'],
    ['lib\u00adc.so', 'lib\\xadc.so'],
    ['lib\u2060c\ufeff.so', 'lib\\u2060c\\ufeff.so'],
    ['x\u{e0041}', 'x\\u{e0041}'],
    ['x\ufe0f', 'x\\ufe0f'],
    ['x\u3164y', 'x\\u3164y'],
    ['\ud800', '\\ud800'],
    ['\ue000', '\\ue000'],
  ])('%j is %s', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  test.each([
    ['libс.so', 'lib\\u0441.so'],
    ['prоgram', 'pr\\u043egram'],
    ['lib.ѕо.6', 'lib.\\u0455\\u043e.6'],
    ['Αlpine', '\\u0391lpine'],
    ['ｌｉｂｃ', '\\uff4c\\uff49\\uff42\\uff43'],
    ['𝐥ibc', '\\u{1d425}ibc'],
    ['a\u00a0b', 'a\\xa0b'],
    ['usr∕lib', 'usr\\u2215lib'],
    ['a\u2011b', 'a\\u2011b'],
  ])('%s only looks like ASCII: %s', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  test.each([
    'программа',
    'программа.txt',
    'λ-calculus',
    'größe',
    'プログラム.so',
    'ᏣᎳᎩ',
    '✓ starts … 12',
    '漢字/lib',
  ])('%s is what it is', (text) => {
    expect(visible(text)).toBe(text);
  });

  test('a JSON text stays the same document', () => {
    const value = { name: 'a\u200b\u{e0041}\u202e\ud800é\n', other: 'libс.so' };
    const shown = visibleJson(JSON.stringify(value, null, 2));
    expect(JSON.parse(shown)).toEqual(value);
    expect(shown).not.toMatch(/[\u200b\u202e\ud800-\udfff]/);
  });
});
