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

/** No engine anywhere: HOME and the runtime folder are empty ones, and DOCKER_HOST is a socket that does not exist. */
export function withoutEngines(folder: string): OpenImageOptions {
  const env = {
    HOME: folder,
    DOCKER_HOST: `unix://${folder}/no.sock`,
    CONTAINER_HOST: `unix://${folder}/no.sock`,
  };
  return { platform: null, fitting: null, env };
}
