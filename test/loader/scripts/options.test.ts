import { expect, test } from 'vitest';
import { javaRelease, readJavaOptions } from '../../../src/loader/scripts/options/java-options.ts';
import { readLuaOptions } from '../../../src/loader/scripts/options/lua-options.ts';
import { nodeTakes, readNodeOptions } from '../../../src/loader/scripts/options/node-options.ts';
import { readPerlOptions } from '../../../src/loader/scripts/options/perl-options.ts';
import { readPhpOptions } from '../../../src/loader/scripts/options/php-options.ts';
import { readPythonOptions } from '../../../src/loader/scripts/options/python-options.ts';
import { readRubyOptions } from '../../../src/loader/scripts/options/ruby-options.ts';
import { readShellOptions } from '../../../src/loader/scripts/options/shell-options.ts';
import type { Shell } from '../../../src/loader/scripts/shells.ts';

const readers = {
  'python 3.11': (words: string[]) => readPythonOptions(words, 311),
  'python 3.10': (words: string[]) => readPythonOptions(words, 310),
  'python 2.7': (words: string[]) => readPythonOptions(words, 207),
  perl: (words: string[]) => readPerlOptions(words),
  ruby: (words: string[]) => readRubyOptions(words, 'ruby'),
  php: (words: string[]) => readPhpOptions(words),
  lua: (words: string[]) => readLuaOptions(words, 'lua', 'lua5.4'),
  'node 16': (words: string[]) => readNodeOptions(words, 'node', 93),
  'node 20': (words: string[]) => readNodeOptions(words, 'node', 115),
  'node 24': (words: string[]) => readNodeOptions(words, 'node', 137),
  'java 17': (words: string[]) => readJavaOptions(words, 17),
  dash: (words: string[]) => readShellOptions('dash', 'sh', words, false),
  'busybox sh': (words: string[]) => readShellOptions('busybox', 'sh', words, null),
  bash: (words: string[]) => readShellOptions('bash', 'bash', words, null),
} as const;
type Program = keyof typeof readers;

/** Each was seen from the program itself. */
test.each<[Program, string, string | null, number]>([
  ['python 3.11', '-Z', 'Unknown option: -Z', 2],
  ['python 3.11', '-uZ', 'Unknown option: -Z', 2],
  ['python 3.11', '--x', 'unknown option --x', 2],
  ['python 3.11', '-J', '-J is reserved for Jython', 2],
  ['python 3.10', '-P', 'Unknown option: -P', 2],
  ['python 2.7', '-I', 'Unknown option: -I', 2],
  ['python 2.7', '--x', 'Unknown option: --', 2],
  ['perl', '-j', 'Unrecognized switch: -j  (-h will show valid options).', 29],
  ['perl', '-wjx', 'Unrecognized switch: -jx  (-h will show valid options).', 29],
  ['perl', '--x', 'Unrecognized switch: --x  (-h will show valid options).', 29],
  ['perl', '-e 0 -j', 'Unrecognized switch: -j  (-h will show valid options).', 29],
  ['ruby', '-wj', 'ruby: invalid option -j  (-h will show valid options) (RuntimeError)', 1],
  ['ruby', '--x', 'ruby: invalid option --x  (-h will show valid options) (RuntimeError)', 1],
  ['php', '-qQ', 'Error in argument 1, char 3: option not found Q', 1],
  ['php', '-d a=b -Q', 'Error in argument 3, char 2: option not found Q', 1],
  ['php', '--x', 'Error in argument 1, char 1: no argument for option -', 1],
  ['lua', '-iE', "lua: unrecognized option '-iE'", 1],
  ['node 20', '--nonsense', 'node: bad option: --nonsense', 9],
  ['node 20', '-Z', 'node: bad option: -Z', 9],
  ['node 20', '--title x --nonsense', 'node: bad option: --nonsense', 9],
  ['node 16', '--env-file=x', 'node: bad option: --env-file=x', 9],
  ['node 24', '--harmony-top-level-await', 'node: bad option: --harmony-top-level-await', 9],
  ['java 17', '-jarx', 'Unrecognized option: -jarx', 1],
  ['java 17', '-XX:+UseConcMarkSweepGC', "Unrecognized VM option 'UseConcMarkSweepGC'", 1],
  ['java 17', '-XX:MaxPermSize=1m', "Unrecognized VM option 'MaxPermSize=1m'", 1],
  ['dash', '-Z', 'sh: 0: Illegal option -Z', 2],
  ['dash', '+Z', 'sh: 0: Illegal option -Z', 2],
  ['dash', '--x', 'sh: 0: Illegal option --', 2],
  ['dash', '-euo pipefail', 'sh: 0: Illegal option -o pipefail', 2],
  ['dash', '-euo /s', 'sh: 0: Illegal option -o /s', 2],
  ['busybox sh', '-p', 'sh: illegal option -p', 2],
  ['busybox sh', '-o /s', 'sh: illegal option -o /s', 0],
  ['bash', '-Z', 'bash: -Z: invalid option', 2],
  ['bash', '-eZ', 'bash: -Z: invalid option', 1],
  ['bash', '--x', 'bash: --x: invalid option', 2],
  ['bash', '-euo nonsense', 'bash: line 0: bash: nonsense: invalid option name', 2],
])('%s does not take %s (K9)', (program, words, said, exitStatus) => {
  expect(readers[program](words.split(' '))).toMatchObject({ kind: 'refused', said, exitStatus });
});

