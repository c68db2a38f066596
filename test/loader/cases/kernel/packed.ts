// Programs that UPX packed (S20).
import { type Case, starts, stops } from '../case.ts';

const glibc = 'glibc-2.36';
const musl = 'alpine-3.19';

export const packedCases: readonly Case[] = [
  {
    id: 's-upx-dynamic-hides-interp',
    rules: ['S20'],
    shows: 'a packed dynamic program ends silently where its loader is missing',
    image: musl,
    files: 'upx-dynamic',
    packed: true,
    expected: stops('interpreter', /^$/, 127),
  },
  {
    id: 's-upx-dynamic-on-glibc',
    rules: ['S20'],
    shows: 'and starts where it is there',
    image: glibc,
    files: 'upx-dynamic',
    packed: true,
    expected: starts(),
  },
  {
    id: 's-upx-static',
    rules: ['S20'],
    shows: 'a packed static program runs on scratch',
    image: 'scratch',
    files: 'upx-static',
    packed: true,
    expected: starts(),
  },
];
