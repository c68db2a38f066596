import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { check } from '../../src/check.ts';
import type { CheckResult } from '../../src/examine/check-report.ts';
import { temporaryFolder } from '../image/temporary-folder.ts';

const folder = temporaryFolder();

async function resultsOf(name: string, text: string): Promise<readonly CheckResult[]> {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  const { results } = await check({ binaries: [path], images: ['profile:alpine:3.20'], at: '/usr/bin/' });
  return results;
}

it('a script that the call names is followed to the program that it executes', async () => {
  const results = await resultsOf('serve', '#!/bin/sh\nset -e\nexec /app/server "$@"\n');
  expect(results).toMatchObject([
    { verdict: 'runs', binary: { at: '/usr/bin/serve' }, command: { link: 1 } },
    {
      verdict: 'fails',
      binary: { at: '/app/server' },
      command: { link: 2, place: { file: '/usr/bin/serve', line: 3 } },
      seen: { exitStatus: 127, message: '/usr/bin/serve: exec: line 3: /app/server: not found' },
    },
  ]);
  expect(results[0]?.binary.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(results[1]?.findings[0]?.remedies.map(({ action }) => action)).toEqual([
    'Copy server into the image, or correct its name in /usr/bin/serve, line 3.',
  ]);
});

it('a script that hands over to what only a running container knows is its own start alone', async () => {
  const results = await resultsOf('run', '#!/bin/sh\nserver=$(wget -qO- http://config/)\nexec $server\n');
  expect(results).toMatchObject([{ verdict: 'runs', command: null }]);
});

it('a script that runs programs and ends is its own start alone', async () => {
  const results = await resultsOf('greet', '#!/bin/sh\necho ready\n');
  expect(results).toMatchObject([{ verdict: 'runs', command: null }]);
});
