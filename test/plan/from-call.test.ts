import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { CheckInput } from '../../src/plan/check-input.ts';
import { planCall } from '../../src/plan/from-call.ts';
import type { FailedStart, Start } from '../../src/plan/start.ts';
import { temporaryFolder } from '../image/temporary-folder.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const program = join(fixtures, 'prediction-api');
const library = join(fixtures, 'bin/addon.node');
const folder = temporaryFolder();

async function planned(input: Partial<CheckInput>): Promise<readonly (Start | FailedStart)[]> {
  const starts: (Start | FailedStart)[] = [];
  const call = { binaries: [program], images: ['scratch'], environment: {}, ...input };
  for await (const start of planCall(call)) starts.push(start);
  return starts;
}

async function onlyStart(input: Partial<CheckInput>): Promise<Start> {
  const [start] = await planned(input);
  if (start === undefined || 'failure' in start) throw new Error('no start was planned');
  return start;
}

const entryPaths = ({ copied }: Start): string[] =>
  copied.flatMap(({ entries }) => entries.flatMap(({ type, path }) => (type === 'file' ? [path] : [])));

describe('a call', () => {
  test('is planned image by image, each with all binaries', async () => {
    const starts = await planned({
      binaries: [program, library],
      images: ['scratch', 'profile:alpine:3.19'],
    });
    const pairs = starts.map((start) => ('failure' in start ? [] : [start.binary.path, start.image.source]));
    expect(pairs).toEqual([
      [program, 'scratch'],
      [library, 'scratch'],
      [program, 'profile'],
      [library, 'profile'],
    ]);
  });

  test('plans the same image for all binaries of a platform, opened once', async () => {
    const [first, second] = await planned({ binaries: [program, library], images: ['profile:alpine:3.19'] });
    expect(first?.image?.content).toBe(second?.image?.content);
  });

  test('executes programs and opens shared objects by the named caller', async () => {
    expect((await onlyStart({ loadedBy: '/usr/bin/node' })).entry).toEqual({ kind: 'exec' });
    const opened = await onlyStart({ binaries: [library], loadedBy: '/usr/bin/\u00e9' });
    expect(opened.entry).toEqual({
      kind: 'dlopen',
      caller: '/usr/bin/\u00c3\u00a9',
      binding: null,
      before: [],
    });
    expect((await onlyStart({ binaries: [library] })).entry).toEqual({
      kind: 'dlopen',
      caller: null,
      binding: null,
      before: [],
    });
  });

  test('hands on environment and user as bytes, and what it says of the machine', async () => {
    const start = await onlyStart({ env: ['A=\u00e9'], user: 'app', kernel: '5.10', engine: 'podman' });
    expect(start).toMatchObject({
      env: ['A=\u00c3\u00a9'],
      user: 'app',
      host: { kernel: [5, 10], cpu: null, engine: 'podman' },
    });
  });

  test('puts the binary where it says, into a folder that is there already too', async () => {
    expect((await onlyStart({ at: '/app/x' })).at).toBe('/app/x');
    expect((await onlyStart({ at: '/app/' })).at).toBe('/app/prediction-api');
    expect((await onlyStart({ images: ['profile:alpine:3.19'], at: '/usr' })).at).toBe('/usr/prediction-api');
  });

  test('copies a named folder as one layer, which holds the binary already', async () => {
    const tree = join(folder, 'tree');
    mkdirSync(tree);
    for (const file of [program, library]) copyFileSync(file, join(tree, file.split('/').at(-1) ?? ''));
    const starts = await planned({ binaries: [tree], images: ['scratch', 'profile:alpine:3.19'] });
    const layers = starts.map((start) => ('failure' in start ? [] : start.copied));
    expect(new Set(layers.flat()).size).toBe(1);
    const [start] = starts;
    if (start === undefined || 'failure' in start) throw new Error('no start was planned');
    expect(entryPaths(start).sort()).toEqual(['tree/addon.node', 'tree/prediction-api']);
  });

  test('adds files on top of the image in their order, and the binary last', async () => {
    const add = [
      { source: library, destination: '/opt/lib/' },
      { source: library, destination: '/opt/lib' },
    ];
    expect(entryPaths(await onlyStart({ add }))).toEqual([
      'opt/lib/addon.node',
      'opt/lib/addon.node',
      'prediction-api',
    ]);
  });

  test.each([
    ['a binary that is not there', { binaries: ['nonexistent/x'] }, 'nonexistent/x', 'scratch'],
    ['an image that is not there', { images: ['tar:/nonexistent.tar'] }, program, 'tar:/nonexistent.tar'],
  ])('plans %s as a failed start with its reason', async (_, input, path, reference) => {
    const [start] = await planned(input);
    expect(start).toMatchObject({ path, reference, image: null, failure: { problem: 'call' } });
  });
});
