import { describe, expect, test } from 'vitest';
import {
  DT_GNU_HASH,
  DT_HASH,
  DT_INIT,
  DT_INIT_ARRAYSZ,
  DT_JMPREL,
  DT_PLTRELSZ,
  DT_RELASZ,
  DT_STRSZ,
  DT_VERNEEDNUM,
} from '../../../src/elf/constants.ts';
import { ChangedFile } from './changed-file.ts';

const program = () => new ChangedFile('glibc-dynamic');

describe('a dynamic segment that contradicts the section headers (K15)', () => {
  test.each<[string, ChangedFile, RegExp]>([
    [
      'a hash table that is called by the name of the other kind',
      program().retag(DT_GNU_HASH, DT_HASH),
      /^the tag 0x4 .* leads to a section that is not there$/,
    ],
    [
      'a hash table whose tag nobody knows',
      program().retag(DT_GNU_HASH, 0x6fff_feed),
      /^the tag 0x6ffffef5 .* differs from the section \.gnu\.hash$/,
    ],
    [
      'an initializer that begins elsewhere in code',
      program().setTag(DT_INIT, (old) => old + 0x121),
      /^the tag 0xc .* differs from the section \.init$/,
    ],
    [
      'no initializer in the array',
      program().setTag(DT_INIT_ARRAYSZ, 0),
      /^the tag 0x1b .* differs from the section \.init_array$/,
    ],
    [
      'one needed version fewer',
      program().setTag(DT_VERNEEDNUM, 0),
      /^the tag 0x6fffffff .* differs from the section \.gnu\.version_r$/,
    ],
    ['a shorter string table', program().setTag(DT_STRSZ, (old) => old - 1), /^the tag 0xa .* \.dynstr$/],
    [
      'a PLT without relocations',
      program().setTag(DT_PLTRELSZ, 0),
      /^the section \.rela\.plt is in no table of relocations$/,
    ],
    [
      'one relocation fewer',
      program().setTag(DT_RELASZ, (old) => old - 24),
      /^the section \.rela\.dyn is in no table of relocations$/,
    ],
    [
      'a PLT that begins with the last of other relocations',
      program()
        .setTag(DT_JMPREL, (old) => old - 24)
        .setTag(DT_PLTRELSZ, (old) => old + 24),
      /^the tag 0x17 .* differs from the sections of relocations$/,
    ],
  ])('%s', (_, { defects }, reason) => {
    expect(defects).toContainEqual({ part: 'sections', reason: expect.stringMatching(reason) });
  });
});
