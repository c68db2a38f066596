import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { OpenImageOptions } from '../../src/image/open-image.ts';

/** A folder that is removed when the file's tests are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'libc-check-image-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * No engine anywhere, and no network: HOME and the runtime folder are empty ones, DOCKER_HOST is a socket that does not exist,
 * and the way out is a proxy that refuses (nothing listens on port 1).
 */
export function withoutEngines(folder: string): OpenImageOptions {
  const env = {
    HOME: folder,
    DOCKER_HOST: `unix://${folder}/no.sock`,
    CONTAINER_HOST: `unix://${folder}/no.sock`,
    HTTPS_PROXY: 'http://127.0.0.1:1',
    HTTP_PROXY: 'http://127.0.0.1:1',
  };
  return { platform: null, fitting: null, env };
}
