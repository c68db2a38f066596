import { describe, expect, test } from 'vitest';
import { commandNames } from '../../src/cli/command-names.ts';
import { commandTexts } from '../../src/cli/command-texts.ts';
import { hasOption, options } from '../../src/cli/options/options.ts';
import { describeError, run } from '../../src/cli/run.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { ImageError } from '../../src/image/image-error.ts';
import { recordingTerminal } from './recording-terminal.ts';

async function runOnce(argv: readonly string[], env: Record<string, string> = {}) {
  const { terminal, written } = recordingTerminal({ env });
  return { status: await run(argv, terminal), ...written };
}

describe('the help', () => {
  test.each(commandNames.filter((name) => name !== 'help'))(
    'of %s names all of its options and no other',
    async (name) => {
      const { status, stdout, stderr } = await runOnce([name, '--help']);
      expect([status, stderr]).toEqual([0, '']);
      for (const option of options) {
        const isNamed = new RegExp(`--${option.name}\\b(?!-)`).test(stdout.replace(/^Examples:[\s\S]*/m, ''));
        expect([option.name, isNamed]).toEqual([option.name, hasOption(name, option)]);
      }
    },
  );

  test('is that of the main job when no command is named, and names the commands and exit statuses', async () => {
    const { stdout } = await runOnce(['--help']);
    expect(stdout).toMatch(/^libc-check BINARY\.\.\. --image IMAGE\.\.\.\n/);
    for (const name of commandNames) if (name !== 'check') expect(stdout).toContain(`libc-check ${name}`);
    expect(stdout).toContain('Exit status: 0 it runs, 1 it does not');
  });

  test('is in English and as wide as it is asked, whatever the locale', async () => {
    const { stdout } = await runOnce(['--help'], { LANG: 'de_DE.UTF-8', COLUMNS: '70' });
    expect(stdout).toContain('Examples:');
    const tables = stdout.split('\n').filter((line) => /^ +(-\w, )?--/.test(line));
    expect(Math.max(...tables.map((line) => line.length))).toBeLessThanOrEqual(70);
  });

  test.each([40, 60, 120])(
    'has every example whole on one line of a terminal of %i columns',
    async (columns) => {
      for (const name of commandNames) {
        const { stdout } = await runOnce([name, '--help'], { COLUMNS: `${columns}` });
        const lines = stdout.split('\n');
        for (const [line] of commandTexts[name].examples)
          expect(lines).toContain(`  ${line.replace('$0', 'libc-check')}`);
      }
    },
  );

  test('of a command that is not there says which was meant', async () => {
    const { status, stdout, stderr } = await runOnce(['help', 'inspct']);
    expect([status, stdout, stderr]).toEqual([
      2,
      '',
      'libc-check: there is no command inspct; did you mean inspect?\n',
    ]);
  });
});

describe('a first word that is no file', () => {
  const start = 'libc-check: no image given, and there is no file or command';
  test.each([
    [['exlpain'], `${start} exlpain; did you mean libc-check explain or libc-check --image exlpain?\n`],
    [['inspct', 'F'], `${start} inspct; did you mean libc-check inspect F?\n`],
    [['cahce', 'info'], `${start} cahce; did you mean libc-check cache info?\n`],
    [['redis:7'], `${start} redis:7; did you mean libc-check --image redis:7?\n`],
  ])('%j is asked for the command or image that was meant', async (argv, line) => {
    const { status, stderr } = await runOnce(argv);
    expect([status, stderr]).toEqual([2, line]);
  });
});

describe('an image that no source has', () => {
  const nowhere = ['./package.json', '--image', 'no/such:image', '--offline', '--no-cache'];

  test('has a short line', async () => {
    const { status, stderr } = await runOnce(nowhere, { DOCKER_HOST: 'unix:///nonexistent.sock' });
    expect(status).toBe(3);
    expect(stderr).toMatch(/^libc-check: unknown: .*; --verbose says why each does not have it\n$/);
    expect(stderr).not.toContain('nonexistent.sock');
  });

  test('has a line for each source with --verbose', async () => {
    const env = { DOCKER_HOST: 'unix:///nonexistent.sock' };
    const { stderr } = await runOnce([...nowhere, '--verbose'], env);
    expect(stderr).toMatch(/^libc-check: docker: .*nonexistent\.sock/m);
    expect(stderr).toMatch(/^libc-check: registry: not asked/m);
  });
});

describe('a profile that stands for a name that moves on', () => {
  const call = ['fixtures/bin/musl-static', '--offline', '--no-cache', '--image'];
  const noEngine = { HOME: '/nowhere', DOCKER_HOST: 'unix:///nowhere/docker.sock' };

  test('is a warning', async () => {
    const { status, stderr } = await runOnce([...call, 'alpine:latest'], noEngine);
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^libc-check: warning: alpine:latest was checked by its embedded profile: the newest/,
    );
    expect((await runOnce([...call, 'alpine:latest', '--quiet'], noEngine)).stderr).toBe('');
  });

  test.each(['alpine:3.19', 'profile:alpine:latest'])('is none for %s', async (image) => {
    expect((await runOnce([...call, image], noEngine)).stderr).toBe('');
  });
});

