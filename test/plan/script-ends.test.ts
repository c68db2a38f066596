import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../image/temporary-folder.ts';
import { fixture } from '../rules/start.ts';
import { resultsOf, scriptFile } from './command-image.ts';

const folder = temporaryFolder();
const files = [
  fixture('usr/bin/app', 'glibc-static'),
  fixture('bin/bash', 'glibc-static'),
  scriptFile('/lib.sh', '#!/bin/sh\n'),
];

/** What comes of `/e.sh app` with this script: verdict, words, status and line of the last link. */
async function lastOf(script: string, base: string, env: readonly string[] = []) {
  const image = {
    base,
    config: { entrypoint: ['/e.sh'], cmd: ['app'], env: ['PATH=/usr/bin:/bin', ...env] },
    files: [...files, scriptFile('/e.sh', script)],
  };
  const results = await resultsOf(image, folder);
  const { verdict, seen, command, findings } = results.at(-1) ?? {};
  return [
    verdict,
    seen?.message ?? null,
    seen?.exitStatus ?? null,
    command?.place?.line,
    findings?.[0]?.rule,
  ];
}

const script = (interpreter: string, text: string): string => `#!${interpreter}\n${text}\n`;
const dash = (text: string) => lastOf(script('/bin/sh', text), 'debian:12-slim');
const busybox = (text: string) => lastOf(script('/bin/sh', text), 'alpine:3.20');
const bash = (text: string) => lastOf(script('/bin/bash', text), 'debian:12-slim');

/** Seen in Debian 12 and Alpine 3.20. */
const ends = (message: string, exitStatus: number, line: number) => [
  'fails',
  message,
  exitStatus,
  line,
  'script-ends',
];
const runs = (line: number) => ['runs', null, null, line, undefined];

describe('a script ends itself (K72)', () => {
  test.each([
    ['set -o pipefail', '/e.sh: 2: set: Illegal option -o pipefail'],
    ['set -euxo pipefail || true', '/e.sh: 2: set: Illegal option -o pipefail'],
    ['set -Z', '/e.sh: 2: set: Illegal option -Z'],
    ['. /none.sh || true', '/e.sh: 2: .: cannot open /none.sh: No such file'],
    ['. none.sh', '/e.sh: 2: .: none.sh: not found'],
    ['shift 3', "/e.sh: 2: shift: can't shift that many"],
    [': ${X:?}', '/e.sh: 2: X: parameter not set or null'],
    [': ${X?}', '/e.sh: 2: X: parameter not set'],
    ['x=(a b)', '/e.sh: 2: Syntax error: "(" unexpected'],
    ['if true; then x=(a); fi', '/e.sh: 2: Syntax error: "(" unexpected (expecting "fi")'],
    ['f() { local x=(a b); }', '/e.sh: 2: Syntax error: "(" unexpected (expecting "}")'],
    ['while true; do x=(a); done', '/e.sh: 2: Syntax error: "(" unexpected (expecting "done")'],
    ['[[ a =~ ^(a|b)$ ]]', '/e.sh: 2: Syntax error: "(" unexpected'],
    ['function f() { :; }', '/e.sh: 2: Syntax error: "(" unexpected'],
    ['cat <(echo a)', '/e.sh: 2: Syntax error: "(" unexpected'],
    ['cat <<< x', '/e.sh: 2: Syntax error: redirection unexpected'],
    ['for ((i=0;i<2;i++)); do :; done', '/e.sh: 2: Syntax error: Bad for loop variable'],
    ['echo a; fi', '/e.sh: 2: Syntax error: "fi" unexpected'],
    ['echo ${1:0:1}', '/e.sh: 2: Bad substitution'],
    ['echo ${X^^}', '/e.sh: 2: Bad substitution'],
    ['echo "${X/a/b}" ${!X}', '/e.sh: 2: Bad substitution'],
  ])('dash at `%s`', async (line, message) => {
    expect(await dash(`${line}\nexec app`)).toEqual(ends(message, 2, 2));
  });

  test.each([
    ['set -Z', '/e.sh: set: line 2: illegal option -Z'],
    ['. /none.sh || true', "/e.sh: .: line 2: can't open '/none.sh': No such file or directory"],
    [': ${X:?no X}', '/e.sh: line 2: X: no X'],
    ['set -u; echo $X', '/e.sh: line 2: X: parameter not set'],
    ['set -e; cd /none', "/e.sh: cd: line 2: can't cd to /none: No such file or directory"],
    ['x=(a b)', '/e.sh: line 2: syntax error: unexpected "("'],
    ['{ x=(a); }', '/e.sh: line 2: syntax error: unexpected "(" (expecting "}")'],
    ['for ((i=0;i<2;i++)); do :; done', '/e.sh: line 2: syntax error: bad for loop variable'],
  ])('busybox at `%s`', async (line, message) => {
    expect(await busybox(`${line}\nexec app`)).toEqual(ends(message, 2, 2));
  });

  test.each([
    ['set -e; set -Z', '/e.sh: line 2: set: -Z: invalid option', 2],
    ['set -e; set -o nonsense', '/e.sh: line 2: set: nonsense: invalid option name', 2],
    ['set -e; . /none.sh', '/e.sh: line 2: /none.sh: No such file or directory', 1],
    ['set -u; echo $X', '/e.sh: line 2: X: unbound variable', 1],
    ['set -u; echo $2', '/e.sh: line 2: $2: unbound variable', 1],
    [': ${X:?}', '/e.sh: line 2: X: parameter null or not set', 1],
    ['set -e; cd /none', '/e.sh: line 2: cd: /none: No such file or directory', 1],
    ['set -e; true && [[ a = b ]]', '', 1],
    ['exit 258', '', 2],
  ])('bash at `%s`', async (line, message, exitStatus) => {
    expect(await bash(`${line}\nexec app`)).toEqual(ends(message, exitStatus, 2));
  });

  test.each([
    ['bash', 'set -o pipefail; set -Z; . /none.sh; shift 3', bash],
    ['busybox', 'set -o pipefail; set -o nonsense; shift 3', busybox],
    ['dash', 'if false; then echo ${X^^}; fi; source /none.sh; X+=b; declare y', dash],
    ['busybox', 'function f { :; }; f; source /lib.sh; cat <(echo a)', busybox],
    ['dash', 'set -e; false && true; if false; then :; fi; (set -o pipefail) 2>/dev/null || true', dash],
    ['a function of bash', 'set -e; f() { return 3; }; f || true', bash],
  ])('and %s does not at `%s`', async (_shell, line, run) => {
    expect(await run(`${line}\nexec app`)).toEqual(runs(3));
  });

  test('with the status that a function returns under set -e', async () => {
    expect(await dash('set -e\nf() { return 7; }\nf\nexec app')).toEqual(ends('', 7, 4));
  });

  test('unless the variable is given', async () => {
    const text = script('/bin/sh', ': "${X:?}"\nexec app');
    expect(await lastOf(text, 'debian:12-slim', ['X=1'])).toEqual(runs(3));
  });

  test('which is not known behind a program that may stay', async () => {
    expect((await dash('app --serve\nexit 1'))[0]).toBe('unknown');
    expect(await dash('mkdir -p /run/app\nexit 1')).toEqual(ends('', 1, 3));
  });
});

