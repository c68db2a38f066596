import { expect, test } from 'vitest';
import { fileOperand } from '../../../src/loader/scripts/file-operand.ts';
import { simulateStart } from '../../../src/loader/simulate.ts';
import { copy, text } from '../cases/case.ts';
import { containerOf } from '../run-case.ts';

/** Each was seen from the interpreter of Debian 12. */
test.each([
  [
    'python3.11',
    '/none/x y',
    '/none/x y',
    "/i: can't open file '/none/x y': [Errno 2] No such file or directory",
    2,
  ],
  ['python3.11', 'a b', 'a b', null, 2],
  ['node', 'a b', 'a b', null, 1],
  ['perl', 'a b', 'a b', 'Can\'t open perl script "a b": No such file or directory', 2],
  ['ruby3.1', 'a b', 'a b', '/i: No such file or directory -- a b (LoadError)', 1],
  ['lua5.4', 'a b', 'a b', '/i: cannot open a b: No such file or directory', 1],
  ['tclsh8.6', 'a b', 'a b', 'couldn\'t read file "a b": no such file or directory', 1],
  ['php8.2', '-f foo', ' foo', 'Could not open input file:  foo', 1],
  [
    'gawk',
    '-f -v',
    ' -v',
    "i: fatal: cannot open source file ` -v' for reading: No such file or directory",
    2,
  ],
  [
    'gawk',
    '-nf -v',
    ' -v',
    "i: fatal: cannot open source file ` -v' for reading: No such file or directory",
    2,
  ],
  [
    'gawk',
    '--file=x',
    'x',
    "i: fatal: cannot open source file `x' for reading: No such file or directory",
    2,
  ],
  ['mawk', '-f -v', ' -v', 'i: cannot open  -v (No such file or directory)', 2],
  ['sed', '-nf -E', ' -E', "/i: couldn't open file  -E: No such file or directory", 4],
])('%s with %j reads the file %j (K3)', (name, argument, file, said, exitStatus) => {
  expect(fileOperand(name, argument, '/i')).toMatchObject({ file, missing: { said, exitStatus } });
});

test.each([
  ['python3.11', '-u'],
  ['node', '--title=a b'],
  ['node', 'inspect'],
  ['gawk', '-f'],
  ['gawk', '-f\r'],
  ['gawk', '-F: -f'],
  ['mawk', '-f-'],
  ['sed', '-n'],
  ['other', 'a b'],
])('%s with %j reads no other file first', (name, argument) => {
  expect(fileOperand(name, argument, '/i')).toBeNull();
});

async function ending(line: string): Promise<unknown> {
  const script = text('t/p', `${line}\n`, 0o755);
  const programs = ['python3', 'node', 'gawk'].map((name) => copy(`usr/bin/${name}`, 'glibc-hello/p'));
  const layers = [[script, text('etc/tool.js', 'x'), ...programs]];
  return simulateStart(await containerOf({ image: 'glibc-2.36', layers }, 'docker'), '/t/p').ending;
}

test('an interpreter that is handed a file which is not there ends; one that is there it reads', async () => {
  const stops = { kind: 'stops', exitStatus: 2, message: '' };
  expect(await ending('#!/usr/bin/python3 a b')).toMatchObject(stops);
  expect(await ending('#!/usr/bin/env -S python3 a')).toMatchObject({ ...stops });
  expect(await ending('#!/usr/bin/gawk -f -v')).toMatchObject({
    ...stops,
    message: "gawk: fatal: cannot open source file ` -v' for reading: No such file or directory",
  });
  expect(await ending('#!/usr/bin/node /etc/tool')).toMatchObject({ kind: 'starts' });
  // A program of another kind that is called node may leave the word alone.
  expect(await ending('#!/usr/bin/node /etc/none')).toMatchObject({ kind: 'starts' });
  expect(await ending('#!/usr/bin/python3 /proc/self/x')).toMatchObject({ kind: 'starts' });
});
