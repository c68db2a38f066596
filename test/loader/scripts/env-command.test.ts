import { describe, expect, test } from 'vitest';
import { simulateStart } from '../../../src/loader/simulate.ts';
import { type Case, text } from '../cases/case.ts';
import { containerOf } from '../run-case.ts';

type More = Partial<Pick<Case, 'env' | 'user' | 'layers'>> & { readonly mode?: number };

/** How a script that begins with `#!/usr/bin/env` and these words ends, as far as `env` decides it. */
async function ending(image: Case['image'], words: string, more: More = {}): Promise<string> {
  const { mode = 0o755, layers = [], ...rest } = more;
  const script = text('t/p', `#!/usr/bin/env ${words}\n`, mode);
  const container = await containerOf({ image, ...rest, layers: [[script], ...layers] }, 'docker');
  const { ending: end } = simulateStart(container, '/t/p');
  if (end.kind === 'starts') return 'starts';
  return end.kind === 'stops' ? `${end.exitStatus} ${end.message}` : `unknown: ${end.reason}`;
}

const forever =
  'unknown: /usr/bin/env is given no command but /t/p itself: it starts the script again and again';
const notSimulated = (what: string): string => `unknown: what env does with ${what} is not simulated`;

describe('env of coreutils (K7)', () => {
  test.each([
    ['-S -u PATH sh', 'starts'],
    ['-S -i sh -e', 'starts'],
    ['-vS sh', 'starts'],
    ['-S - sh', 'starts'],
    ['-S --unset=PATH -- sh', 'starts'],
    ['--split-string=sh -e', 'starts'],
    ['-S sh -e\r', 'starts'],
    ['-S A=b env -S sh', 'starts'],
    ['-S PATH=/none sh', "127 /usr/bin/env: 'sh': No such file or directory"],
    ['-S LD_PRELOAD=/none sh', 'starts'],
    ['/etc', "126 /usr/bin/env: '/etc': Permission denied"],
    ['/t/none', "127 /usr/bin/env: '/t/none': No such file or directory"],
    ['-i sh', "125 /usr/bin/env: invalid option -- ' '"],
    ['-P sh', "125 /usr/bin/env: invalid option -- 'P'"],
    ['-S -u A=b sh', '125 '],
    ['', forever],
    ['-u PATH', forever],
    ['-S "sh" \'-e\'', 'starts'],
    ['-S ${SHELL}sh\\_-e # the shell', 'starts'],
    ['-S sh "-e', '125 /usr/bin/env: no terminating quote in -S string'],
    ['-S sh \\q', "125 /usr/bin/env: invalid sequence '\\q' in -S"],
    ['-S sh $HOME', '125 /usr/bin/env: only ${VARNAME} expansion is supported, error at: $HOME'],
    ['-S -C / sh', notSimulated('-C')],
    ['-S --foo sh', "125 /usr/bin/env: unrecognized option '--foo'"],
    ['--split-string sh', "125 /usr/bin/env: unrecognized option '--split-string sh'"],
  ])('%j: %s', async (words, expected) => {
    expect(await ending('glibc-2.36', words)).toBe(expected);
  });

  test('what it sets is what the loader of the command reads', async () => {
    const layers = [[text('x/libc.so.6', 'no library')]];
    expect(await ending('glibc-2.36', '-S LD_LIBRARY_PATH=/x sh', { layers })).toMatch(
      /^127 sh: error while loading shared libraries: \/x\/libc\.so\.6: /,
    );
  });

  test('a text that names no interpreter is run by the shell', async () => {
    const layers = [[text('usr/local/bin/tool', 'echo started\n', 0o755)]];
    expect(await ending('glibc-2.36', 'tool', { layers })).toBe('starts');
    expect(await ending('alpine-3.19', 'tool', { layers })).toBe(
      "126 env: can't execute 'tool': Exec format error",
    );
    expect(await ending('busybox-musl', 'tool', { layers })).toMatch(/^unknown: /);
  });

  test('the next folder of PATH is tried where the interpreter of a script is missing', async () => {
    const layers = [[text('usr/local/bin/sh', '#!/none\n', 0o755)]];
    expect(await ending('glibc-2.36', 'sh', { layers })).toBe('starts');
  });

  test('the command, not env, reads the script', async () => {
    expect(await ending('glibc-2.36', 'sh', { mode: 0o711, user: '65534:65534' })).toBe(
      '2 sh: 0: cannot open /t/p: Permission denied',
    );
  });
});

