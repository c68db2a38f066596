// Relative relocations in DT_RELR and their marker (G46).
import { type Case, type Expectation, glibcStops, starts, stops } from '../case.ts';
import { symbolCase, versionLine, versionStops } from './symbol-case.ts';

function stopsAtVersion(object: string, text: string): Expectation {
  return { ...glibcStops(object, text), ending: 'version' };
}

export const relrCases: readonly Case[] = [
  symbolCase('v-relr-marker-on-236', ['G46'], 'DT_RELR with its marker', 'relr-with-marker', starts()),
  symbolCase(
    'v-relr-marker-on-231',
    ['G46'],
    'the marker is a version that older glibc lacks',
    'relr-with-marker',
    versionStops(versionLine('GLIBC_ABI_DT_RELR', '/t/p', '/lib/x86_64-linux-gnu/libc\\.so\\.6')),
    { image: 'glibc-2.31' },
  ),
  symbolCase(
    'v-relr-without-marker-236',
    ['G46'],
    'without its marker it is refused',
    'relr-without-marker',
    stopsAtVersion('/t/p', 'DT_RELR without GLIBC_ABI_DT_RELR dependency'),
  ),
  symbolCase(
    'v-relr-without-marker-231',
    ['G46'],
    'or not carried out: pointers stay as they are in the file',
    'relr-without-marker',
    stops('symbol', /^$/, null),
    { image: 'glibc-2.31' },
  ),
  symbolCase(
    'v-relr-library-without-libc',
    ['G46'],
    'a library that needs no libc may have it',
    'relr-library-without-libc',
    starts(),
  ),
];
