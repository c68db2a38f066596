// Names that are the loader itself (M4), and DT_SONAME, which is ignored (M6).
import { type Case, muslStops, starts } from '../case.ts';
import { inLib, missing, muslCase } from './musl-case.ts';

export const muslReservedNameCases: readonly Case[] = [
  muslCase(
    'm-reserved-names',
    ['M4'],
    "names of libc's family are the loader itself",
    'musl-reserved-names',
    starts(),
    { env: inLib },
  ),
  muslCase(
    'm-ld-linux-not-reserved',
    ['M4'],
    'ld-linux-x86-64.so.2 is none of them',
    'musl-needs-ld-linux',
    muslStops('library', missing('ld-linux-x86-64.so.2')),
    { env: inLib },
  ),
  muslCase(
    'm-libresolv-not-reserved',
    ['M4'],
    'nor is libresolv.so.2',
    'musl-needs-libresolv',
    muslStops('library', missing('libresolv.so.2')),
    { env: inLib },
  ),
  muslCase(
    'm-loader-files',
    ['M4'],
    'a file that is a libc is replaced by the loader',
    'musl-needs-loader-files',
    starts(),
    { env: inLib },
  ),
  muslCase(
    'm-soname-not-read',
    ['M6'],
    'DT_SONAME is ignored',
    'musl-soname-only',
    muslStops('library', missing('libreal.so.1')),
    { env: inLib },
  ),
];
