import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningRegistry, registryNeeds, startRegistry } from '../image/registry/docker-registry.ts';
import { describeNeeding, needEngine, needProgram } from '../needs.ts';
import { command, commandMust } from './command.ts';
import { load, removeLoaded } from './engine.ts';
import type { ImageRecipe } from './image-recipe.ts';
import { file, program, symlink, whiteout } from './layer.ts';
import { type Checked, libcCheck } from './libc-check.ts';
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

/** What must not depend on the source of the image: all but the source itself, and the image's name in sentences. */
function apartFromSource({ report, result }: Checked): object {
  const { platform, libc, reference } = result.image;
  const rest: object = { ...result, image: { platform, libc }, summary: report.summary };
  return JSON.parse(JSON.stringify(rest).replaceAll(reference, 'IMAGE'));
}

const binaries = ['bin/missing-library', 'bin/missing-symbol-now', 'prediction-api', 'bin/musl-dynamic'];
/** The same engine for all: the one that an image came from is the default. */
const at = ['--at', '/app/program', '--engine', 'docker'];
const needs = [needEngine(), needMachineFiles(), needProgram('tar'), ...registryNeeds];

describeNeeding('one image by every source', needs, () => {
  const folder = mkdtempSync(join(tmpdir(), 'libc-check-sources-'));
  const path = (name: string) => join(folder, name);
  let tag = '';
  let registry: RunningRegistry;

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
    registry = await startRegistry({ folder: path('registry') });
    await commandMust('skopeo', [
      ...['copy', '--quiet', '--dest-tls-verify=false'],
      ...[`docker-archive:${path('saved.tar')}`, `docker://${registry.host}/one:1`],
    ]);
    mkdirSync(path('root'));
    await commandMust('tar', ['-C', path('root'), '-xf', path('root.tar')]);
    await commandMust('gzip', ['--keep', path('root.tar')]);
  }, 120_000);
  afterAll(async () => {
    await registry?.stop();
    await removeLoaded();
    rmSync(folder, { recursive: true, force: true });
  });

  const reports = new Map<string, Promise<Checked>>();
  /** What libc-check says by the engine, asked once a binary. */
  function byEngine(binary: string): Promise<Checked> {
    const known = reports.get(binary) ?? libcCheck([fixturePath(binary), '--image', `docker:${tag}`, ...at]);
    reports.set(binary, known);
    return known;
  }

  async function compare(binary: string, source: string, reference: string): Promise<void> {
    const other = await libcCheck([fixturePath(binary), '--image', reference, ...at]);
    const engine = await byEngine(binary);
    expect(other.result.image.source).toBe(source);
    expect(apartFromSource(other)).toEqual(apartFromSource(engine));
    expect(other.exitStatus).toBe(engine.exitStatus);
  }

  const sources: readonly (readonly [source: string, file: string])[] = [
    ['docker-archive', 'saved.tar'],
    ['oci-dir', 'layout'],
    ['oci-archive', 'layout.tar'],
    ['dir', 'root'],
    ['tar', 'root.tar'],
    ['tar', 'root.tar.gz'],
  ];
  const pairs = binaries.flatMap((binary) =>
    sources.map(([source, name]) => [binary, source, name] as const),
  );

  test.concurrent.each(pairs)('%s: docker says what %s:%s says', (binary, source, name) =>
    compare(binary, source, `${source}:${path(name)}`),
  );

  test.concurrent.each(sources)('%s is judged in %s', (source, name) =>
    compare('bin/missing-library', source, path(name)),
  );

  test.concurrent.each(binaries)('%s: docker says what registry:NAME says', (binary) =>
    compare(binary, 'registry', `registry:${registry.host}/one:1`),
  );

  test('a name without a prefix that the engine lacks is asked of its registry', () =>
    compare('prediction-api', 'registry', `${registry.host}/one:1`));

  test('a name without a prefix is asked of the engine', () => compare('prediction-api', 'docker', tag));

  test('the engine gives what was loaded into it', async () => {
    const { result } = await libcCheck([fixturePath('bin/missing-library'), '--image', `docker:${tag}`]);
    expect(result.verdict).toBe('runs');
    expect(result.objects.find(({ soname }) => soname === 'libmodel.so.1')?.path).toBe(
      '/lib/x86_64-linux-gnu/libmodel.so.1',
    );
  });
});
