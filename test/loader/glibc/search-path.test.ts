import { describe, expect, test } from 'vitest';
import { expandTokens, splitSearchList } from '../../../src/loader/glibc/search-path.ts';

const values = { origin: '/app/bin', lib: 'lib64', platform: 'haswell' };

describe('tokens of a path (G9)', () => {
  test.each([
    ['$ORIGIN/lib', '/app/bin/lib'],
    ['${ORIGIN}/lib', '/app/bin/lib'],
    ['$ORIGIN', '/app/bin'],
    ['/opt/$LIB/$PLATFORM', '/opt/lib64/haswell'],
    ['/opt/${LIB}x', '/opt/lib64x'],
    ['$ORIGINX', '$ORIGINX'],
    ['$ORIGIN_', '$ORIGIN_'],
    ['$ORIGIN-', '/app/bin-'],
    ['$FOO', '$FOO'],
    ['${FOO}', '${FOO}'],
    ['${ORIGIN', '${ORIGIN'],
    ['$', '$'],
    ['plain', 'plain'],
    ['$ORIGIN/$ORIGIN', '/app/bin//app/bin'],
  ])('%s is %s', (text, expected) => {
    expect(expandTokens(text, values)).toBe(expected);
  });

  test.each(['$ORIGIN/lib', '${ORIGIN}', '/a/$ORIGIN'])(
    '%s is dropped where the token has no value',
    (text) => {
      expect(expandTokens(text, { ...values, origin: null })).toBeNull();
    },
  );
});

describe('lists of directories (G9)', () => {
  test.each<[string, RegExp, string[]]>([
    ['/a:/b', /:/, ['/a/', '/b/']],
    ['/a;/b:/c', /[:;]/, ['/a/', '/b/', '/c/']],
    ['/a;/b', /:/, ['/a;/b/']],
    ['/a/:/b//', /:/, ['/a/', '/b/']],
    [':/a', /:/, ['./', '/a/']],
    ['/a:', /:/, ['/a/', './']],
    ['/a::/b', /:/, ['/a/', './', '/b/']],
    ['/a:/a/:/a', /:/, ['/a/']],
    ['rel', /:/, ['rel/']],
    ['/', /:/, ['/']],
    ['', /:/, []],
    ['$ORIGIN:/a', /:/, ['/app/bin/', '/a/']],
  ])('"%s" is %j', (text, separators, expected) => {
    expect(splitSearchList(text, separators, values)).toEqual(expected);
  });

  test('an element whose token has no value is dropped', () => {
    expect(splitSearchList('$ORIGIN/lib:/a', /:/, { ...values, origin: null })).toEqual(['/a/']);
  });
});
