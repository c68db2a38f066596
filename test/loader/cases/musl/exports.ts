// What libc itself exports, by its release: the 64-bit names of files, newer functions (M42, M43).
import { type Case, muslStops, starts } from '../case.ts';
import { muslCase, noSymbol } from './musl-case.ts';

export const muslExportCases: readonly Case[] = [
  muslCase('m-lfs64-old', ['M42'], '64-bit names of files are symbols up to 1.2.3', 'musl-lfs64', starts(), {
    image: 'alpine-3.13',
  }),
  muslCase('m-lfs64-new', ['M42'], 'and a list of the loader since 1.2.4', 'musl-lfs64', starts()),
  muslCase(
    'm-never-lfs64',
    ['M42', 'M43'],
    'names that musl never had',
    'musl-never-lfs64',
    muslStops('symbol', noSymbol('fcntl64'), noSymbol('__open64_2'), noSymbol('preadv64v2')),
  ),
  muslCase(
    'm-newer-functions',
    ['M43'],
    'functions of newer releases: there in 1.2.5',
    'musl-newer-functions',
    starts(),
  ),
  muslCase(
    'm-newer-functions-1.1.16',
    ['M43'],
    'and not in 1.1.16',
    'musl-newer-functions',
    muslStops('symbol', noSymbol('gettid'), noSymbol('qsort_r')),
    { image: 'alpine-3.6' },
  ),
];
