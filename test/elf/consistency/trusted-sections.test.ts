import { describe, expect, test } from 'vitest';
import { ChangedFile } from './changed-file.ts';

const program = () => new ChangedFile('glibc-dynamic');
const library = () => new ChangedFile('libfact-x86_64.so');

describe('section headers that contradict each other are no evidence (K15)', () => {
  test.each<[string, ChangedFile]>([
    ['a section that shares bytes with the next', program().set('section[16]', 'sh_size', 0x1009)],
    ['a section at another byte of its page', program().set('section[15]', 'sh_offset', 0x1058)],
    ['sections in another order than in the file', program().set('section[15]', 'sh_addr', 0x9050)],
    ['an address that is not aligned', program().set('section[23]', 'sh_addr', 0x3fc4)],
    ['an address that no process has', program().set('section[26]', 'sh_addr', 2 ** 47)],
    ['a type that no linker writes', program().set('section[5]', 'sh_type', 0x67ff_fff6)],
    ['a name of another type', program().set('section[20]', 'sh_type', 1)],
    ['a table of relocations without its type', program().set('section[10]', 'sh_type', 1)],
    ['a table whose entries do not fill it', program().set('section[10]', 'sh_size', 0xb8)],
    ['symbols whose names are elsewhere', program().set('section[6]', 'sh_link', 8)],
    ['a part of a segment that is in none', program().set('section[5]', 'sh_flags', 0)],
    ['flags that nobody has', program().set('section[15]', 'sh_flags', 2 ** 32 + 7)],
    ['thread-local storage by another name', program().set('section[25]', 'sh_flags', 0x403)],
    ['no type at all', library().set('section[2]', 'sh_type', 0)],
  ])('%s', (_, { defects }) => {
    expect(defects).toEqual([]);
  });

  test('a program header is still compared with the headers that agree', () => {
    const changed = program().set('segment[3]', 'p_offset', (old) => old + 0x1000);
    expect(changed.defects).toContainEqual(expect.objectContaining({ part: 'sections' }));
    changed.set('section[5]', 'sh_type', 0x67ff_fff6);
    expect(changed.defects).not.toContainEqual(expect.objectContaining({ part: 'sections' }));
  });
});
