// Layers, links and configuration of an image (I1 to I9).
import {
  type Case,
  copy,
  folder,
  glibcStops,
  hardlink,
  interpreterFails,
  link,
  notFound,
  opaque,
  starts,
  stops,
  text,
  whiteout,
} from './case.ts';

const glibc = 'glibc-2.36';
const debianFolder = 'usr/lib/x86_64-linux-gnu';
const libcMissing = glibcStops('libc.so.6', notFound);
const one = (
  id: string,
  rules: readonly string[],
  shows: string,
  rest: Partial<Case> & Pick<Case, 'expected'>,
): Case => ({
  id,
  rules,
  shows,
  image: glibc,
  files: 'glibc-hello',
  ...rest,
});

export const imageCases: readonly Case[] = [
  one('i-whiteout-of-libc', ['I1'], 'a layer removes libc', {
    layers: [[whiteout(`${debianFolder}/libc.so.6`)]],
    expected: libcMissing,
  }),
  one('i-whiteout-through-merged-usr', ['I1', 'I2'], 'and names it through the link /lib', {
    layers: [[whiteout('lib/x86_64-linux-gnu/libc.so.6')]],
    expected: libcMissing,
  }),
  one('i-whiteout-of-loader', ['I1', 'K21'], 'a layer removes the loader: the link to it dangles', {
    layers: [[whiteout(`${debianFolder}/ld-linux-x86-64.so.2`)]],
    expected: interpreterFails('no such file or directory'),
  }),
  one('i-whiteout-and-back', ['I1'], 'a later layer brings a library back', {
    files: 'needs-foo-runpath',
    layers: [[whiteout('t/lib/libfoo.so.1')], [copy('t/lib/libfoo.so.1', 'needs-foo/lib/libfoo.so.1')]],
    expected: starts(),
  }),
  one('i-opaque', ['I1'], 'an opaque folder hides what lower layers have in it', {
    layers: [[opaque(debianFolder), text(`${debianFolder}/other`, '')]],
    expected: interpreterFails('no such file or directory'),
  }),
  one('i-opaque-keeps-its-own', ['I1'], 'and keeps what its own layer puts there', {
    files: 'needs-foo-runpath',
    layers: [[copy('t/lib/libfoo.so.1', 'needs-foo/lib/libfoo.so.1'), opaque('t/lib')]],
    expected: starts(),
  }),
  one('i-file-below-link', ['I2'], 'a file below a link to a folder lands behind the link', {
    files: 'needs-foo',
    layers: [[copy('lib/libfoo.so.1', 'needs-foo/lib/libfoo.so.1')]],
    expected: starts(),
  }),
  one('i-folder-over-link', ['I2'], 'a folder entry /lib64 replaces the link: the loader is gone', {
    layers: [[folder('lib64')]],
    expected: interpreterFails('no such file or directory'),
  }),
  one('i-link-over-folder', ['I2'], 'a link replaces a folder and what is in it', {
    layers: [[link('usr/lib64', '/opt')]],
    expected: interpreterFails('no such file or directory'),
  }),
  one(
    'i-merged-usr-over-layers',
    ['I2', 'I6'],
    'a layer that still has /lib as a folder hides the merged one',
    {
      layers: [[folder('lib'), folder('lib/x86_64-linux-gnu'), text('lib/x86_64-linux-gnu/other', '')]],
      expected: interpreterFails('no such file or directory'),
    },
  ),
  one('i-hardlink-takes-the-mode', ['I3'], 'a hard link brings its mode to the file', {
    layers: [[hardlink('t/q', 't/p', 0o644)]],
    expected: stops('exec', /exec: "\/t\/p": permission denied/, 126),
  }),
  one('i-names-with-dot-and-slash', ['I4'], 'names as ./x', {
    files: 'needs-foo',
    layers: [[copy('./usr/lib/libfoo.so.1', 'needs-foo/lib/libfoo.so.1')]],
    expected: starts(),
  }),
  one('i-absolute-link', ['I5'], 'an absolute link starts at the root of the image', {
    layers: [
      [whiteout('usr/lib64/ld-linux-x86-64.so.2')],
      [link('usr/lib64/ld-linux-x86-64.so.2', `/${debianFolder}/ld-linux-x86-64.so.2`)],
    ],
    expected: starts(),
  }),
  one('i-link-above-the-root', ['I5'], 'and .. stays in it', {
    layers: [
      [whiteout('usr/lib64/ld-linux-x86-64.so.2')],
      [link('usr/lib64/ld-linux-x86-64.so.2', `../../../../../${debianFolder}/ld-linux-x86-64.so.2`)],
    ],
    expected: starts(),
  }),
  one(
    'i-user-without-permission',
    ['R5', 'G10', 'I7'],
    "libraries in root's 0700 folder: not found by another user",
    {
      files: 'needs-foo',
      layers: [[folder('t/lib', 0o700)]],
      env: { LD_LIBRARY_PATH: '/t/lib' },
      user: '1000:1000',
      expected: glibcStops('libfoo.so.1', notFound),
    },
  ),
  one('i-user-by-name', ['R5', 'I7'], 'a user by name', { user: 'nobody', expected: starts() }),
  one('i-only-the-loader', ['I9', 'I8'], 'an image with the loader and without libc', {
    layers: [[whiteout(`${debianFolder}/libc.so.6`), whiteout('etc/ld.so.cache')]],
    expected: libcMissing,
  }),
];
