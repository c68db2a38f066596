import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeNeeding, needEngine } from '../needs.ts';
import { engineName, load, removeLoaded, run } from './engine.ts';
import { directory, file, type Layer, program, withParents } from './layer.ts';
import { libcCheckAll } from './libc-check.ts';
import { fixture, mergedGlibcLayer, needMachineFiles } from './machine-files.ts';
import { type OwnCommandRow, ownCommandRows } from './own-command-rows.ts';
import { coreOf } from './seen.ts';

/** Programs of coreutils that need nothing but glibc. */
const tools = ['env', 'rm', 'chmod', 'true'];

const base: Layer = [
  ...mergedGlibcLayer(),
  ...tools.map((name) => program(`usr/bin/${name}`, readFileSync(`/usr/bin/${name}`))),
  program('usr/bin/app', fixture('bin/glibc-static')),
  program('usr/bin/lacking', fixture('bin/missing-library')),
  directory('var/run'),
];

function recipeOf({ scripts = {}, entrypoint, cmd, env, user, workingDir }: OwnCommandRow) {
  const files = Object.entries(scripts).map(([path, text]) => file(path.slice(1), text, 0o755));
  return {
    layers: [base, withParents([directory('srv'), ...files])],
    env: env ?? ['PATH=/usr/bin:/bin'],
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(cmd === undefined ? {} : { cmd }),
    ...(user === undefined ? {} : { user }),
    ...(workingDir === undefined ? {} : { workingDir }),
  };
}

describeNeeding("an image's own command beside docker run (K70)", [needEngine(), needMachineFiles()], () => {
  let engine = '';
  beforeAll(async () => {
    engine = await engineName();
  });
  afterAll(removeLoaded);

  test.concurrent.each(Object.entries(ownCommandRows))('%s', async (name, row) => {
    const tag = await load(recipeOf(row), name);
    const args = row.args === undefined ? [] : ['--', ...row.args];
    const [real, { report, exitStatus }] = await Promise.all([
      run(tag, row.args ?? []),
      libcCheckAll(['--image', `docker:${tag}`, '--engine', engine, ...args]),
    ]);

    const last = report.results.at(-1);
    if (row.isUnknown === true) {
      expect([last?.verdict, exitStatus]).toEqual(['unknown', 3]);
      return;
    }
    const starts = real.exitStatus === 0;
    expect({
      verdict: last?.verdict,
      commandExit: exitStatus,
      exitStatus: last?.seen?.exitStatus ?? 0,
      message: coreOf(last?.seen?.message ?? ''),
    }).toEqual({
      verdict: starts ? 'runs' : 'fails',
      commandExit: starts ? 0 : 1,
      exitStatus: real.exitStatus,
      message: coreOf(real.stderr),
    });
    if (row.last !== undefined) expect(last?.command?.argv.join(' ')).toBe(row.last);
  });
});
