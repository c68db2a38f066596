import { describe, expect, test } from 'vitest';
import { PF_R, PT_GNU_RELRO, PT_INTERP, PT_LOAD } from '../../../src/elf/constants.ts';
import { ChangedFile } from './changed-file.ts';

const program = () => new ChangedFile('glibc-dynamic');

describe('program headers that contradict the section headers (K15)', () => {
  test.each<[string, ChangedFile, RegExp]>([
    [
      'a PT_LOAD one page further on in the file',
      program().set('segment[3]', 'p_offset', (old) => old + 0x1000),
      /^the section \.init lies elsewhere than the PT_LOAD segments say$/,
    ],
    [
      'a PT_LOAD that ends before its last section',
      program().set('segment[3]', 'p_filesz', (old) => old - 8),
      /^the section \.fini lies elsewhere/,
    ],
    [
      'code that may not run',
      program().set('segment[3]', 'p_flags', PF_R),
      /^the section \.init has rights that its segment lacks$/,
    ],
    [
      'an interpreter that begins elsewhere',
      program().setSegment(PT_INTERP, 'p_vaddr', (old) => old + 5),
      /^PT_INTERP does not lead to the section \.interp$/,
    ],
    [
      'data that becomes read-only',
      program().setSegment(PT_GNU_RELRO, 'p_memsz', (old) => old + 0x1000),
      /^PT_GNU_RELRO makes the section \.(data|bss) read-only$/,
    ],
    [
      'thread-local storage of another size',
      new ChangedFile('glibc-static').setSegment(7, 'p_memsz', (old) => old + 8),
      /^PT_TLS differs from the sections of thread-local storage$/,
    ],
  ])('%s', (_, { defects }, reason) => {
    expect(defects).toContainEqual({ part: 'sections', reason: expect.stringMatching(reason) });
  });

  test('a file without section headers is judged by its segments alone', () => {
    const stripped = program()
      .set('header', 'shnum', 0)
      .setSegment(PT_LOAD, 'p_memsz', (old) => old);
    expect(stripped.defects).toEqual([]);
  });

  test('section headers behind the end of the file are no defect', () => {
    expect(program().set('header', 'shoff', 0x7000_0000).defects).toEqual([]);
  });
});
