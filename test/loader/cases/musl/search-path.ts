// LD_LIBRARY_PATH and RPATH, $ORIGIN, and what is reported of a missing library (M1 to M3, M20, M21).
import { type Case, muslStops, starts, stops } from '../case.ts';
import { fooMissing, inLib, missing, muslCase, noSymbol } from './musl-case.ts';

export const muslSearchPathCases: readonly Case[] = [
  muslCase(
    'm-lib-missing',
    ['M1', 'M20', 'M21'],
    'a missing library, and the symbols that it would have had',
    'musl-needs-foo',
    fooMissing,
  ),
  muslCase(
    'm-relative-name',
    ['M21'],
    'messages name the program by the path of execve',
    'musl-needs-foo',
    muslStops('library', missing('libfoo.so.1', undefined, './p'), noSymbol('foo', './p')),
    { workdir: '/t', run: ['./p'] },
  ),
  muslCase(
    'm-two-missing-all-reported',
    ['M20'],
    'all missing libraries are reported',
    'musl-two-missing',
    stops(
      'library',
      /^Error loading shared library liba\.so\.1: No such file or directory \(needed by \/t\/p\)\nError loading shared library libb\.so\.1: No such file or directory \(needed by \/t\/p\)\nError relocating \/t\/p: [ab]: symbol not found\nError relocating \/t\/p: [ab]: symbol not found$/,
      127,
    ),
  ),
  muslCase('m-soname-not-needed-but-file', ['M1', 'I7'], 'LD_LIBRARY_PATH', 'musl-needs-foo', starts(), {
    env: inLib,
  }),
  muslCase(
    'm-ld-library-path-beats-rpath',
    ['M1'],
    'it comes before RPATH',
    'musl-two-versions-of-foo',
    starts(),
    { env: inLib },
  ),
  muslCase(
    'm-rpath-alone',
    ['M1'],
    'and without it RPATH leads to the old library',
    'musl-two-versions-of-foo',
    muslStops('symbol', noSymbol('foo')),
  ),
  muslCase('m-runpath-inherited', ['M2'], 'RUNPATH is inherited', 'musl-runpath-inherited', starts()),
  muslCase(
    'm-runpath-of-middle',
    ['M2'],
    "a library's own RUNPATH hides nothing",
    'musl-runpath-of-middle-does-not-hide',
    starts(),
  ),
  muslCase('m-origin', ['M3'], '$ORIGIN', 'musl-needs-foo-origin', starts()),
  muslCase('m-originx', ['M3'], '$ORIGINX is $ORIGIN and X', 'musl-needs-foo-originx', starts()),
  muslCase(
    'm-rpath-with-LIB-token-disabled',
    ['M3'],
    'any other token switches the whole list off',
    'musl-needs-foo-runpath-lib-token',
    fooMissing,
  ),
  muslCase('m-needed-with-slash', ['M1'], 'a need with a slash', 'musl-needed-with-slash', starts()),
  muslCase(
    'm-needed-with-origin',
    ['M3'],
    'has no tokens',
    'musl-needed-with-origin',
    muslStops('library', missing('$ORIGIN/lib/libfoo.so.1'), noSymbol('foo')),
  ),
];
