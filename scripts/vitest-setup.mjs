// The sources import the compiled validators, so they are made before the first test loads them.
// The cache of whoever runs the tests is neither used nor filled: commands that tests start have one of their own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileSchemas } from './compile-schemas.mjs';

export async function setup() {
  await compileSchemas();
  const cache = mkdtempSync(join(tmpdir(), 'libc-check-cache-'));
  process.env.XDG_CACHE_HOME = cache;
  return () => rmSync(cache, { recursive: true, force: true });
}
