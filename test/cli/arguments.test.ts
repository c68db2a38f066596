import { describe, expect, test } from 'vitest';
import { readArguments } from '../../src/cli/arguments.ts';
import { commandNames } from '../../src/cli/command-names.ts';
import { commandsOf, options } from '../../src/cli/options/options.ts';
import { UsageError } from '../../src/cli/usage-error.ts';

describe('a command line', () => {
  test.each([
    [['./api', '--image', 'alpine'], 'check', ['./api']],
    [['check', './api', '--image', 'alpine'], 'check', ['./api']],
    [['--image', 'alpine', './api'], 'check', ['./api']],
    [['inspect', './api'], 'inspect', ['./api']],
    [['--json', 'inspect', './api'], 'inspect', ['./api']],
    [['profile', 'build', 'rootfs', '--name', 'x', '-o', 'f'], 'profile', ['build', 'rootfs']],
    [['./inspect', '--image', 'alpine'], 'check', ['./inspect']],
    [['inspect', '--', '--json'], 'inspect', ['--json']],
    [[], 'check', []],
  ])('%j asks for %s of %j', (argv, command, words) => {
    const args = readArguments(argv);
    expect([args.command, args.words]).toEqual([command, words]);
  });

  test.each([
    [['--', 'inspect'], ['inspect']],
    [
      ['/bin/ls', '--image', 'alpine', '--', '-weird', '--strict'],
      ['-weird', '--strict'],
    ],
    [['inspect', '--', '--json'], []],
  ])('%j gives the command of the image the arguments %j', (argv, given) => {
    expect(readArguments(argv).commandArguments).toEqual(given);
  });

  test('keeps every value of an option that may be repeated, in order', () => {
    const args = readArguments([
      'a',
      '--image',
      'x',
      '--image=y',
      'b',
      '--env',
      'A=1',
      '--env=B=2=3',
      '--env',
      'C',
    ]);
    expect(args.list('image')).toEqual(['x', 'y']);
    expect(args.list('env')).toEqual(['A=1', 'B=2=3', 'C']);
    expect(args.words).toEqual(['a', 'b']);
  });

  test('takes the last value of an option that is given twice', () => {
    expect(readArguments(['a', '--at', '/x', '--at=/y']).value('at')).toBe('/y');
  });

  test('takes words that look like numbers, dots and truth values as they are', () => {
    const args = readArguments([
      '007',
      '1e3',
      'true',
      '--strict',
      'false',
      '--user',
      '0123',
      '--kernel',
      '5.10',
    ]);
    expect(args.words).toEqual(['007', '1e3', 'true', 'false']);
    expect([args.value('user'), args.value('kernel'), args.flag('strict')]).toEqual(['0123', '5.10', true]);
  });

  test('takes one-letter options, alone and together', () => {
    const args = readArguments(['a', '-vq', '-o', 'file']);
    expect([args.flag('verbose'), args.flag('quiet'), args.value('output')]).toEqual([true, true, 'file']);
  });

  test('keeps the two colour options apart', () => {
    const args = readArguments(['a', '--no-color']);
    expect([args.flag('no-color'), args.flag('color')]).toEqual([true, false]);
  });
});

describe('what a command line cannot hold', () => {
  test.each([
    [['a', '--imge', 'x'], 'unknown option --imge; did you mean --image?'],
    [['a', '-image', 'x'], 'unknown option -image; did you mean --image?'],
    [['a', '--formta=json'], 'unknown option --formta; did you mean --format?'],
    [['a', '--verb'], 'unknown option --verb; did you mean --verbose?'],
    [['a', '--no-strict'], /^unknown option --no-strict/],
    [['a', '--frobnicate'], /^unknown option --frobnicate \(libc-check --help lists/],
    [['a', '--__proto__', 'x'], /^unknown option --__proto__/],
    [['a', '-z'], /^unknown option -z/],
    [['a', '-5'], /^unknown option -5/],
    [['a', '--image'], '--image requires a value, for example: --image alpine:3.19'],
    [['a', '--image', '--json'], '--image requires a value, for example: --image alpine:3.19'],
    [['a', '--image='], '--image requires a value, for example: --image alpine:3.19'],
    [['a', '-o'], '--output requires a value, for example: --output report.json'],
    [['a', '--at', ''], '--at requires a value, for example: --at /usr/local/bin/'],
    [['a', '--strict=yes'], '--strict takes no value'],
    [['a', '--format', 'jsn'], '--format cannot be jsn; did you mean json?'],
    [['a', '--cpu', 'pentium'], /^--cpu cannot be pentium; it is one of x86-64, x86-64-v2/],
    [['a', '--engine', 'dockr'], '--engine cannot be dockr; did you mean docker?'],
    [['inspect', 'a', '--image', 'x'], '--image is not an option of libc-check inspect'],
  ] as const)('%j is refused', (argv, message) => {
    const read = (): unknown => readArguments(argv);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
  });

  test('is always told in one line', () => {
    for (const { name } of options) {
      for (const argv of [[`--${name}x`], [`--${name}=`], [`--${name}`]]) {
        try {
          readArguments(argv);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
          expect(String(error)).not.toContain('\n');
        }
      }
    }
  });
});

describe('the table of options', () => {
  test('has each name and each letter once', () => {
    const names = options.map(({ name }) => name);
    const letters = options.flatMap(({ short }) => short ?? []);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(letters).size).toBe(letters.length);
  });

  test.each(options.map((option) => [option.name, option] as const))('%s is whole', (_name, option) => {
    expect(commandsOf(option)).not.toEqual([]);
    expect(option.describe).toMatch(/^\S.*[^.]$/);
    expect(option.docLong).toMatch(/^[A-Z`].*\.$/);
    const takesValue = option.kind !== 'flag';
    expect([option.value !== undefined, option.example !== undefined]).toEqual([takesValue, takesValue]);
  });

  test.each(options.map((option) => [option.name, option] as const))(
    '--%s is taken by the commands that have it and by no other',
    (name, option) => {
      const words = option.example === undefined ? [`--${name}`] : [`--${name}`, option.example];
      const taking = commandNames.filter((command) => {
        try {
          return readArguments([command, ...words]).command === command;
        } catch (error) {
          expect(String(error)).toContain(`--${name} is not an option of libc-check ${command}`);
          return false;
        }
      });
      expect(taking).toEqual(commandsOf(option));
    },
  );

  test('gives a command the formats that it has', () => {
    expect(readArguments(['cache', 'info', '--format', 'json']).value('format')).toBe('json');
    expect(() => readArguments(['check', 'a', '--format', 'sarif'])).toThrow(
      '--format cannot be sarif; it is one of text, json',
    );
    expect(() => readArguments(['explain', '--format', 'json'])).toThrow(
      '--format is not an option of libc-check explain',
    );
  });
});
