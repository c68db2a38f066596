import { expect, test } from 'vitest';
import { refusesArgument } from '../../../src/loader/scripts/one-argument.ts';

/** Each was seen from the interpreter of Debian 12. */
test.each([
  ['python3.11', '-u -E', 'Unknown option: -', 2],
  ['python3.11', '-u\r', 'Unknown option: -', 2],
  ['python3.11', '--check-hash-based-pycs always', 'unknown option --check-hash-based-pycs always', 2],
  ['python3.11', '-m http.server', null, 1],
  ['node', '--no-warnings --trace-warnings', '/i: bad option: --no-warnings --trace-warnings', 9],
  ['ruby3.1', '-w -W2', '/i: invalid option -   (-h will show valid options) (RuntimeError)', 1],
  ['lua5.4', '-W -W', "/i: unrecognized option '-W -W'", 1],
  ['php8.2', '-q -n', null, 1],
  ['sed', '-n -f', null, 1],
  ['mawk', '-v x=1 -f', null, 2],
  ['zsh', '-e -f', null, 1],
])('%s does not take %j (K3)', (name, argument, said, exitStatus) => {
  expect(refusesArgument(name, argument, '/i')).toEqual({ said, exitStatus });
});

test.each([
  ['python3.11', '-uE'],
  ['python3.11', '-W ignore'],
  ['perl', '-w -T'],
  ['node', '--title=a b'],
  ['php8.2', '-d display_errors=1'],
  ['sed', '-nf'],
  ['tclsh8.6', '-encoding utf-8'],
])('%s takes %j', (name, argument) => {
  expect(refusesArgument(name, argument, '/i')).toBeNull();
});
