import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test, vi } from 'vitest';
import { check, checkStream } from '../src/check.ts';
import type { CheckResult } from '../src/examine/check-report.ts';
import type { CheckInput } from '../src/plan/check-input.ts';
import { temporaryFolder } from './image/temporary-folder.ts';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
const program = join(fixtures, 'prediction-api');
const shell = join(fixtures, 'bin/musl-static');
const folder = temporaryFolder();
const images = ['profile:alpine:3.19', 'profile:debian:12-slim', 'scratch'];
const pairOf = ({ binary, image }: CheckResult): string[] => [binary.path, image.reference];

describe('checkStream', () => {
  test('gives all binaries in the first image, then all in the next', async () => {
    const pairs: string[][] = [];
    const call = { binaries: [program, shell], images: images.slice(0, 2), environment: {} };
    for await (const result of checkStream(call)) pairs.push(pairOf(result));
    expect(pairs).toEqual(
      images.slice(0, 2).flatMap((image) => [
        [program, image],
        [shell, image],
      ]),
    );
  });

  test('gives a result before it reads what the next one needs', async () => {
    const late = join(folder, 'late');
    const verdicts: string[] = [];
    for await (const { verdict } of checkStream({
      binaries: [shell, late],
      images: ['scratch'],
      environment: {},
    })) {
      verdicts.push(verdict);
      if (verdicts.length === 1) copyFileSync(shell, late);
    }
    expect(verdicts).toEqual(['runs', 'runs']);
  });

  test('stops where its reader stops', async () => {
    const seen: string[][] = [];
    for await (const result of checkStream({ binaries: [program], images, environment: {} })) {
      seen.push(pairOf(result));
      break;
    }
    expect(seen).toEqual([[program, images[0]]]);
  });
});

describe('the memory of a stream', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: unknown = runInNewContext('gc');
  /** Buffers are freed some turns after the collection of what held them. */
  const held = async (): Promise<number> => {
    for (let turn = 0; turn < 5; turn++) {
      if (typeof collectGarbage === 'function') collectGarbage();
      await setImmediate();
    }
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };

  const profiles = fileURLToPath(new URL('../profiles/', import.meta.url));
  const indexFiles = readdirSync(profiles).filter((name) => name.endsWith('.lcindex'));
  const manyImages = Array.from({ length: 200 }, (_, i) =>
    join(profiles, indexFiles[i % indexFiles.length] ?? ''),
  );
  const manyBinaries = Array.from({ length: 200 }, (_, i) => join(folder, `program${i}`));

  test.each([
    ['images', { binaries: [program], images: manyImages }],
    ['binaries', { binaries: manyBinaries, images: images.slice(0, 1) }],
  ])('stays the same over many %s: what a result was made from is not held', async (_, call) => {
    for (const path of call.binaries) if (path !== program) copyFileSync(program, path);
    let count = 0;
    let early = 0;
    for await (const _result of checkStream({ ...call, environment: {} }))
      if (++count === 40) early = await held();
    expect(count).toBe(200);
    expect((await held()) - early).toBeLessThan(10_000_000);
  });
});

describe('check', () => {
  test('lists the same results binary by binary, each in all images', async () => {
    const call = { binaries: [program, shell, '/nonexistent/x'], images, environment: {} };
    const { results, summary } = await check(call);
    expect(results.map(pairOf)).toEqual(
      call.binaries.flatMap((binary) => images.map((image) => [binary, image])),
    );
    const streamed: CheckResult[] = [];
    for await (const result of checkStream(call)) streamed.push(result);
    expect(new Set(results.map((each) => JSON.stringify(each)))).toEqual(
      new Set(streamed.map((each) => JSON.stringify(each))),
    );
    expect(summary).toEqual({ runs: 4, fails: 2, unknown: 3 });
  });

  test('without images, or without arrays, is a TypeError that says so', async () => {
    await expect(check({ binaries: [program], images: [] })).rejects.toThrow(TypeError);
    await expect(check({ binaries: [], images: [] })).rejects.toThrow('check was called without an image');
    const { images: _none, ...withoutImages } = { binaries: [program], images: [] };
    await expect(check(withoutImages as unknown as CheckInput)).rejects.toThrow('check needs "images"');
    await expect(check({} as unknown as CheckInput)).rejects.toThrow('check needs "binaries"');
  });

  test('takes the environment of the process where it names none', async () => {
    const engine = 'unix:///nonexistent/engine.sock';
    vi.stubEnv('DOCKER_HOST', engine);
    const { results } = await check({ binaries: [program], images: ['docker:x'] });
    vi.unstubAllEnvs();
    expect(results[0]?.reason).toContain('/nonexistent/engine.sock');
  });
});
