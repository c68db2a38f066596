// Files of the right name that are not usable as a library: which end the search and which do not (G10 to G17).
import { type Case, copy, link, starts, stops } from '../case.ts';
import { fooMissing, refused, refusedByName, searchCase } from './search-case.ts';

const candidate = (
  id: string,
  directory: string,
  shows: string,
  expected: Case['expected'],
  rules: readonly string[] = ['G11'],
  rest: Partial<Case> = {},
): Case =>
  searchCase(id, rules, shows, {
    files: 'bad-candidates',
    env: { LD_LIBRARY_PATH: `/t/${directory}` },
    expected,
    ...rest,
  });

export const candidateCases: readonly Case[] = [
  candidate('g-other-machine-skipped', 'other-machine', 'another machine is skipped', fooMissing, ['G10']),
  candidate(
    'g-other-class',
    'other-class',
    'the other class too, and reported',
    refusedByName('wrong ELF class: ELFCLASS32'),
    ['G10'],
  ),
  candidate(
    'g-other-class-then-good',
    'other-class:/t/lib',
    'a good one later in the list is taken',
    starts(),
    ['G10'],
  ),
  candidate('g-class-0', 'class-0', 'a class that is none', refusedByName('wrong ELF class: ELFCLASS32'), [
    'G10',
  ]),
  candidate(
    'g-garbage-then-good',
    'garbage:/t/lib',
    'garbage ends the search',
    refused('garbage', 'invalid ELF header'),
  ),
  candidate(
    'g-empty-then-good',
    'empty:/t/lib',
    'and so does an empty file',
    refused('empty', 'file too short'),
  ),
  candidate(
    'g-directory-then-good',
    'directory:/t/lib',
    'and a folder',
    refused('directory', 'cannot read file data: Error 21'),
  ),
  candidate('g-dangling-then-good', 'dangling:/t/lib', 'a link to nothing is skipped', starts(), ['G12']),
  candidate('g-symlink-loop-ends-the-list', 'loop:/t/lib', 'a loop of links ends the list', fooMissing, [
    'G12',
  ]),
  candidate('g-symlink-loop-then-runpath', 'loop', 'but not the search', starts(), ['G12'], {
    files: 'needs-foo-runpath',
    layers: [[link('t/loop/libfoo.so.1', 'libfoo.so.1')]],
  }),
  candidate('g-element-is-a-file', 'p:/t/lib', 'an element that is a file does no harm', starts(), ['G12']),
  candidate(
    'g-unreadable-then-good',
    'unreadable:/t/lib',
    'an unreadable file is skipped',
    starts(),
    ['G10', 'G12'],
    {
      layers: [[copy('t/unreadable/libfoo.so.1', 'bad-candidates/lib/libfoo.so.1', { mode: 0o600 })]],
      user: '1000:1000',
    },
  ),
  candidate(
    'g-unreadable-last',
    'none:/t/unreadable',
    'and where nothing else is found it stays "No such file" (the default directories are tried after it)',
    fooMissing,
    ['G12'],
    {
      layers: [[copy('t/unreadable/libfoo.so.1', 'bad-candidates/lib/libfoo.so.1', { mode: 0o600 })]],
      user: '1000:1000',
    },
  ),
  candidate('g-osabi-freebsd', 'osabi', "FreeBSD's OSABI", refused('osabi', 'ELF file OS ABI invalid')),
  candidate('g-osabi-gnu', 'osabi-gnu', "GNU's OSABI is fine", starts()),
  candidate(
    'g-abi-version',
    'abi-version',
    'an ABI version',
    refused('abi-version', 'ELF file ABI version invalid'),
  ),
  candidate(
    'g-big-endian',
    'big-endian',
    'the other byte order',
    refused('big-endian', 'ELF file data encoding not little-endian'),
  ),
  candidate(
    'g-ident-version',
    'ident-version',
    'EI_VERSION 2',
    refused('ident-version', 'ELF file version ident does not match current one'),
  ),
  candidate(
    'g-padding',
    'padding',
    'something in the padding',
    refused('padding', 'nonzero padding in e_ident'),
  ),
  candidate(
    'g-version-2',
    'version',
    'e_version 2',
    refused('version', 'ELF file version does not match current one'),
  ),
  candidate(
    'g-phentsize',
    'phentsize',
    'program headers of another size',
    refused('phentsize', "ELF file's phentsize not the expected size"),
  ),
  candidate(
    'g-object',
    'object',
    'an object file',
    refused('object', 'only ET_DYN and ET_EXEC can be loaded'),
  ),
  candidate('g-flags', 'flags', 'e_flags are ignored on x86-64', starts(), ['G17']),
  candidate(
    'g-no-dynamic',
    'no-dynamic',
    'no dynamic segment',
    refusedByName('object file has no dynamic section'),
    ['G13'],
  ),
  candidate('g-no-load', 'no-load', 'nothing to map', refusedByName('object file has no loadable segments'), [
    'G13',
  ]),
  candidate(
    'g-exec-as-library',
    'exec',
    'an ET_EXEC program',
    refusedByName('cannot dynamically load executable'),
    ['G13'],
  ),
  candidate(
    'g-pie-as-library',
    'pie',
    'a PIE',
    refusedByName('cannot dynamically load position-independent executable'),
    ['G13'],
  ),
  candidate(
    'g-truncated-lib',
    'cut',
    'a library that was cut off dies silently',
    stops('library', /^$/, 135),
    ['G14', 'R7'],
  ),
  candidate(
    'g-align-231',
    'unaligned',
    'an alignment below a page, up to 2.34',
    refusedByName('ELF load command alignment not page-aligned'),
    ['G16'],
    { image: 'glibc-2.31' },
  ),
  candidate('g-align-236', 'unaligned', 'and since 2.35', starts(), ['G16']),
  candidate(
    'g-shifted-231',
    'shifted',
    'offset and address that do not fit, up to 2.34',
    refusedByName('ELF load command address/offset not properly aligned'),
    ['G16'],
    { image: 'glibc-2.31' },
  ),
  candidate(
    'g-shifted-236',
    'shifted',
    'and since 2.35',
    refusedByName('ELF load command address/offset not page-aligned'),
    ['G16'],
  ),
];
