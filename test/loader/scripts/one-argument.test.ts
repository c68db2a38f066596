import { expect, test } from 'vitest';
import { refusesArgument } from '../../../src/loader/scripts/one-argument.ts';

/** Each was seen from the interpreter of Debian 12. */
test.each([
  ['python3.11', '-u -E', 'Unknown option: -', 2],
  ['python3.11', '-u\r', 'Unknown option: -', 2],
  ['python3.11', '--check-hash-based-pycs always', 'unknown option --check-hash-based-pycs always', 2],
  ['python3.11', '-m http.server', null, 1],
  ['node', '--no-warnings --trace-warnings', '/i: bad option: --no-warnings --trace-warnings', 9],
  [
    'node',
    '--max-old-space-size=100 --no-warnings',
    'Error: illegal value for flag --max-old-space-size=100 --no-warnings of type size_t',
    9,
  ],
  [
    'node',
    '--max_old_space_size=4g',
    'Error: illegal value for flag --max_old_space_size=4g of type size_t',
    9,
  ],
  ['node', '--stack-size=984 -x', 'Error: illegal value for flag --stack-size=984 -x of type int', 9],
  ['node', '--require=fs --no-warnings', null, 1],
  ['node', '--disable-proto=delete b', null, 12],
  ['node', '-r=fs', '/i: bad option: -r=fs', 9],
  ['gawk', '--posix -f', null, 1],
  ['gawk', '-n -f', null, 1],
  ['gawk', '-v x=1 -f', null, 2],
  ['gawk', '-i inplace -f', null, 2],
  ['sed', '--expression=p x', null, 1],
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
  ['node', '--max-old-space-size=100'],
  ['node', '--max-old-space-size= 100'],
  ['node', '--unhandled-rejections=strict'],
  ['gawk', '-F: -f'],
  ['gawk', '-nf'],
  ['gawk', '--lint=fatal -f'],
  ['php8.2', '-d display_errors=1'],
  ['sed', '-nf'],
  ['tclsh8.6', '-encoding utf-8'],
])('%s takes %j', (name, argument) => {
  expect(refusesArgument(name, argument, '/i')).toBeNull();
});
