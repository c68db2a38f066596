// The file that PT_INTERP names: which ELF files the kernel accepts as an interpreter (K23).
import { type Case, interpreterFails, starts, stops } from '../case.ts';

const glibc = 'glibc-2.36';

export const interpFileCases: readonly Case[] = [
  {
    id: 'k-interp-wrong-arch',
    rules: ['K23'],
    shows: 'an interpreter of another machine',
    image: glibc,
    files: 'interp-of-i386',
    expected: interpreterFails('accessing a corrupted shared library'),
  },
  {
    id: 'k-interp-is-script',
    rules: ['K23'],
    shows: 'a script as interpreter',
    image: glibc,
    files: 'interp-is-script',
    expected: interpreterFails('accessing a corrupted shared library'),
  },
  {
    id: 'k-interp-empty-file',
    rules: ['K23'],
    shows: 'an empty interpreter',
    image: glibc,
    files: 'interp-empty',
    expected: interpreterFails('input\\/output error'),
  },
  {
    id: 'k-interp-two-bytes',
    rules: ['K23'],
    shows: 'an interpreter of two bytes',
    image: glibc,
    files: 'interp-two-bytes',
    expected: interpreterFails('input\\/output error'),
  },
  {
    id: 'k-interp-no-headers',
    rules: ['K23'],
    shows: 'an interpreter without program headers',
    image: glibc,
    files: 'interp-no-segments',
    expected: interpreterFails('accessing a corrupted shared library'),
  },
  {
    id: 'k-interp-object-file',
    rules: ['K14', 'K23'],
    shows: 'an object file as interpreter is mapped, and crashes',
    image: glibc,
    files: 'interp-object-file',
    expected: stops('exec', /^$/, 139),
  },
  {
    id: 'k-interp-no-load',
    rules: ['K14', 'K23'],
    shows: 'an interpreter with nothing to map',
    image: glibc,
    files: 'interp-no-load',
    expected: stops('exec', /^$/, 139),
  },
  {
    id: 'k-interp-static-program',
    rules: ['K23', 'M52'],
    shows: 'a static program as interpreter runs in place of a loader',
    image: glibc,
    files: 'interp-static-program',
    unknown: /it runs in place of one/,
    expected: starts(),
  },
];