describe('each shell takes a script in its own way (K73)', () => {
  const way = async (interpreter: string, text: string) => {
    const image = {
      base: 'debian:12-slim',
      config: { entrypoint: ['/e.sh'], cmd: ['app'], env: ['PATH=/usr/bin:/bin'] },
      files: [...files, scriptFile('/e.sh', script(interpreter, text))],
    };
    const results = await resultsOf(image, folder);
    return results.at(-1)?.command?.argv.join(' ');
  };

  test.each([
    ['[ "$1" == app ] && exec app yes; exec app no', 'app no', 'app yes'],
    ['if command -v nosuch &> /dev/null; then exec app yes; fi; exec app no', 'app yes', 'app no'],
    ['if [[ "$1" == a* ]]; then exec app yes; else exec app no; fi', 'app no', 'app yes'],
    ['X=1; [ -v X ] && exec app yes; exec app no', 'app no', 'app yes'],
    [`exec app $'a' $"b"`, 'app $a $b', 'app a b'],
    ['[ -z "$BASH_SOURCE" ] && exec app yes; exec app no', 'app yes', 'app no'],
  ])('`%s`: dash %s, bash %s', async (text, dashed, bashed) => {
    expect([await way('/bin/sh', text), await way('/bin/bash', text)]).toEqual([dashed, bashed]);
  });
});

describe('what is handed to a shell is followed (K70)', () => {
  const link = async (entrypoint: readonly string[], env: readonly string[] = []) => {
    const config = { entrypoint, env: ['PATH=/usr/bin:/bin', ...env] };
    const results = await resultsOf(
      {
        base: 'debian:12-slim',
        config,
        files: [...files, scriptFile('/e.sh', script('/bin/bash', 'exec app x'))],
      },
      folder,
    );
    const { verdict, command, reason } = results.at(-1) ?? {};
    return [verdict, reason ?? command?.argv.join(' ')];
  };

  test.each([
    [['/bin/bash', '-o', 'pipefail', '-c', 'app x y']],
    [['/bin/bash', '-euo', 'pipefail', '-c', 'exec app x y']],
    [['/usr/bin/env', '-S', 'bash -euo pipefail -c "app x y"']],
    [['bash', '--norc', '--rcfile', '/x', '+e', '-O', 'nullglob', '-c', 'app x y']],
    [['bash', '-', '/e.sh']],
  ])('%j', async (entrypoint) => {
    expect(await link(entrypoint)).toEqual(['runs', entrypoint.includes('/e.sh') ? 'app x' : 'app x y']);
  });

  test.each([[['bash', '-o', 'errexit', '-c', 'false; exec nosuch']], [['sh', '-ec', 'false; exec nosuch']]])(
    '%j ends by itself',
    async (entrypoint) => {
      expect(await link(entrypoint)).toEqual(['fails', '']);
    },
  );

  test('a login shell and BASH_ENV are not', async () => {
    const profile = 'the profile that a login shell reads is not followed';
    expect(await link(['bash', '-l', '/e.sh'])).toEqual(['unknown', profile]);
    const first = 'BASH_ENV makes bash read /b first, which is not followed';
    expect(await link(['bash', '/e.sh'], ['BASH_ENV=/b'])).toEqual(['unknown', first]);
  });
});
