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

describe('a script hands over', () => {
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
    ['to nothing, when it ends by itself', sh('[ -n "$PASSWORD" ] || exit 1', 'exec nosuch'), []],
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
      'a file',
      sh('. /etc/app.env', 'exec app'),
      'line 2 of /entrypoint.sh on: it reads /etc/app.env, whose text is not followed',
    ],
    [
      'what only a container knows',
      sh('if [ "$(hostname)" = a ]; then exec app; fi', 'exec none'),
      'line 2 of /entrypoint.sh on: it depends on what only a running container knows',
    ],
    [
      'an array',
      sh('echo', 'args=(a b)', 'exec "${args[@]}"'),
      'line 3 of /entrypoint.sh on: an array is not followed',
    ],
  ])('and is not followed beyond %s', async (_what, script, reason) => {
    expect(await linksOf(script)).toEqual([
      ['unknown', `what /entrypoint.sh starts is not known from ${reason}`],
    ]);
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