describe('env of each release of coreutils (K7)', () => {
  const missing = (name: string, said: string): string => `127 ${said}: '${name}': No such file or directory`;

  test.each([
    ['glibc-2.31', '-S none', missing('none', '/usr/bin/env')],
    ['glibc-2.36', '-S none', missing('none', '/usr/bin/env')],
    ['glibc-2.41', '-S none', missing('none', 'env')],
    ['glibc-2.43', '-S none', missing('none', 'env')],
    ['glibc-2.41', 'none', missing('none', 'env')],
    ['glibc-2.41', '/etc', "126 env: '/etc': Permission denied"],
    ['glibc-2.41', '-S sh "-e', '125 env: no terminating quote in -S string'],
    ['glibc-2.41', '-i sh', "125 env: invalid option -- ' '"],
    ['glibc-2.41', '-P sh', "125 /usr/bin/env: invalid option -- 'P'"],
    ['glibc-2.41', '-S --foo sh', "125 /usr/bin/env: unrecognized option '--foo'"],
    ['glibc-2.31', '-S sh\r', missing('sh\\r', '/usr/bin/env')],
    ['glibc-2.31', '-S sh -e\r', '2 sh: 0: Illegal option -'],
    ['glibc-2.31', '-S -i\r sh', "125 /usr/bin/env: invalid option -- '\r'"],
    ['glibc-2.36', '-S sh\r', 'starts'],
    ['glibc-2.41', '-S sh\r', 'starts'],
    ['glibc-2.31', "-S sh -e # don't", '125 /usr/bin/env: no terminating quote in -S string'],
    ['glibc-2.36', "-S sh -e # don't", 'starts'],
    ['glibc-2.31', '-S -a foo sh', "125 /usr/bin/env: invalid option -- 'a'"],
    ['glibc-2.41', '-S -a foo sh', 'starts'],
    ['glibc-2.43', '-S --argv0=foo sh', 'starts'],
    ['glibc-2.41', '-S -a foo nosh', missing('nosh', 'env')],
  ] as const)('%s: %j: %s', async (image, words, expected) => {
    expect(await ending(image, words)).toBe(expected);
  });

  test('what env itself does not tell of its release, the package database does', async () => {
    const status = (version: string) =>
      text('var/lib/dpkg/status', `Package: coreutils\nStatus: install ok installed\nVersion: ${version}\n`);
    const of = (version: string) => ending('glibc-2.36', '-S -a foo sh', { layers: [[status(version)]] });
    expect(await ending('glibc-2.36', '-S -a foo sh')).toBe(
      'unknown: env has -a since coreutils 9.5, and which release this is is unknown',
    );
    expect(await of('9.1-1')).toBe("125 /usr/bin/env: invalid option -- 'a'");
    expect(await of('9.5-1ubuntu2')).toBe('starts');
  });

  test('the loader of the command names it as -a does', async () => {
    const layers = [[text('x/libc.so.6', 'no library')]];
    expect(await ending('glibc-2.41', '-S -a foo LD_LIBRARY_PATH=/x sh', { layers })).toMatch(
      /^127 foo: error while loading shared libraries: \/x\/libc\.so\.6: /,
    );
  });

  test('a program that does what its name says is not followed under another', async () => {
    expect(await ending('glibc-2.41', '-S -a foo env sh')).toMatch(
      /^unknown: env does what its own name says/,
    );
  });
});

describe('a word that env -S made is read as an option (K3, K7)', () => {
  test.each([
    ['-S sh "-e -u"', '2 sh: 0: Illegal option -'],
    ['-S sh -e "-u -x"', '2 sh: 0: Illegal option -'],
    ['-S sh -e -u', 'starts'],
    ['-S sh -c "exit -u"', 'starts'],
  ])('%j: %s', async (words, expected) => {
    expect(await ending('glibc-2.36', words)).toBe(expected);
  });
});

describe('env of busybox', () => {
  test.each([
    ['busybox-glibc', '-S sh', "1 /usr/bin/env: invalid option -- 'S'"],
    ['busybox-glibc', '--foo', "1 /usr/bin/env: unrecognized option '--foo'"],
    ['busybox-glibc', 'none', "127 env: can't execute 'none': No such file or directory"],
    ['busybox-musl', '-S sh', '1 '],
  ] as const)(
    'of the image %s, which holds it under one name for each applet: %j',
    async (image, words, expected) => {
      expect(await ending(image, words)).toBe(expected);
    },
  );

  test.each([
    ['-S sh', '1 /usr/bin/env: unrecognized option: S'],
    ['-v', '1 /usr/bin/env: unrecognized option: v'],
    ['-u PATH', forever],
    ['-0', notSimulated('-0')],
    ['--foo', '1 /usr/bin/env: unrecognized option: foo'],
    ['sh -e', "127 env: can't execute 'sh -e': No such file or directory"],
    ['none', "127 env: can't execute 'none': No such file or directory"],
    ['/etc', "126 env: can't execute '/etc': Permission denied"],
  ])('%j: %s', async (words, expected) => {
    expect(await ending('alpine-3.19', words)).toBe(expected);
  });
});
