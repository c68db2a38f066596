// Programs for glibc under musl: links of that name, gcompat (M50 to M53).
import { type Case, copy, link, muslStops, starts } from '../case.ts';
import { missing, muslCase, noSymbol } from './musl-case.ts';

const compat = [link('lib64/ld-linux-x86-64.so.2', '/lib/libc.musl-x86_64.so.1')];
const gcompat = [
  copy('lib/ld-linux-x86-64.so.2', 'gcompat/ld-linux-x86-64.so.2'),
  link('lib64', 'lib'),
  copy('lib/libgcompat.so.0', 'gcompat/libgcompat.so.0'),
];

export const muslGlibcProgramCases: readonly Case[] = [
  muslCase(
    'm-compat-symlink-simple',
    ['M50', 'M51'],
    'a simple glibc program under a link of that name',
    'glibc-puts',
    starts(),
    { layers: [compat] },
  ),
  muslCase('m-compat-threads', ['M50'], 'threads', 'glibc-threads', starts(), { layers: [compat] }),
  muslCase(
    'm-compat-fortified',
    ['M50'],
    'a function that only glibc has',
    'glibc-fortified',
    muslStops('symbol', noSymbol('__printf_chk')),
    { layers: [compat] },
  ),
  muslCase(
    'm-compat-needs-ld-linux',
    ['M50', 'M4'],
    'a need for ld-linux-x86-64.so.2 does not look into /lib64',
    'glibc-needs-ld-linux',
    muslStops('library', missing('ld-linux-x86-64.so.2')),
    { layers: [compat] },
  ),
  muslCase(
    'm-compat-needs-ld-linux-in-lib',
    ['M50', 'M4'],
    'it needs a file in /lib',
    'glibc-needs-ld-linux',
    starts(),
    { layers: [[...compat, link('lib/ld-linux-x86-64.so.2', '/lib/libc.musl-x86_64.so.1')]] },
  ),
  muslCase(
    'm-gcompat',
    ['M52', 'M53'],
    'gcompat gives it: a static program in place of the loader',
    'gcompat',
    starts(),
    { layers: [gcompat] },
  ),
  muslCase(
    'm-gcompat-without-symbol',
    ['M52', 'M53'],
    'and its library need not have everything',
    'gcompat',
    muslStops('symbol', noSymbol('__printf_chk', '/t/p')),
    { layers: [gcompat, [copy('lib/libgcompat.so.0', 'gcompat/libgcompat-empty.so.0')]] },
  ),
];
