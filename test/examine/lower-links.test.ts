import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { check } from '../../src/check.ts';
import { type TarMember, tarBytes } from '../image/tar-bytes.ts';
import { temporaryFolder } from '../image/temporary-folder.ts';
import { archiveOfTars } from '../loader/case-archive.ts';

const folder = temporaryFolder();
const shell = readFileSync(fileURLToPath(new URL('../../fixtures/bin/musl-static', import.meta.url)));

const lower = tarBytes([
  { name: 'usr/lib/sh', mode: 0o755, data: shell },
  { name: 'lib', flag: '2', link: 'usr/lib' },
]);
const belowLink = { name: 'lib/other' };

async function checkScript(interpreter: string, ...upper: TarMember[]) {
  const image = join(folder, 'image.tar');
  const config = { env: [], user: '', workingDir: '' };
  writeFileSync(image, await archiveOfTars([lower, tarBytes(upper)], config, 'x:1'));
  const script = join(folder, 'start');
  writeFileSync(script, `#!${interpreter}\n`, { mode: 0o755 });
  const { results } = await check({
    binaries: [script],
    images: [`docker-archive:${image}`],
    environment: {},
  });
  return results[0];
}

describe('a layer with a file below a link of a lower layer', () => {
  test('is unknown where the program needs what the link leads to: overlay drivers hide it, vfs does not', async () => {
    const result = await checkScript('/lib/sh', belowLink);
    expect(result).toMatchObject({ verdict: 'unknown', problem: 'unreadable' });
    expect(result?.reason).toContain('/lib');
  });

  test('is decided where either way comes to the same', async () => {
    expect(await checkScript('/usr/lib/sh', belowLink)).toMatchObject({ verdict: 'runs' });
    expect(await checkScript('/lib/none', belowLink)).toMatchObject({ verdict: 'fails' });
  });

  test('is decided where that layer has the link itself', async () => {
    const link = { name: 'lib', flag: '2', link: 'usr/lib' };
    expect(await checkScript('/lib/sh', link, belowLink)).toMatchObject({ verdict: 'runs' });
  });
});
