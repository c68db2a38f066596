import { copyFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { check } from '../../src/check.ts';
import { simulateStart } from '../../src/loader/simulate.ts';
import { compiledFolder } from '../check-compiled.ts';
import { describeNeeding, needProgram } from '../needs.ts';
import { text } from './cases/case.ts';
import { containerOf } from './run-case.ts';

test.each([
  ['glibc-2.36', '/lib64/ld-linux-x86-64.so.2'],
  ['alpine-3.19', '/lib/ld-musl-x86_64.so.1'],
] as const)(
  'the loader of %s is a program of its own, and loads what a script hands it (K31)',
  async (image, loader) => {
    const layers = [[text('t/p', `#!${loader}\n`, 0o755)]];
    const container = await containerOf({ image, layers }, 'docker');
    expect(simulateStart(container, loader).ending).toEqual({ kind: 'starts', printed: '' });
    expect(simulateStart(container, '/t/p').ending).toEqual({
      kind: 'unknown',
      reason: `${loader} is a loader: what it would load is not simulated`,
    });
  },
);

const { at, compiled } = compiledFolder();

/** Seen with the loaders of Debian 12 and Alpine 3.19. */
describeNeeding('a loader that is called with a program', [needProgram('gcc')], () => {
  const missing = 'cannot open shared object file: No such file or directory';
  const library = () => compiled('l/libf.so', 'int f(void){return 0;}', '-shared', '-Wl,-soname,libf.so');
  const needs = 'int f(void);int main(void){return f();}';

  async function started(image: string, loader: string, ...args: readonly string[]) {
    compiled('needs', needs, library());
    compiled('o/origin', needs, library(), '-Wl,-rpath,$ORIGIN/../l');
    copyFileSync(at('o/origin'), at('moved'));
    const add = ['needs', 'o/origin', 'moved', 'l/libf.so'].map((path) => ({
      source: at(path),
      destination: `/t/${path}`,
    }));
    const { results } = await check({
      binaries: [],
      images: [image],
      add,
      entrypoint: loader,
      args,
      environment: {},
    });
    return results[0];
  }

  test.each([
    [['/t/needs'], `/t/needs: error while loading shared libraries: libf.so: ${missing}`],
    [['--argv0', 'X', '/t/needs'], `X: error while loading shared libraries: libf.so: ${missing}`],
    [['/t/moved'], `/t/moved: error while loading shared libraries: libf.so: ${missing}`],
    [['--library-path', '/t/l', '/t/needs'], null],
    [['/t/o/origin'], null],
  ])('glibc: %j (K31)', async (args, message) => {
    const result = await started('profile:debian:12-slim', '/lib64/ld-linux-x86-64.so.2', ...args);
    expect(result?.verdict).toBe(message === null ? 'runs' : 'fails');
    expect(result?.seen?.message ?? null).toBe(message);
  });

  test.each([['--inhibit-cache', '/t/needs'], ['/t/none'], ['needs'], ['--list', '/t/needs']])(
    'what else it can be asked is unknown: %s %s (K31)',
    async (...args) => {
      const result = await started('profile:debian:12-slim', '/lib64/ld-linux-x86-64.so.2', ...args);
      expect(result).toMatchObject({ verdict: 'unknown', reason: expect.stringContaining('is a loader') });
    },
  );

  test('musl takes the folders behind a sign as well, and names the program (K31)', async () => {
    const loader = '/lib/ld-musl-x86_64.so.1';
    const failed = await started('profile:alpine:3.19', loader, '/t/needs');
    expect(failed?.seen?.message).toContain(
      'Error loading shared library libf.so: No such file or directory (needed by /t/needs)',
    );
    expect(
      (await started('profile:alpine:3.19', loader, '--library-path=/t/l', '/t/o/origin'))?.verdict,
    ).toBe('runs');
  });
});
