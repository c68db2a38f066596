import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readBinary } from '../../src/binary/binary-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'libc-check-link-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a dangling link is reported with its target', () => {
  const path = join(folder, 'tool');
  symlinkSync('/nowhere/lib/cli.js', path);
  expect(() => readBinary(path)).toThrow(`${path} is a link to /nowhere/lib/cli.js, which is not there`);
});
