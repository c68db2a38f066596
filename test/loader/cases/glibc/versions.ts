// Symbol versions that an object needs and a library lacks (G40, G47).
import { type Case, glibcStops, notFound, starts } from '../case.ts';
import { symbolCase, versionLine, versionStops } from './symbol-case.ts';

export const versionCases: readonly Case[] = [
  symbolCase(
    'v-real-glibc-too-old',
    ['G40', 'G70'],
    'a program built for glibc 2.34 under 2.31',
    'glibc-hello-built-here',
    versionStops(versionLine('GLIBC_2\\.34', '/t/p', '/lib/x86_64-linux-gnu/libc\\.so\\.6')),
    { image: 'glibc-2.31' },
  ),
  symbolCase(
    'v-missing-version',
    ['G40'],
    'a version that the library lacks: status 1',
    'version-missing',
    versionStops(versionLine('V2')),
  ),
  symbolCase(
    'v-symbol-under-older-version',
    ['G40'],
    'that the symbol is there under an older one changes nothing',
    'version-missing-symbol-older',
    versionStops(versionLine('V2')),
  ),
  symbolCase(
    'v-two-missing-both-told',
    ['G40'],
    'all missing versions are reported',
    'versions-missing-both',
    versionStops(versionLine('V2'), versionLine('V1')),
  ),
  symbolCase(
    'v-library-before-version',
    ['G40', 'G5'],
    'a missing library comes first',
    'version-and-library-missing',
    glibcStops('libnone.so.9', notFound),
  ),
  symbolCase(
    'v-missing-for-library',
    ['G40'],
    'the version that a library needs',
    'version-missing-for-library',
    versionStops(versionLine('V2', '/t/t/libtop\\.so\\.1')),
    { env: { LD_LIBRARY_PATH: '/t/t:/t/l' } },
  ),
  symbolCase(
    'v-version-of-weak-reference',
    ['S11', 'G40'],
    'a weak reference asks for its version like any other',
    'version-of-weak-reference',
    versionStops(versionLine('V2')),
  ),
  symbolCase(
    'v-libm-version-not-libc',
    ['G47'],
    'GLIBC_2.29 of libm.so.6 is there in 2.31',
    'needs-libm-2.29',
    starts(),
    { image: 'glibc-2.31', env: {} },
  ),
  symbolCase(
    'v-glibc231-has-no-GLIBC_2.31-in-libc',
    ['G47'],
    'libc.so.6 of 2.31 has no node of that name',
    'needs-glibc-2.31-node',
    versionStops(versionLine('GLIBC_2\\.31', '/t/p', '/lib/x86_64-linux-gnu/libc\\.so\\.6')),
    { image: 'glibc-2.31', env: {} },
  ),
];
