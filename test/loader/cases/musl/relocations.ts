// DT_RELR and text relocations (M40, M41).
import { type Case, starts, stops } from '../case.ts';
import { fooFails, inL, muslCase } from './musl-case.ts';

export const muslRelocationCases: readonly Case[] = [
  muslCase('m-relr-315', ['M40'], 'DT_RELR since Alpine 3.15', 'musl-relr', starts(), {
    image: 'alpine-3.15',
  }),
  muslCase('m-relr-314', ['M40'], 'not before', 'musl-relr', stops('symbol', /^$/, 139), {
    image: 'alpine-3.14',
  }),
  muslCase(
    'm-textrel-in-main',
    ['M41'],
    'text relocations of the program',
    'musl-textrel-in-program',
    stops('symbol', /^$/, 139),
  ),
  muslCase('m-textrel-in-library', ['M41'], 'of a library', 'musl-textrel-in-library', starts(), {
    env: inL,
  }),
  muslCase('m-textrel-in-library-1.1.16', ['M41'], 'under 1.1.16 too', 'musl-textrel-in-library', starts(), {
    env: inL,
    image: 'alpine-3.6',
  }),
  muslCase(
    'm-empty-segment-1.2.2',
    ['M41'],
    'a segment of no bytes cannot be mapped up to 1.2.2',
    'musl-empty-segment',
    fooFails('Invalid argument', 'libv.so.1'),
    { env: inL, image: 'alpine-3.15' },
  ),
  muslCase('m-empty-segment', ['M41'], 'and since 1.2.3 it can', 'musl-empty-segment', starts(), {
    env: inL,
  }),
];
