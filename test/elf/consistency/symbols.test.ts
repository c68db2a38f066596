import { describe, expect, test } from 'vitest';
import { DT_GNU_HASH, DT_RELAENT, DT_SYMENT, DT_SYMTAB, DT_VERSYM } from '../../../src/elf/constants.ts';
import { ChangedFile } from './changed-file.ts';

const program = () => new ChangedFile('glibc-dynamic');
/** DT_DEBUG, which no reader of symbols asks for. */
const debugTag = 21;
const library = () => new ChangedFile('libfact-x86_64.so');

describe('symbols that no linker makes (K15)', () => {
  test.each<[string, ChangedFile, string]>([
    ['no name', program().set('.dynsym[3]', 'st_name', 0), 'an undefined symbol has no name'],
    ['an unknown binding', program().set('.dynsym[3]', 'st_info', 0x52), 'a symbol has an unknown binding'],
    ['an unknown type', program().set('.dynsym[3]', 'st_info', 0x1f), 'a symbol has an unknown type'],
    [
      'the name of another one that is undefined',
      program().set('.dynsym[5]', 'st_name', program().get('.dynsym[2]', 'st_name')),
      'it asks twice for one symbol',
    ],
    [
      'a value that is no stub of the PLT',
      program().set('.dynsym[3]', 'st_value', 0x80),
      'an undefined symbol has a value that is no address of code',
    ],
    [
      'a hash table with an empty bucket too many',
      library().set('.gnu.hash[0]', 'word', (old) => old + 1),
      'DT_GNU_HASH does not lead to the symbols',
    ],
    [
      'a hash table elsewhere',
      library().setTag(DT_GNU_HASH, 0x90000),
      'a hash table lies in no PT_LOAD segment',
    ],
  ])('%s', (_, { defects }, reason) => {
    expect(defects).toContainEqual({ part: 'symbols', reason });
  });

  test('a hash table with more buckets than the file has bytes, where no symbols are, is refused at once', {
    timeout: 5000,
  }, () => {
    const { defects } = library()
      .retag(DT_SYMTAB, debugTag)
      .set('.gnu.hash[0]', 'word', 0xffff_ffff)
      .set('.gnu.hash[2]', 'word', 0xffff_ffff);
    expect(defects).toContainEqual({ part: 'symbols', reason: 'DT_GNU_HASH does not lead to the symbols' });
  });

  test('a version that no version has', () => {
    expect(program().set('.gnu.version[3]', 'vs_index', 77).defects).toContainEqual({
      part: 'versions',
      reason: 'DT_VERSYM has an index that no version has',
    });
  });
});

test('the address of a function in the PLT is the value of its undefined symbol', () => {
  expect(program().set('.dynsym[3]', 'st_value', 0x1030).defects).toEqual([]);
});

test('a wrong size of symbols is what no loader reads', () => {
  expect(program().setTag(DT_SYMENT, 25).defects).toEqual([]);
});

describe('tags that no linker makes (K15)', () => {
  test.each<[string, ChangedFile, RegExp]>([
    ['a tag that nobody has', program().retag(DT_VERSYM, 0x6fff_fff5), /tag 0x6ffffff5, which no linker/],
    ['a tag twice', program().retag(DT_VERSYM, DT_RELAENT), /tag 0x9 twice/],
    ['VERNEED without VERSYM', program().retag(DT_VERSYM, 0x6fff_fef8), /0x6ffffffe without 0x6ffffff0/],
    ['a wrong size of entries', program().setTag(DT_RELAENT, 16), /tag 0x9 tells a wrong size/],
  ])('%s', (_, { defects }, reason) => {
    expect(defects).toContainEqual({ part: 'relocations', reason: expect.stringMatching(reason) });
  });
});