describe('--json beside --format', () => {
  test.each([
    [['--format', 'text', '--json'], 2],
    [['--format', 'json', '--json'], 0],
  ])('%j', async (options, expected) => {
    const { status, stderr } = await runOnce(['inspect', 'fixtures/prediction-api', ...options]);
    expect(status).toBe(expected);
    if (expected === 2) expect(stderr).toMatch(/^libc-check: --json and --format text exclude each other/);
  });
});

describe('completion', () => {
  const completed = async (...words: string[]): Promise<string[]> => {
    const { status, stdout } = await runOnce(['--get-completions', 'libc-check', ...words]);
    expect(status).toBe(0);
    return stdout.split('\n').slice(0, -1);
  };

  test('offers the options of the command that is typed', async () => {
    const options = await completed('inspect', '--');
    expect(options).toContain('--json');
    expect(options).not.toContain('--image');
  });

  test.each([
    ['the choices of an option', ['./a', '--engine', ''], ['docker', 'docker-20.10', 'podman']],
    ['choices behind an equals sign', ['./a', '--engine=p'], ['--engine=podman']],
    ['files beside the commands', ['ins'], ['inspect', ':files']],
    ['files for a binary', ['./a', './b'], [':files']],
    ['files for the value of an option', ['./a', '--output', ''], [':files']],
    ['files behind dashes', ['--image', 'x', '--', '--en'], [':files']],
    ['profiles as images', ['./a', '--image', 'profile:alpine:3.19'], ['profile:alpine:3.19', ':files']],
    ['sources of images', ['./a', '--image', 'docker-'], ['docker-archive:', ':files']],
    ['rules', ['explain', 'interpreter-m'], ['interpreter-missing']],
    ['the actions of a command', ['cache', ''], ['info', 'prune', 'clear']],
    ['nothing where nothing can stand', ['explain', 'interpreter-missing', ''], []],
    ['nothing for a value that is not known', ['./a', '--env', ''], []],
    ['profiles to show', ['profile', 'show', 'alpine:3.19'], ['alpine:3.19', ':files']],
  ])('offers %s', async (_, words, expected) => {
    expect(await completed(...words)).toEqual(expected);
  });

  test('offers the commands for the first word', async () => {
    const others = commandNames.filter((name) => name !== 'check');
    expect(await completed('')).toEqual([...others, ':files']);
  });

  test('is a script for each shell, by default for that of SHELL', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { status, stdout } = await runOnce(['completion', shell]);
      expect(status).toBe(0);
      expect(stdout).toContain('libc-check --get-completions');
      expect((await runOnce(['completion'], { SHELL: `/usr/bin/${shell}` })).stdout).toBe(stdout);
    }
  });

  test('for a shell that has none says which have one', async () => {
    const { status, stderr } = await runOnce(['completion', 'powershell']);
    expect(status).toBe(2);
    expect(stderr).toBe(
      'libc-check: there is no completion for powershell; there is one for bash, zsh, fish\n',
    );
  });
});

describe('what was thrown', () => {
  test.each([
    [new UsageError('wrong'), 2, 'wrong'],
    [new ImageError('call', 'no such path'), 2, 'no such path'],
    [new ImageError('unreadable', 'engine down'), 3, 'engine down'],
  ])('as %s gives %i', (error, exitCode, line) => {
    expect(describeError(error)).toEqual({ line, exitCode });
  });

  test.each([new TypeError('x is not\na function'), 'a text', null])(
    'unexpectedly (%s) is one line to report',
    (error) => {
      const { line, exitCode } = describeError(error);
      expect(exitCode).toBe(3);
      expect(line).toMatch(/^internal error: .*; please report it/);
      expect(line).not.toContain('\n');
    },
  );
});

describe('a wrong call', () => {
  test.each([
    [
      [],
      /^libc-check: no image and no binary given, for example: libc-check \.\/prediction-api --image alpine:3\.19\n$/,
    ],
    [['./a'], /^libc-check: no image given: add --image, for example: .*\n$/],
    [['./a', '--imge', 'x'], /^libc-check: unknown option --imge; did you mean --image\?\n$/],
    [['--\u001b[2J'], /^libc-check: unknown option --\\x1b\[2J .*\n$/],
    [['./a', '--image', 'x', '--add', 'lib'], /^libc-check: --add lib: write SRC:DEST/],
    [['./a', '--image', 'x', '--add', 'lib:relative'], /^libc-check: --add lib:relative: write SRC:DEST/],
    [['./a', '--image', 'x', '--env', '=v'], /^libc-check: --env =v: write KEY=VALUE/],
    [['./a', '--image', 'x', '--kernel', 'new'], /^libc-check: --kernel new: write a version such as 5\.10/],
    [['./a', '--image', 'x', '--at', 'bin/'], /^libc-check: --at bin\/: write an absolute path/],
    [
      ['./a', './b', '--image', 'x', '--at', '/x'],
      /^libc-check: --at \/x: with 2 binaries it names a folder/,
    ],
    [['profile', 'lst'], /^libc-check: profile has no action lst; did you mean list\?\n$/],
  ])('%j gives one line on stderr, and nothing on stdout', async (argv, line) => {
    const { status, stdout, stderr } = await runOnce(argv);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(line);
    expect(stderr.match(/\n/g)).toHaveLength(1);
  });
});