test.each<[Program, string, number | null]>([
  ['python 3.11', '-uP -W ignore -X utf8 x.py -Z', 5],
  ['python 3.11', '-c 0 -Z', null],
  ['python 3.11', '-m http.server --x', null],
  ['perl', '-w -T -I lib -Mstrict x.pl', 5],
  ['perl', '-00 -l012 -i.bak -e 0 x', null],
  ['ruby', '-W0 --yjit -r json x.rb --x', 4],
  ['php', '-d a=b -q x.php', 3],
  ['php', '-S 0.0.0.0:80 -Q', null],
  ['lua', '-W -e x=1 x.lua', 3],
  ['node 20', '--enable-source-maps --max-old-space-size=100 -r x x.js --nonsense', 4],
  ['node 20', '--no-deprecation --no_warnings x.js', 2],
  ['node 20', '-e 0 x', null],
  ['java 17', '-Xmx1g -XX:+UseG1GC -cp a:b -jar x.jar --x', 5],
  ['java 17', '-XX:+IgnoreUnrecognizedVMOptions -XX:+UseParNewGC Main', null],
  ['dash', '-eu -o errexit x', 3],
  ['busybox sh', '-euo pipefail -c x', 3],
  ['bash', '--posix -euo pipefail -O extglob x', 5],
])('%s takes %s (K9)', (program, words, operand) => {
  expect(readers[program](words.split(' '))).toMatchObject({ kind: 'taken', operand });
});

test.each([
  ['--env-file', 115],
  ['--harmony-weak-refs', 137],
  ['--nonsense', null],
  ['--nonsense', 999],
])('whether node takes %s with NODE_MODULE_VERSION %s is not known (K9)', (word, moduleVersion) => {
  expect(nodeTakes(word, moduleVersion)).toBeNull();
});

test.each<[Shell]>([['dash']])('whether a %s without a package has pipefail is not known (K9)', (shell) => {
  expect(readShellOptions(shell, 'sh', ['-o', 'pipefail'], null).kind).toBe('unknown');
});

test('what a JVM of unknown release does with an option that was taken away is not known (K9)', () => {
  expect(readJavaOptions(['-XX:+UseParNewGC'], null).kind).toBe('unknown');
});

test.each([
  ['/usr/lib/jvm/java-17-openjdk-amd64/bin/java', undefined, 17],
  ['/opt/java/openjdk/bin/java', 'jdk-21.0.2+13', 21],
  ['/opt/java/openjdk/bin/java', undefined, null],
])('the release of %s with JAVA_VERSION %s is %s', (path, version, release) => {
  expect(javaRelease(path, version)).toBe(release);
});

test.each(['--x', '-Xnonsense'])(
  'whether a JVM takes %s is unknown: other JVMs than HotSpot have options of their own (K9)',
  (word) => {
    expect(readJavaOptions([word], 17)).toMatchObject({ kind: 'unknown' });
  },
);
