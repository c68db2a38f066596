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

  test('an addend of a jump slot is what `-z mark-plt` notes', () => {
    const marked = program().set('.rela.plt[0]', 'r_addend', 0x1030).retag(0x6fff_fff9, DT_X86_64_PLT);
    expect(marked.defects.map(({ reason }) => reason)).not.toContain('a slot of GOT or PLT has an addend');
  });
});
