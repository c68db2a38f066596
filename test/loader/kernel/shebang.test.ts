import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseShebang } from '../../../src/loader/kernel/shebang.ts';

const parsed = (text: string) => {
  const shebang = parseShebang(Buffer.from(text, 'latin1'));
  return shebang === null ? null : [shebang.interpreter, shebang.argument];
};
/** A first line of that many bytes, without its newline. */
const lineOf = (length: number) => `#!/${'x'.repeat(length - 3)}`;

describe('the #! line (K3, K4)', () => {
  test.each<[string, string, (string | null)[] | null]>([
    ['an interpreter', '#!/bin/sh\n', ['/bin/sh', null]],
    ['blanks and tabs in front of it', '#! \t /bin/sh\n', ['/bin/sh', null]],
    ['an argument', '#!/bin/sh -e\n', ['/bin/sh', '-e']],
    ['the rest of the line is one argument', '#!/usr/bin/env a  b \n', ['/usr/bin/env', 'a  b']],
    ['a tab before the argument', '#!/bin/sh\t-e\n', ['/bin/sh', '-e']],
    ['blanks at the end are not an argument', '#!/bin/sh  \n', ['/bin/sh', null]],
    ['a carriage return belongs to the name', '#!/bin/sh\r\n', ['/bin/sh\r', null]],
    ['or to the argument', '#!/bin/sh -e\r\n', ['/bin/sh', '-e\r']],
    ['a NUL ends the name', '#!/bin/sh\0junk\n', ['/bin/sh', null]],
    ['a relative name', '#!sh\n', ['sh', null]],
    ['no newline', '#!/bin/sh', ['/bin/sh', null]],
    ['only #! and a newline', '#!\n', null],
    ['only blanks', '#!  \n', null],
    ['something in front', ' #!/bin/sh\n', null],
    ['a byte order mark', '\xef\xbb\xbf#!/bin/sh\n', null],
    ['an empty file', '', null],
    ['a line of 255 bytes', `${lineOf(255)}\n`, [lineOf(255).slice(2), null]],
    ['one of 256 bytes', `${lineOf(256)}\n`, null],
    [
      'an argument that is cut off at 256 bytes',
      `#!/bin/sh ${'a'.repeat(300)}\n`,
      ['/bin/sh', 'a'.repeat(246)],
    ],
    ['a name that a blank ends before 256 bytes', `#!/bin/sh${' '.repeat(300)}x\n`, ['/bin/sh', null]],
  ])('%s', (_name, text, expected) => {
    expect(parsed(text)).toEqual(expected);
  });

  test('#! at the very end of the file names the empty interpreter', () => {
    expect(parsed('#!')).toEqual(['', null]);
  });

  test('whatever the bytes, the name has no blank, newline or NUL', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const shebang = parseShebang(Buffer.concat([Buffer.from('#!'), bytes]));
        expect(shebang?.interpreter ?? '').not.toMatch(/[ \t\n\0]/);
        expect(shebang?.argument ?? 'x').not.toBe('');
      }),
    );
  });
});

test('before Linux 5.1 the kernel reads 127 bytes, and takes a name that they cut off as it is (K4)', () => {
  const old = (text: string) => parseShebang(Buffer.from(text, 'latin1'), [5, 0]);
  expect(old(`${lineOf(127)}\n`)).toEqual({ interpreter: lineOf(127).slice(2), argument: null });
  expect(old(`${lineOf(200)}\n`)).toEqual({ interpreter: lineOf(127).slice(2), argument: null });
  expect(old('#!')).toBeNull();
});
