import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CheckResult, ImageReport } from '../../src/report/check-report.ts';
import { describeNeeding, needEngine, needProgram } from '../needs.ts';
import { command, commandMust } from './command.ts';
import { load, removeLoaded } from './engine.ts';
import type { ImageRecipe } from './image-recipe.ts';
import { file, program, symlink, whiteout } from './layer.ts';
import { libcCheck } from './libc-check.ts';
import { fixture, fixturePath, mergedGlibcLayer, needMachineFiles } from './machine-files.ts';

/** Three layers, a whiteout, links and a replaced file; nothing in the configuration, which a plain folder lacks. */
function recipe(): ImageRecipe {
  const model = fixture('bin/lib/libmodel.so.1');
  return {
    layers: [
      [...mergedGlibcLayer(), program('usr/lib/libmodel.so.1', model), file('etc/release', 'first\n')],
      [
        whiteout('usr/lib/libmodel.so.1'),
        program('opt/model/libmodel.so.1', model),
        file('etc/release', 'second\n'),
      ],
      [symlink('usr/lib/x86_64-linux-gnu/libmodel.so.1', '/opt/model/libmodel.so.1')],
    ],
  };
}

/** What must not depend on where the image came from: all but how it was come by. */
function apartFromSource({ image, ...result }: CheckResult): object {
  const { platform, libc }: Pick<ImageReport, 'platform' | 'libc'> = image;
  return { ...result, image: { platform, libc } };
}

const binaries = ['bin/missing-library', 'bin/missing-symbol-now', 'prediction-api', 'bin/musl-dynamic'];
const needs = [needEngine(), needMachineFiles(), needProgram('skopeo'), needProgram('tar')];

describeNeeding('one image by every source', needs, () => {
  const folder = mkdtempSync(join(tmpdir(), 'libc-check-sources-'));
  const path = (name: string) => join(folder, name);
  let tag = '';

  beforeAll(async () => {
    tag = await load(recipe(), 'sources');
    const container = (await commandMust('docker', ['create', tag])).trim();
    try {
      await commandMust('docker', ['save', '--output', path('saved.tar'), tag]);
      await commandMust('docker', ['export', '--output', path('root.tar'), container]);
    } finally {
      await command('docker', ['rm', '--force', container]);
    }
    const copy = (to: string) =>
      commandMust('skopeo', ['copy', '--quiet', `docker-archive:${path('saved.tar')}`, to]);
    await copy(`oci:${path('layout')}:one`);
    await copy(`oci-archive:${path('layout.tar')}:one`);
    mkdirSync(path('root'));
    await commandMust('tar', ['-C', path('root'), '-xf', path('root.tar')]);
    await commandMust('gzip', ['--keep', path('root.tar')]);
  }, 120_000);
  afterAll(async () => {
    await removeLoaded();
    rmSync(folder, { recursive: true, force: true });
  });

  const sources = [
    ['docker', () => `docker:${tag}`],
    ['docker-archive', () => `docker-archive:${path('saved.tar')}`],
    ['oci-dir', () => `oci-dir:${path('layout')}`],
    ['oci-archive', () => `oci-archive:${path('layout.tar')}`],
    ['dir', () => `dir:${path('root')}`],
    ['tar', () => `tar:${path('root.tar')}`],
    ['tar', () => `tar:${path('root.tar.gz')}`],
    ['docker', () => tag],
    ['docker-archive', () => path('saved.tar')],
    ['oci-dir', () => path('layout')],
    ['oci-archive', () => path('layout.tar')],
    ['dir', () => path('root')],
    ['tar', () => path('root.tar')],
    ['tar', () => path('root.tar.gz')],
  ] as const;
  const pairs = binaries.flatMap((binary) =>
    sources.map(([source, reference]) => ({ binary, source, reference })),
  );

  test.concurrent.each(pairs)('$binary: $source ($reference)', async ({ binary, source, reference }) => {
    const at = ['--at', '/app/program'];
    const [byEngine, other] = await Promise.all([
      libcCheck([fixturePath(binary), '--image', `docker:${tag}`, ...at]),
      libcCheck([fixturePath(binary), '--image', reference(), ...at]),
    ]);
    expect(other.result.image.source).toBe(source);
    expect(apartFromSource(other.result)).toEqual(apartFromSource(byEngine.result));
    expect(other.exitStatus).toBe(byEngine.exitStatus);
  });

  test('the engine gives what was loaded into it', async () => {
    const { result } = await libcCheck([fixturePath('bin/missing-library'), '--image', `docker:${tag}`]);
    expect(result.verdict).toBe('runs');
    expect(result.objects.find(({ soname }) => soname === 'libmodel.so.1')?.path).toBe(
      '/lib/x86_64-linux-gnu/libmodel.so.1',
    );
  });
});
