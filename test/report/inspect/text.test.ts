import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { inspect } from '../../../src/inspect.ts';
import { renderInspectText } from '../../../src/report/inspect/text.ts';
import type { TextOptions } from '../../../src/report/text/style.ts';

const plain: TextOptions = { color: false, columns: 80, verbose: false, unicode: true, strict: false };

async function text(fixture: string, options: Partial<TextOptions> = {}): Promise<string> {
  const file = await inspect(fileURLToPath(new URL(`../../../fixtures/${fixture}`, import.meta.url)));
  const report = {
    schemaVersion: 1,
    tool: { name: 'libc-check', version: '', commit: '' },
    files: [file],
  } as const;
  return renderInspectText(report, { ...plain, ...options });
}

describe('an inspection for people', () => {
  test('is about a dozen lines', async () => {
    const lines = (await text('prediction-api')).trim().split('\n');
    expect(lines.length).toBeLessThanOrEqual(16);
  });

  test.each([
    ['prediction-api', /libc +glibc \(interpreter \/lib64\/ld-linux-x86-64\.so\.2\)/],
    ['prediction-api', /glibc +2\.34 or newer, because of __libc_start_main,/],
    ['prediction-api', /made by +Rust \(rustc [0-9a-f]{12}\)\n/],
    ['bin/glibc-static', /libc +none needed \(it is static/],
    ['bin/glibc-static-pie', /kind +static position-independent executable/],
    ['bin/glibc-static', /interpreter +none\n/],
    ['bin/musl-dynamic', /libc +musl \(/],
    ['bin/aarch64-glibc-dynamic', /platform +linux\/arm64 \(aarch64, 64 bits, little endian\)/],
    ['bin/origin/bin/runpath-origin', /looks in +RUNPATH \$ORIGIN\/\.\.\/lib/],
    ['bin/needs-glibc-2.38', /glibc +2\.38 or newer/],
    ['bin/addon.node', /kind +shared object/],
    ['bin/truncated', /truncated +its segments reach beyond the end of the file/],
  ])('of %s says %s', async (fixture, expected) => {
    expect(await text(fixture)).toMatch(expected);
  });

  test('names every symbol when more is asked for', async () => {
    expect(await text('prediction-api', { verbose: true })).toContain('pthread_create@GLIBC_2.34');
    expect(await text('prediction-api')).not.toContain('@GLIBC_');
  });
});
