// Default directories and /etc/ld-musl-ARCH.path (M7).
import { type Case, copy, folder, hardlink, starts, text } from '../case.ts';
import { fooFails, fooMissing, muslCase } from './musl-case.ts';

export const muslDefaultDirectoryCases: readonly Case[] = [
  muslCase(
    'm-default-usr-local-lib',
    ['M7'],
    '/usr/local/lib is a default directory',
    'musl-needs-foo',
    starts(),
    { layers: [[copy('usr/local/lib/libfoo.so.1', 'musl-needs-foo/lib/libfoo.so.1')]] },
  ),
  muslCase('m-lib64-is-not', ['M7'], '/usr/lib64 is not', 'musl-needs-foo', fooMissing, {
    layers: [[copy('usr/lib64/libfoo.so.1', 'musl-needs-foo/lib/libfoo.so.1')]],
  }),
  muslCase(
    'm-path-file',
    ['M7'],
    '/etc/ld-musl-x86_64.path, by lines and colons',
    'musl-needs-foo',
    starts(),
    {
      layers: [[text('etc/ld-musl-x86_64.path', '# c\n/opt/none:/t/lib')]],
    },
  ),
  muslCase(
    'm-path-file-replaces',
    ['M7'],
    'it replaces the default directories',
    'musl-needs-foo',
    fooMissing,
    {
      layers: [
        [
          text('etc/ld-musl-x86_64.path', '/opt/none\n'),
          copy('usr/lib/libfoo.so.1', 'musl-needs-foo/lib/libfoo.so.1'),
        ],
      ],
    },
  ),
  muslCase(
    'm-path-file-empty',
    ['M7'],
    'an empty one leaves none',
    'musl-needs-foo',
    fooFails('No error information'),
    { layers: [[text('etc/ld-musl-x86_64.path', '')]] },
  ),
  muslCase(
    'm-path-file-is-a-folder',
    ['M7'],
    'a folder of that name',
    'musl-needs-foo',
    fooFails('Is a directory'),
    { layers: [[folder('etc/ld-musl-x86_64.path')]] },
  ),
  muslCase(
    'm-path-file-unreadable',
    ['M7'],
    'one that the user may not read',
    'musl-needs-foo',
    fooFails('Permission denied'),
    { layers: [[text('etc/ld-musl-x86_64.path', '/t/lib\n', 0o600)]], user: '1000:1000' },
  ),
  muslCase(
    'm-path-file-of-prefix',
    ['M7'],
    'a loader below /opt/musl reads /opt/musl/etc',
    'musl-loader-elsewhere',
    starts(),
    {
      layers: [
        [
          folder('opt/musl/lib'),
          hardlink('opt/musl/lib/ld-musl-x86_64.so.1', 'lib/ld-musl-x86_64.so.1', 0o755),
          text('opt/musl/etc/ld-musl-x86_64.path', '/t/lib'),
        ],
      ],
    },
  ),
  muslCase(
    'm-empty-element',
    ['M7'],
    'an empty element is not the working directory',
    'musl-needs-foo',
    fooMissing,
    { env: { LD_LIBRARY_PATH: ':' }, workdir: '/t/lib' },
  ),
];
