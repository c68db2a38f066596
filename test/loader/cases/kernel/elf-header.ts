// Which fields of the ELF header, its program headers and its sections the kernel reads (K10 to K13).
import { type Case, execFails, interpreterFails, starts } from '../case.ts';

const glibc = 'glibc-2.36';
const musl = 'alpine-3.19';

export const elfHeaderCases: readonly Case[] = [
  ...(
    [
      ['k-eiclass-flipped-still-runs', 'class-flipped', 'nobody reads e_ident[EI_CLASS] of the program'],
      ['k-eidata-flipped-still-runs', 'data-flipped', 'nor is e_ident[EI_DATA]'],
      ['k-osabi-still-runs', 'osabi-255', 'nor e_ident[EI_OSABI]'],
      ['k-version-0-still-runs', 'version-0', 'nor e_version and EI_VERSION'],
      ['k-flags-still-run', 'flags-garbage', 'nor e_flags on x86-64'],
      ['k-appimage-magic', 'appimage-magic', 'nor the magic of an AppImage in the padding'],
    ] as const
  ).map(([id, files, shows]): Case => {
    return { id, rules: ['K10'], shows, image: glibc, files, expected: starts() };
  }),
  {
    id: 'k-static-flipped-still-runs',
    rules: ['K10'],
    shows: 'class and data of a static program',
    image: 'scratch',
    files: 'static-class-flipped',
    expected: starts(),
  },
  ...(
    [
      ['k-object-file', 'object-file', 'an object file'],
      ['k-core-file', 'core-file', 'a core file'],
      ['k-phentsize', 'phentsize-57', 'program headers of another size'],
      ['k-phnum-0', 'phnum-0', 'no program headers'],
      ['k-magic-only', 'magic-only', 'nothing but the magic'],
      ['k-header-63-bytes', 'header-63-bytes', 'a header cut off'],
      ['k-only-the-header', 'only-the-header', 'nothing behind the header'],
      ['k-headers-65576-bytes', 'headers-1171', 'more than 64 KiB of program headers'],
    ] as const
  ).map(([id, files, shows]): Case => {
    const rules = files === 'magic-only' || files === 'header-63-bytes' ? ['K2', 'K10'] : ['K10'];
    return { id, rules, shows, image: musl, files, expected: execFails('exec format error') };
  }),
  {
    id: 'k-headers-73',
    rules: ['K10'],
    shows: '73 program headers fit into a page',
    image: 'scratch',
    files: 'headers-73',
    expected: starts(),
  },
  {
    id: 'k-headers-74',
    rules: ['K10'],
    shows: '74 program headers are more than a page: kernel 6.18 takes them',
    image: 'scratch',
    files: 'headers-74',
    expected: starts(),
  },
  {
    id: 'k-headers-74-on-6.1',
    rules: ['K10'],
    shows: 'kernel 6.1 does not',
    image: 'scratch',
    files: 'headers-74',
    kernel: [6, 1],
    expected: execFails('exec format error'),
  },
  {
    id: 'k-machine-0',
    rules: ['K11'],
    shows: 'a machine that is none',
    image: glibc,
    files: 'machine-0',
    expected: execFails('exec format error'),
  },
  {
    id: 'k-arm64-on-amd64',
    rules: ['K11', 'R8'],
    shows: 'a program for another machine',
    image: glibc,
    files: 'arm64-dynamic',
    expected: execFails('exec format error'),
  },
  {
    id: 'k-i386-static-on-amd64',
    rules: ['K12'],
    shows: 'x86-64 kernels run static i386 programs',
    image: musl,
    files: 'i386-static',
    expected: starts(),
  },
  {
    id: 'k-i386-dynamic-on-amd64-image',
    rules: ['K12', 'K20'],
    shows: 'a dynamic one needs its own loader in the image',
    image: glibc,
    files: 'i386-dynamic',
    expected: interpreterFails('no such file or directory'),
  },
  {
    id: 'k-no-section-headers',
    rules: ['K13'],
    shows: 'a program without sections',
    image: glibc,
    files: 'no-sections',
    expected: starts(),
  },
  {
    id: 'k-section-headers-garbage',
    rules: ['K13'],
    shows: 'a program whose section headers point to nothing',
    image: glibc,
    files: 'sections-garbage',
    expected: starts(),
  },
];
