// Programs that need no loader, and those that only look static: static, static PIE, Go (K30, S10).
import { type Case, copy, interpreterFails, starts } from '../case.ts';

const musl = 'alpine-3.19';

export const staticProgramCases: readonly Case[] = [
  {
    id: 'k-static-glibc-on-alpine',
    rules: ['K30'],
    shows: 'a static program needs nothing of the image',
    image: musl,
    files: null,
    layers: [[copy('t/p', '../../bin/glibc-static')]],
    expected: starts(/./),
  },
  {
    id: 'k-static-pie-on-scratch',
    rules: ['K30'],
    shows: 'nor does a static PIE',
    image: 'scratch',
    files: null,
    layers: [[copy('t/p', '../../bin/glibc-static-pie')]],
    expected: starts(/./),
  },
  {
    id: 'k-bare-static-pie',
    rules: ['K30'],
    shows: 'ET_DYN with a dynamic segment and without PT_INTERP',
    image: 'scratch',
    files: 'static-pie-hello',
    expected: starts(),
  },
  {
    id: 'k-pie-with-needs-and-no-interp',
    rules: ['K30', 'K31'],
    shows: 'a PIE without PT_INTERP starts although DT_NEEDED names a library that is nowhere',
    image: 'scratch',
    files: 'pie-with-needs',
    expected: starts(),
  },
  {
    id: 'k-interp-is-program',
    rules: ['K23'],
    shows: 'a static program that PT_INTERP names starts in place of a loader, and needs no dynamic segment',
    image: 'scratch',
    files: 'interp-is-program',
    expected: starts(),
  },
  {
    id: 's-go-pie-nocgo-needs-loader',
    rules: ['S10'],
    shows: "Go's -buildmode=pie names a loader although it needs no library",
    image: musl,
    files: 'pie-without-needs',
    expected: interpreterFails('no such file or directory'),
  },
  {
    id: 's-go-pie-nocgo-on-glibc',
    rules: ['S10'],
    shows: 'any glibc can start it',
    image: 'glibc-2.31',
    files: 'pie-without-needs',
    expected: starts(),
  },
  {
    id: 's-go-nocgo',
    rules: ['S10'],
    shows: 'without cgo and PIE it runs on scratch',
    image: 'scratch',
    files: 'static-hello',
    expected: starts(),
  },
];
