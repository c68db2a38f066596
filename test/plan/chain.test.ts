import { describe, expect, test } from 'vitest';
import type { CheckInput } from '../../src/plan/check-input.ts';
import { temporaryFolder } from '../image/temporary-folder.ts';
import { fixture, linked } from '../rules/start.ts';
import { resultsOf, scriptFile } from './command-image.ts';

const folder = temporaryFolder();

/** The links of `/entrypoint.sh app --serve` with this script, each as verdict, words, and line. */
async function linksOf(script: string, input: Partial<CheckInput> = {}, base = 'debian:12-slim') {
  const files = [
    scriptFile('/entrypoint.sh', script),
    fixture('usr/bin/app', 'glibc-static'),
    fixture('usr/bin/lacking', 'missing-library'),
    { ...fixture('usr/bin/plain', 'glibc-static'), mode: 0o644 },
    fixture('usr/bin/su', 'glibc-static'),
    fixture('usr/bin/tini', 'glibc-static'),
    fixture('usr/bin/gosu', 'glibc-static'),
    fixture('usr/bin/dumb-init', 'glibc-static'),
  ];
  const config = { entrypoint: ['/entrypoint.sh'], cmd: ['app', '--serve'] };
  const results = await resultsOf({ base, config, files }, folder, input);
  return results
    .slice(1)
    .map(({ verdict, command, reason, seen }) => [
      verdict,
      verdict === 'unknown' ? reason : command?.argv.map((word) => word ?? '…').join(' '),
      ...(verdict === 'unknown' ? [] : [command?.place?.line ?? null]),
      ...(verdict === 'fails' ? [seen?.exitStatus, seen?.message] : []),
    ]);
}

const sh = (...lines: string[]): string => ['#!/bin/sh', ...lines, ''].join('\n');

