import { describe, expect, test } from 'vitest';
import { ChangedFile } from './changed-file.ts';

const files = [
  ...['glibc-dynamic', 'glibc-static', 'glibc-static-pie', 'musl-dynamic', 'musl-static', 'addon.node'],
  ...['libfact-x86_64.so', 'libfact-aarch64.so', 'libfact-i386.so', 'prog-x86_64'],
];

describe('what a linker makes (K15)', () => {
  test.each(files)('%s contradicts itself nowhere', (name) => {
    expect(new ChangedFile(name).defects).toEqual([]);
  });
});

test('a library whose type is written over has fixed addresses at the lowest page, where nothing is mapped (K15)', () => {
  const { defects } = new ChangedFile('libfact-x86_64.so').set('header', 'type', 2);
  expect(defects).toContainEqual({
    part: 'program-headers',
    reason: 'a file of fixed addresses begins at the lowest page',
  });
});
