import { describe, expect, test } from 'vitest';
import { DT_X86_64_PLT } from '../../../src/elf/constants.ts';
import { ChangedFile } from './changed-file.ts';

const program = () => new ChangedFile('glibc-dynamic');
const library = () => new ChangedFile('libfact-x86_64.so');
const globDat = 6;

describe('relocations that no linker makes (K15)', () => {
  test.each<[string, ChangedFile, string]>([
    [
      'a place that is not mapped',
      program().set('.rela.plt[0]', 'r_offset', 0x90000),
      'a relocation writes where nothing is mapped',
    ],
    [
      'a place in code',
      program().set('.rela.plt[0]', 'r_offset', 0x1050),
      'a relocation writes into a read-only segment',
    ],
    [
      'a place that another one writes',
      program().set('.rela.plt[0]', 'r_offset', 0x3fc8),
      'two relocations write to one place',
    ],
    [
      'an address behind all segments',
      program().set('.rela.dyn[2]', 'r_addend', 0x123456),
      'a relative relocation leads out of the segments',
    ],
    [
      'relative ones that overlap',
      program().set('.rela.dyn[1]', 'r_offset', (old) => old - 4),
      'relative relocations overlap or are not in order',
    ],
    [
      'a relative one with a symbol',
      program().set('.rela.dyn[2]', 'r_sym', 1),
      'a relative relocation names a symbol',
    ],
    [
      'a count of relative ones that is too high',
      program().set('.rela.dyn[1]', 'r_type', globDat).set('.rela.dyn[1]', 'r_sym', 2),
      'there are fewer relative relocations than DT_RELACOUNT says',
    ],
    [
      'a slot of the PLT that nothing fills',
      program().set('.rela.plt[0]', 'r_type', 0),
      'an entry of the table of the PLT relocates nothing',
    ],
    [
      'an entry that was cleared',
      program().set('.rela.dyn[4]', 'r_type', 0),
      'a relocation relocates nothing',
    ],
    [
      'a slot with an addend',
      program().set('.rela.plt[0]', 'r_addend', 8),
      'a slot of GOT or PLT has an addend',
    ],
    [
      'a type that only code has',
      program().set('.rela.dyn[4]', 'r_type', 2),
      'a relocation has a type that only code has',
    ],
    [
      'two slots of the GOT for one symbol',
      program().set('.rela.dyn[4]', 'r_sym', 1),
      'a symbol has two slots of the GOT',
    ],
    [
      'a symbol that is not there',
      program()
        .set('.rela.dyn[3]', 'r_sym', 4)
        .set('.rela.dyn[5]', 'r_sym', 1)
        .set('.dynsym[4]', 'st_other', 2),
      'a relocation names a symbol that is neither here nor elsewhere',
    ],
    [
      'start code that does not get __libc_start_main',
      program().set('.rela.dyn[3]', 'r_sym', 3).set('.rela.dyn[3]', 'r_type', 1),
      'no relocation is for __libc_start_main, which it asks for',
    ],
    [
      'thread-local storage for an ordinary symbol',
      library().set('.rela.dyn[2]', 'r_type', 18),
      'a relocation does not fit the type of the symbol that it names',
    ],
    [
      'a place in the dynamic segment',
      program().set('.rela.dyn[4]', 'r_offset', (old) => old - 0x100),
      'a relocation writes into the dynamic segment',
    ],
    [
      'an address within the program headers',
      program().set('.rela.dyn[2]', 'r_addend', 0x44),
      'a relative relocation leads into the headers of the file',
    ],
    [
      'RELR of a number that is smaller than the headers',
      library().write(0x2010, 0x60),
      'DT_RELR relocates what is no address',
    ],
    [
      'RELR of the dynamic segment',
      library().set('.relr.dyn[0]', 'word', 0x1e20),
      'DT_RELR relocates what is no pointer',
    ],
    [
      'RELR of what is zero at start',
      library().set('.relr.dyn[0]', 'word', 0x2028),
      'DT_RELR relocates what is no pointer',
    ],
    [
      'RELR of what is no address',
      library().set('.relr.dyn[0]', 'word', 0x1ff0),
      'DT_RELR relocates what is no address',
    ],
    [
      'RELR of what is read-only',
      library().set('.relr.dyn[0]', 'word', 0x540),
      'DT_RELR relocates what is not writable',
    ],
  ])('%s', (_, { defects }, reason) => {
    expect(defects).toContainEqual({ part: 'relocations', reason });
  });

  test.each<[string, string, ChangedFile, number]>([
    ['x86-64, which is its number', 'glibc-dynamic', program(), 0x1037],
    ['i386, which is its place in the table', 'libfact-i386.so', new ChangedFile('libfact-i386.so'), 0x427],
  ])(
    'a stub of the PLT that pushes another relocation than that of its slot, on %s',
    (_, name, file, address) => {
      const reason = 'a stub of the PLT asks for another relocation than that of its slot';
      expect(new ChangedFile(name).defects).toEqual([]);
      expect(file.write(address, 8).defects).toEqual([{ part: 'relocations', reason }]);
    },
  );

  test('stubs of what is bound at start push what nobody reads', () => {
    const file = program().write(0x1037, 8).setTag(0x6fff_fffb, 0x0800_0001);
    expect(file.defects).toEqual([]);
  });

  test('thread-local storage whose getter has lost a letter', () => {
    const file = new ChangedFile('cases/files/big-tls-library/l/liby.so.1');
    expect(file.defects).toEqual([]);
    file.bytes.write('X', file.bytes.indexOf('__tls_get_addr') + 3);
    expect(file.defects).toContainEqual({
      part: 'relocations',
      reason: 'it has thread-local storage of its own and names no __tls_get_addr',
    });
  });

  test('an addend of a jump slot is what `-z mark-plt` notes', () => {
    const marked = program().set('.rela.plt[0]', 'r_addend', 0x1030).retag(0x6fff_fff9, DT_X86_64_PLT);
    expect(marked.defects.map(({ reason }) => reason)).not.toContain('a slot of GOT or PLT has an addend');
  });
});
