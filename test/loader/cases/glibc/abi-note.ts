// The note of the ABI tag, which older loaders compare with the kernel (G15).
import { type Case, starts } from '../case.ts';
import { fooMissing, inLib, searchCase } from './search-case.ts';

export const abiNoteCases: readonly Case[] = [
  searchCase(
    'g-abi-note-kernel-too-new-231',
    ['G15'],
    'a library for a newer kernel is skipped, up to 2.35',
    {
      image: 'glibc-2.31',
      files: 'abi-note-kernel-99',
      env: inLib,
      expected: fooMissing,
    },
  ),
  searchCase('g-abi-note-kernel-too-new-236', ['G15'], 'and taken since 2.36', {
    files: 'abi-note-kernel-99',
    env: inLib,
    expected: starts(),
  }),
  searchCase('g-abi-note-freebsd-231', ['G15'], 'the same for the note of another system', {
    image: 'glibc-2.31',
    files: 'abi-note-freebsd',
    env: inLib,
    expected: fooMissing,
  }),
  searchCase('g-abi-note-of-program', ['G15'], "the program's own note is not looked at", {
    image: 'glibc-2.31',
    files: 'abi-note-of-program',
    expected: starts(),
  }),
];
