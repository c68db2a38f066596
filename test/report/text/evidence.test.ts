import { expect, test } from 'vitest';
import { renderText } from '../../../src/report/text/render-text.ts';
import type { Finding } from '../../../src/rules/finding.ts';
import { failsResult, finding, report } from '../reports.ts';

const options = { color: false, columns: 80, verbose: false, unicode: true, strict: false };

/** The lines of evidence of one finding: label, then what stands behind it. */
function evidenceOf(changes: Partial<Finding>, verbose = false): readonly string[] {
  const text = renderText(report(failsResult({ findings: [finding({ remedies: [], ...changes })] })), {
    ...options,
    verbose,
  });
  const at = text.indexOf('error[');
  return text
    .slice(at, text.indexOf('\n\n', at))
    .split('\n')
    .filter((line) => line.startsWith('      '))
    .map((line) => line.trim().replace(/ {2,}/, ': '));
}

const version: Partial<Finding> = {
  message: '/app was linked against a newer libc.so.6 than the image has: GLIBC_2.38 is missing.',
  expected: 'GLIBC_2.38 (for strlcpy) in /lib/libc.so.6',
  found: 'not defined by /lib/libc.so.6',
  where: ['/lib/libc.so.6'],
};

test('a line of evidence that names nothing new after the message and the lines before it is left out', () => {
  expect(evidenceOf(version)).toEqual(['expected: GLIBC_2.38 (for strlcpy) in /lib/libc.so.6']);
});

test('all evidence is there when more is asked for', () => {
  expect(evidenceOf(version, true).slice(0, 3)).toEqual([
    'expected: GLIBC_2.38 (for strlcpy) in /lib/libc.so.6',
    'found: not defined by /lib/libc.so.6',
    'where: /lib/libc.so.6',
  ]);
});

const missing: Partial<Finding> = {
  message: 'libx.so is in none of the places where the loader looks for it.',
  expected: '',
  found: '',
};
const inDefaults = (folders: readonly string[]) =>
  folders.map((folder) => `${folder}/libx.so (default directory)`);

test.each<[string, readonly string[], readonly string[]]>([
  [
    'that fit in one line are all named',
    inDefaults(['/lib', '/usr/local/lib', '/usr/lib']),
    ['where: /lib, /usr/local/lib, /usr/lib (default directories)'],
  ],
  [
    'that do not fit are counted',
    inDefaults(['/lib/x86_64-linux-gnu', '/usr/lib/x86_64-linux-gnu', '/lib', '/usr/lib']),
    ['where: /lib/x86_64-linux-gnu and 3 more (default directories)'],
  ],
  [
    'for another reason have a line of their own',
    ['/opt/a/libx.so (LD_LIBRARY_PATH)', '/opt/b/libx.so (LD_LIBRARY_PATH)', ...inDefaults(['/lib'])],
    ['where: /opt/a, /opt/b (LD_LIBRARY_PATH)', '/lib/libx.so (default directory)'],
  ],
  [
    'of PATH are one line',
    ['/usr/local/bin', '/usr/bin', '/sbin', '/bin'],
    ['where: /usr/local/bin, /usr/bin, /sbin, /bin'],
  ],
])('folders that were searched and %s', (_, where, lines) => {
  expect(evidenceOf({ ...missing, where })).toEqual(lines);
});
