// Programs that the kernel accepts and maps: some of them die silently (K14, K31 to K33, K61).
import { type Case, starts, stops } from '../case.ts';

const glibc = 'glibc-2.36';

export const mappingCases: readonly Case[] = [
  ...(
    [
      ['k-no-load', 'no-load', 'nothing to map', 139],
      [
        'k-memory-below-file',
        'memory-below-file',
        'a segment that is smaller in memory than in the file',
        139,
      ],
      ['k-kernel-address', 'kernel-address', 'a segment in kernel space', 139],
      ['k-truncated-program', 'truncated', 'a program that was cut off in its data', 135],
      ['k-truncated-static', 'truncated-static', 'a program that was cut off before its text', 135],
    ] as const
  ).map(([id, files, shows, exit]): Case => {
    return {
      id,
      rules: ['K14', 'K61', 'R7'],
      shows: `${shows} dies silently`,
      image: glibc,
      files,
      expected: stops('exec', /^$/, exit),
    };
  }),
  {
    id: 'k-exec-shared-library',
    rules: ['K31'],
    shows: 'a library as program is started and crashes',
    image: glibc,
    files: 'loose-library',
    run: ['/t/l/libx.so.1'],
    expected: stops('exec', /^$/, 139),
  },
  {
    id: 'k-entry-0',
    rules: ['K32'],
    shows: 'an entry point of 0 is accepted and crashes',
    image: glibc,
    files: 'entry-0',
    expected: stops('exec', /^$/, 139),
  },
  {
    id: 'k-execstack-program',
    rules: ['K33', 'G61'],
    shows: 'a program with an executable stack runs',
    image: glibc,
    files: 'execstack-program',
    expected: starts(),
  },
];
