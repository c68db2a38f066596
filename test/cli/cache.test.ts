import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { CacheStore } from '../../src/image/cache/cache-store.ts';
import { recordingTerminal } from './recording-terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'libc-check-cache-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function cache(...words: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const { terminal, written } = recordingTerminal({ env: { XDG_CACHE_HOME: folder } });
  return { status: await run(['cache', ...words], terminal), ...written };
}

describe('libc-check cache', () => {
  const store = new CacheStore(join(folder, 'libc-check'));

  test('info tells where it is and what it holds', async () => {
    expect((await cache('info')).stdout).toBe(
      `folder   ${store.folder}\nentries  0\nsize     0.0 MB of at most 1073.7 MB\n`,
    );
    store.write('layer', 'a', Buffer.alloc(2_500_000));
    expect((await cache('info')).stdout).toContain('entries  1\nsize     2.5 MB of at most 1073.7 MB\n');
  });

  test.each([['--json'], ['--format', 'json'], ['--format=json']])(
    'info %s tells it to programs',
    async (...words) => {
      const { status, stdout } = await cache('info', ...words);
      expect(status).toBe(0);
      expect(JSON.parse(stdout)).toEqual({
        folder: store.folder,
        entries: 1,
        size: 2_500_000,
        limit: 1024 ** 3,
        unused: null,
      });
    },
  );

  test('prune takes nothing while there is room', async () => {
    expect((await cache('prune')).stdout).toBe('removed 0 entries, 0.0 MB\n');
  });

  test('clear takes everything', async () => {
    expect(await cache('clear')).toEqual({ status: 0, stdout: 'removed 1 entry, 2.5 MB\n', stderr: '' });
    expect(store.usage().entries).toBe(0);
  });

  test.each([
    ['prune', '--json', '--json is not an option of libc-check cache prune, which prints no report'],
    ['clear', '--format=json', '--format is not an option of libc-check cache clear, which prints no report'],
    ['info', '--format=sarif', '--format cannot be sarif; it is one of text, json'],
  ])('%s %s is a wrong call', async (action, option, message) => {
    expect(await cache(action, option)).toEqual({
      status: 2,
      stdout: '',
      stderr: `libc-check: ${message}\n`,
    });
  });

  test('--cache-dir names another', async () => {
    const { stdout } = await cache('info', '--cache-dir', join(folder, 'other'));
    expect(stdout).toContain(`folder   ${join(folder, 'other')}\n`);
  });

  test.each([
    [[], 'cache needs one of info, prune, clear'],
    [['inof'], 'cache has no action inof'],
    [['info', 'clear'], 'cache has no action info clear'],
    [['info', '--image', 'x'], '--image'],
  ])('%j is a wrong call', async (words, message) => {
    const { status, stderr, stdout } = await cache(...words);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
  });
});
