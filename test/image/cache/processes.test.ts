import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';
import { CacheStore } from '../../../src/image/cache/cache-store.ts';
import { ImageCache } from '../../../src/image/cache/image-cache.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { workerLayer } from './worker-layer.ts';

const folder = temporaryFolder();
const worker = join(folder, 'worker.mjs');
buildSync({
  entryPoints: [fileURLToPath(new URL('worker.ts', import.meta.url))],
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile: worker,
});

const start = (cacheFolder: string, limit: number, rounds: number): ChildProcess =>
  spawn(process.execPath, [worker, cacheFolder, String(limit), String(rounds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

const ended = (child: ChildProcess): Promise<number | NodeJS.Signals | null> =>
  new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));

/** Every layer that is there is whole and right. */
function expectWhole(cacheFolder: string): number {
  const cache = new ImageCache(new CacheStore(cacheFolder));
  const numbers = Array.from({ length: 20 }, (_, i) => i);
  const found = numbers.filter((number) =>
    new CacheStore(cacheFolder).has('layer', workerLayer(number).diffID),
  );
  for (const number of found) expect(cache.layer(workerLayer(number).diffID)).toEqual(workerLayer(number));
  return found.length;
}

test('eight processes at once read nothing but what one of them wrote', async () => {
  const cacheFolder = join(folder, 'many');
  const limit = 15_000; // some of the layers, so that they take each other's away
  const children = Array.from({ length: 8 }, () => start(cacheFolder, limit, 400));
  expect(await Promise.all(children.map(ended))).toEqual(children.map(() => 0));
  expect(expectWhole(cacheFolder)).toBeGreaterThan(0);
});

test('processes that are killed in the middle leave nothing half-written', async () => {
  const cacheFolder = join(folder, 'killed');
  for (let i = 0; i < 12; i++) {
    const child = start(cacheFolder, 20_000, 1e9);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    await sleep(10 + i * 4);
    const end = ended(child);
    child.kill('SIGKILL');
    expect(await end).toBe('SIGKILL');
    expectWhole(cacheFolder);
  }
  expect(expectWhole(cacheFolder)).toBeGreaterThan(0);
});
