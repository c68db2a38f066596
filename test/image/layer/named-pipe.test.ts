import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pipeChunks } from '../../../src/image/layer/named-pipe.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function pipe(): string {
  const path = join(temporaryFolder(), 'pipe');
  spawnSync('mkfifo', [path]);
  return path;
}

async function textOf(path: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of pipeChunks(path, 1024, undefined)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('a pipe is waited for until somebody writes to it, and read to its end', async () => {
  const path = pipe();
  const reading = textOf(path);
  spawn('sh', ['-c', 'sleep 0.3; { echo first; sleep 0.2; echo second; } > "$0"', path]);
  expect(await reading).toBe('first\nsecond\n');
});

test('more than fits into a pipe comes whole', async () => {
  const path = pipe();
  spawn('sh', ['-c', 'head -c 3000000 /dev/zero > "$0"', path]);
  expect(await textOf(path)).toHaveLength(3_000_000);
});

test('waiting ends with the signal', async () => {
  const reading = pipeChunks(pipe(), 1024, AbortSignal.timeout(100)).next();
  await expect(reading).rejects.toThrow();
});