describe('a script hands over (K70)', () => {
  test.each([
    ['by exec "$@"', sh('set -e', 'echo hi', 'exec "$@"'), [['runs', 'app --serve', 4]]],
    ['by its last command', sh('app --port "$PORT"'), [['runs', 'app --port ', 2]]],
    [
      'what set -- put in front',
      sh('if [ "${1#-}" != "$1" ] || [ "$1" = app ]; then', '  set -- env A=1 "$@"', 'fi', 'exec "$@"'),
      [['runs', 'env A=1 app --serve', 5]],
    ],
    [
      'where case and functions lead',
      sh(
        'main() {',
        '  case "$1" in',
        '    app) shift; exec app "$@" ;;',
        '    *) exec none ;;',
        '  esac',
        '}',
        'main "$@"',
      ),
      [['runs', 'app --serve', 4]],
    ],
    [
      'by what a file of the image decides',
      sh('[ -x /usr/bin/app ] || exec none', 'exec app'),
      [['runs', 'app', 3]],
    ],
    [
      'to launchers',
      sh('exec tini -g -- gosu nobody dumb-init app'),
      [
        ['runs', 'tini -g -- gosu nobody dumb-init app', 2],
        ['runs', 'gosu nobody dumb-init app', null],
        ['runs', 'dumb-init app', null],
        ['runs', 'app', null],
      ],
    ],
    [
      'to a shell',
      sh('exec sh -c \'exec "$0" x\' app'),
      [
        ['runs', 'sh -c exec "$0" x app', 2],
        ['runs', 'app x', null],
      ],
    ],
    [
      'to what is not there',
      sh('exec nosuch'),
      [['fails', 'nosuch', 2, 127, '/entrypoint.sh: 2: exec: nosuch: not found']],
    ],
    [
      'in the middle to what is not there',
      sh('set -e', 'nosuch --init', 'exec app'),
      [['fails', 'nosuch --init', 3, 127, '/entrypoint.sh: 3: nosuch: not found']],
    ],
    ['to nothing, when it ends by itself', sh('[ -z "$PASSWORD" ] && exit 0', 'exec nosuch'), []],
    [
      'to nothing, when it ends itself in failure',
      sh('[ -n "$PASSWORD" ] || exit 1', 'exec app'),
      [['fails', '', 2, 1, '']],
    ],
    [
      'to nothing, when a variable must be set and is not',
      sh(': "${PASSWORD:?must be set}"', 'exec app'),
      [['fails', '', 2, 2, '/entrypoint.sh: 2: PASSWORD: must be set']],
    ],
    [
      'to nothing, when set -e ends it',
      sh('set -e', 'cd /srv/none', 'exec app'),
      [['fails', '', 3, 2, "/entrypoint.sh: 3: cd: can't cd to /srv/none"]],
    ],
    [
      'to what is missing in front of its last &&',
      sh('nosuch migrate && app'),
      [['fails', 'nosuch migrate', 2, 127, '/entrypoint.sh: 2: nosuch: not found']],
    ],
    ['to what stands behind || of what is missing', sh('nosuch || app'), [['runs', 'app', 2]]],
    ['to nothing, whatever is missing on the way', sh('nosuch --maybe', 'true'), []],
    [
      'by its last command when each way before it fails or goes on',
      sh('[ "$(date)" = x ] && exit 1', 'exec app'),
      [['runs', 'app', 3]],
    ],
    ['behind a here-document', sh('cat <<EOF', 'exec none', 'EOF', 'exec app 2>&1'), [['runs', 'app', 5]]],
  ])('%s', async (_what, script, links) => {
    expect(await linksOf(script)).toEqual(links);
  });

  test('with the environment and the folder that it sets', async () => {
    const script = sh('cd /usr/bin', 'export LD_PRELOAD=/none.so', 'exec ./lacking');
    const [link] = await linksOf(script);
    expect(link?.slice(0, 4)).toEqual(['fails', './lacking', 4, 127]);
    expect(link?.[4]).toContain("object '/none.so' from LD_PRELOAD cannot be preloaded");
  });

  test('with what env in front of it sets', async () => {
    const [, link] = await linksOf(sh('exec env LD_PRELOAD=/none.so dumb-init lacking'));
    expect(link?.[4]).toContain("object '/none.so' from LD_PRELOAD cannot be preloaded");
  });

  test.each([
    ['eval', sh('eval "$(setup)"', 'exec app'), 'line 2 of /entrypoint.sh on: eval is not followed'],
    [
      'a bracket that none opens',
      sh('echo a )', 'exec app'),
      'line 2 of /entrypoint.sh on: ) is not expected',
    ],
    [
      'what only a container knows',
      sh('if [ "$(hostname)" = a ]; then exec app; fi', 'exec none'),
      'line 2 of /entrypoint.sh on: it depends on what only a running container knows',
    ],
  ])('and is not followed beyond %s', async (_what, script, reason) => {
    expect(await linksOf(script)).toEqual([
      ['unknown', `what /entrypoint.sh starts is not known from ${reason}`],
    ]);
  });

  test.each([
    ['missing is asked for', sh('if [ -z "$(command -v none)" ]; then exec app; fi', 'exec none'), 'app', 2],
    ['a function returns', sh('f() { [ -n "$1" ] && return 0; exec none; }', 'f x', 'exec app'), 'app', 4],
    ['a program does not load', sh('if lacking; then exec none; fi', 'exec app'), 'app', 3],
    ['it goes into a folder', sh('cd /none || cd /usr/bin', 'exec ./app'), './app', 3],
    ['it waits for a program', sh('app &', 'wait $!'), 'app', 2],
  ])('by the way that is taken where %s', async (_what, script, argv, line) => {
    expect(await linksOf(script)).toEqual([['runs', argv, line]]);
  });

  test.each([
    ['a pattern', ['if [[ "$1" = a* && x ]]; then :; fi', '[[ $1 != -* ]] && exec app'], 'app', 3],
    [
      'a piece of a word',
      ['if [ "${1:0:1}" = - ]; then set -- none "$@"; fi', 'exec "$@"'],
      'app --serve',
      3,
    ],
    [
      'not being sourced',
      ['f() { [ "${#FUNCNAME[@]}" -ge 2 ] && [ "${FUNCNAME[1]}" = source ]; }', 'f || exec app'],
      'app',
      3,
    ],
    ['arrays that it sets', ['a=(x y)', 'exec app "${a[@]}"'], 'app …', 3],
  ])('of bash, by %s', async (_what, lines, argv, line) => {
    const script = ['#!/bin/bash', ...lines, ''].join('\n');
    expect(await linksOf(script)).toEqual([['runs', argv, line]]);
  });

  test('under set -e not beyond a program that does not load', async () => {
    const [link] = await linksOf(sh('set -e', 'lacking --migrate', 'exec app'));
    expect(link?.slice(0, 4)).toEqual(['fails', 'lacking --migrate', 3, 127]);
  });

  test('under set -u not beyond a variable that is not set', async () => {
    expect(await linksOf(sh('set -u', 'exec none "$UNSET"'))).toEqual([
      ['fails', '', 3, 2, '/entrypoint.sh: 3: UNSET: parameter not set'],
    ]);
  });

  test.each([
    [
      'a word that is not known is no program',
      'exec gosu nobody "$(hostname)" app',
      'what gosu executes is known only in a running container',
    ],
    [
      'env, whose word is not known',
      'exec env "$(hostname)" app',
      'what env executes is known only in a running container',
    ],
  ])('%s', async (_what, line, reason) => {
    const links = await linksOf(sh(line));
    expect(links.at(-1)?.[0]).toBe('unknown');
    expect(links.at(-1)?.[1]).toBe(reason);
  });

  test.each([
    ['rm -f /usr/bin/app', 'rm'],
    ['mv /usr/bin/app /usr/bin/other', 'mv'],
    ['cp /usr/bin/lacking /usr/bin/app', 'cp'],
    ['ln -sf /usr/bin/lacking /bin/app', 'ln'],
    ['find /usr -name "ap*" -delete', 'find'],
    ['chmod 600 /usr/bin/app', 'chmod'],
    ['cat /x > /usr/bin/app', 'cat'],
    ['cd /usr/bin && rm app', 'rm'],
    ['rm -rf /usr/b*', 'rm'],
  ])('a program that starts is in doubt behind %s', async (before, name) => {
    const reason = `${name} runs before it, at line 2 of /entrypoint.sh, and may change what it needs`;
    expect(await linksOf(sh(before, 'exec app'))).toEqual([['unknown', reason]]);
  });

  test.each([
    'rm -rf /tmp/* /var/run/app.pid',
    'mv /etc/app.conf /etc/app.conf.old',
    'cp -a /defaults/. /config/',
    'ln -sf /usr/share/zoneinfo/UTC /etc/localtime',
    'find / -name "*.pyc" -delete',
    'chmod 755 /usr/bin/app',
    'chmod 700 /usr/bin/app',
    'echo x > /etc/app.conf',
  ])('and is not behind %s', async (before) => {
    expect(await linksOf(sh(before, 'exec app'))).toEqual([['runs', 'app', 3]]);
  });

  test.each([
    ['for word; do [ "$word" = app ] && exec app found; done', 'app found'],
    ['for f in /usr/bin/ap?; do exec "$f" file; done', '/usr/bin/app file'],
    ['while [ $# -gt 1 ]; do shift; done; exec app "$1"', 'app --serve'],
    ['for i in 1 2 3; do [ $i -eq 2 ] && break; done; exec app $i', 'app 2'],
    ['n=$((2 * 3 + 1)); exec app $n', 'app 7'],
    ['eval "exec app x"', 'app x'],
    ['case $1 in "a"*) exec app quoted ;; esac', 'app quoted'],
    ['x=/usr/bin/app.sh; exec "${x%.sh}" "${2#--}"', '/usr/bin/app serve'],
    ['exec app "$(uname -m)" "$(whoami)"', 'app x86_64 root'],
    ['app migrate && app serve', 'app serve'],
  ])('where `%s` leads', async (line, argv) => {
    const [link] = await linksOf(sh(line));
    expect(link?.slice(0, 2)).toEqual(['runs', argv]);
  });

  test.each([
    ['chmod +x /usr/bin/plain', 'exec /usr/bin/plain', 'chmod'],
    ["printf 'x' > /usr/bin/made", 'exec made', 'printf'],
    ['sed -i s/a/b/ /usr/bin/made', 'exec made', 'sed'],
  ])('and is in doubt behind %s', async (before, after, name) => {
    const reason = `${name} runs before it, at line 2 of /entrypoint.sh, and may change what it needs`;
    expect(await linksOf(sh(before, after))).toEqual([['unknown', reason]]);
  });

  test.each(['mkdir -p /usr/bin/x', 'chown -R nobody /data', 'echo a > /etc/app.conf', 'grep x /etc/passwd'])(
    'and is certain behind %s',
    async (before) => {
      const [link] = await linksOf(sh(before, 'exec nosuch'));
      expect(link?.slice(0, 4)).toEqual(['fails', 'nosuch', 3, 127]);
    },
  );

  test('and is in doubt behind a script before it as well', async () => {
    const links = await linksOf(sh('app --install', `exec sh -c 'exec nosuch'`));
    expect(links.at(-1)?.[0]).toBe('unknown');
  });

  test('what su executes is not followed', async () => {
    const links = await linksOf(sh('exec su nobody -c app'));
    expect(links.at(-1)).toEqual(['unknown', 'what su executes is not followed']);
  });

  test('sh FILE ends where the file is not there', async () => {
    const [link] = await linksOf(sh('exec sh -e nosuch.sh'));
    expect(link).toEqual(['fails', 'sh -e nosuch.sh', 2, 2, 'sh: 0: cannot open nosuch.sh: No such file']);
  });

  test('and what it installs before is not known to be missing', async () => {
    const links = await linksOf(sh('app --install', 'exec nosuch'));
    expect(links).toEqual([
      ['unknown', 'app runs before it, at line 2 of /entrypoint.sh, and may change what it needs'],
    ]);
  });
});

