// The first file that opens decides, whatever it is (M10).
import { type Case, copy, type Expectation, muslStops, starts, stops } from '../case.ts';
import { fooFails, muslCase, noSymbol } from './musl-case.ts';

const candidate = (
  id: string,
  path: string,
  shows: string,
  expected: Expectation,
  rest: Partial<Case> = {},
): Case =>
  muslCase(id, ['M10'], shows, 'musl-bad-candidates', expected, { env: { LD_LIBRARY_PATH: path }, ...rest });

export const muslCandidateCases: readonly Case[] = [
  candidate(
    'm-other-class-is-fatal',
    '/t/other-class:/t/lib',
    'the other class is fatal',
    fooFails('Exec format error'),
  ),
  candidate(
    'm-other-machine-is-mapped',
    '/t/other-machine:/t/lib',
    'another machine is mapped',
    stops(
      'symbol',
      /Error relocating \/t\/other-machine\/libfoo\.so\.1: unsupported relocation type 1025/,
      127,
    ),
  ),
  candidate(
    'm-other-machine-without-relocations',
    '/t/other-machine-plain',
    'without relocations its code is run: an illegal instruction, or whatever it means here',
    stops('library', /^$/, null),
  ),
  candidate('m-garbage', '/t/garbage:/t/lib', 'garbage', fooFails('Exec format error')),
  candidate('m-empty', '/t/empty:/t/lib', 'an empty file', fooFails('Exec format error')),
  candidate('m-directory', '/t/directory:/t/lib', 'a folder', fooFails('Is a directory')),
  candidate('m-loop', '/t/loop:/t/lib', 'a loop of links', fooFails('Symbolic link loop')),
  candidate('m-object', '/t/object:/t/lib', 'an object file', fooFails('Exec format error')),
  candidate('m-truncated', '/t/cut:/t/lib', 'a library that was cut off', stops('library', /^$/, 135)),
  candidate(
    'm-ident-unchecked',
    '/t/unchecked',
    'neither class nor byte order nor OSABI of a library are looked at',
    starts(),
  ),
  candidate(
    'm-program-as-library',
    '/t/exec:/t/lib',
    'a program is mapped as a library',
    muslStops('symbol', noSymbol('foo')),
  ),
  candidate('m-unreadable-then-good', '/t/unreadable:/t/lib', 'what may not be read is skipped', starts(), {
    user: '1000:1000',
    layers: [[copy('t/unreadable/libfoo.so.1', 'musl-bad-candidates/lib/libfoo.so.1', { mode: 0o600 })]],
  }),
];
