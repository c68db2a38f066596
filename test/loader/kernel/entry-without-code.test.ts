import { describe, expect, test } from 'vitest';
import { PF_X } from '../../../src/elf/constants.ts';
import type { ElfFile } from '../../../src/elf/elf-file.ts';
import { entersData, entryCrash } from '../../../src/loader/kernel/elf-program.ts';
import { ChangedFile } from '../../elf/consistency/changed-file.ts';
import { readElfBytes } from '../../elf/elf-files.ts';

/** As `objcopy --only-keep-debug` leaves it; that such a program ends with 139 was seen on 6.18. */
const withoutCode = (elf: ElfFile): ElfFile => ({
  ...elf,
  segments: elf.segments.map((segment) =>
    (segment.flags & PF_X) === 0 ? segment : { ...segment, filesz: 0 },
  ),
});

describe('an entry point on a page of zeros (K32)', () => {
  const program = readElfBytes(new ChangedFile('glibc-static').bytes);

  test('a program with its code enters it', () => {
    expect(entryCrash(program)).toBeNull();
    expect(entersData(program)).toBe(false);
  });

  test('one without its code crashes on x86', () => {
    expect(entryCrash(withoutCode(program))).toContain('it executes zeros');
  });

  test('what zeros are to another machine is not known', () => {
    const other = { ...withoutCode(program), machine: 183 };
    expect(entryCrash(other)).toBeNull();
    expect(entersData(other)).toBe(true);
  });
});