test('a chain that never ends is cut off', async () => {
  const links = await linksOf(sh('exec "$0" "$@"'));
  expect(links.at(-1)).toEqual(['unknown', 'its programs hand over to each other too many times']);
});

test('busybox words a missing command in its own way', async () => {
  const config = { cmd: ['/bin/sh', '-c', 'nosuch'] };
  const results = await resultsOf({ base: 'alpine:3.19', config, files: [linked('bin/x', 'sh')] }, folder);
  expect(results[1]).toMatchObject({
    verdict: 'fails',
    command: { by: '/bin/sh', place: null },
    seen: { message: '/bin/sh: nosuch: not found', exitStatus: 127 },
  });
});

describe('a script that is written to be slow is given up', () => {
  const many = (line: string, count: number): string[] => Array.from({ length: count }, () => line);
  test.each([
    ['by doubling a value', sh('x=aaaaaaaa', ...many('x=$x$x', 5000), 'exec none$x')],
    ['by doubling its arguments', sh(...many('set -- "$@" "$@"', 3000), 'exec "$1$*none"')],
    ['by functions that call each other', sh('f() { f "$@" "$@"; f; }', 'f a b', 'exec none')],
    [
      'by a pattern',
      sh('x=aaaaaaaa', ...many('x=$x$x', 7), 'case $x in *a*a*a*a*b) exec none;; esac', 'exec none'),
    ],
    ['by many programs', sh(...many('app', 5000), 'exec none')],
    ['by brackets in brackets', sh(...many('{', 5000))],
  ])('%s', async (_what, script) => {
    const begun = performance.now();
    const [link] = await linksOf(script);
    expect(['unknown', 'fails', undefined]).toContain(link?.[0]);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});

describe('the health check (K71)', () => {
  const warned = async (healthcheck: readonly string[]) => {
    const files = [
      fixture('app', 'glibc-static'),
      fixture('usr/bin/lacking', 'missing-library'),
      scriptFile('/health.sh', sh('set -e', 'cat /etc/hostname', 'curl -f http://localhost/')),
    ];
    const config = { cmd: ['/app'], healthcheck };
    const [result] = await resultsOf({ base: 'debian:12-slim', config, files }, folder);
    expect(result?.verdict).toBe('runs');
    return result?.findings.map(({ rule, severity, message }) => [rule, severity, message]);
  };

  test.each([
    [['curl', '-f', 'x'], 'exec: "curl": executable file not found in $PATH'],
    [['/health.sh'], '/health.sh: 4: curl: not found'],
    [['/bin/sh', '-c', 'curl x | grep ok'], '/bin/sh: 1: curl: not found'],
    [['/usr/bin/lacking'], '/usr/bin/lacking: error while loading shared libraries: libmodel.so.1:'],
  ])('%j is a warning with the words of the health log', async (healthcheck, words) => {
    expect(await warned(healthcheck)).toEqual([
      ['healthcheck-fails', 'warning', expect.stringContaining(words)],
    ]);
  });

  test.each([
    [['/app', '--health']],
    [['/bin/sh', '-c', 'curl x || /app']],
    [['/bin/sh', '-c', 'if [ -n "$X" ]; then curl x; else /app; fi']],
    [['/bin/sh', '-c', 'eval "$CHECK"']],
  ])('%j is none', async (healthcheck) => {
    expect(await warned(healthcheck)).toEqual([]);
  });

  test('is that of the container, not of a binary that is copied into the image', async () => {
    const image = { base: 'debian:12-slim', config: { healthcheck: ['curl'] } };
    const binaries = ['fixtures/bin/glibc-static'];
    const results = await resultsOf(image, folder, { binaries });
    expect(results.flatMap(({ findings }) => findings)).toEqual([]);
  });
});
