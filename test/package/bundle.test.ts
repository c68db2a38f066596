import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = join(root, 'dist');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The files that Node reads before the first line of `entry` runs: imports that are not made on demand. */
function readAtStart(entry: string, seen = new Set<string>()): Set<string> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  const code = readFileSync(entry, 'utf8');
  for (const [, specifier = ''] of code.matchAll(/^(?:import|export)\b[^'"]*?["'](\.[^"']+)["'];?$/gm)) {
    readAtStart(join(dirname(entry), specifier), seen);
  }
  return seen;
}

/** Packages whose code is in the file, as the bundler notes them. */
function packagesIn(file: string): string[] {
  const code = readFileSync(file, 'utf8');
  const bundled = [...code.matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)];
  const imported = [...code.matchAll(/^import\b[^'"]*?["']((?:@[^/'"]+\/)?[A-Za-z][^/'":]*)["'/]/gm)];
  return [...bundled, ...imported].map(([, name = '']) => name).filter((name) => name !== '');
}

describe('the built command', () => {
  const main = join(dist, 'cli/main.js');

  test('can be started as a program', () => {
    expect(readFileSync(main, 'utf8').split('\n')[0]).toBe('#!/usr/bin/env node');
    expect(statSync(main).mode & 0o111).toBe(0o111);
    expect(execFileSync(main, ['--version'], { encoding: 'utf8' })).toMatch(
      new RegExp(`^libc-check ${manifest.version.replaceAll('.', '\\.')} \\(.*[0-9a-f]{7,}.*\\)\n$`),
    );
  });

  test('reads no heavy package before it knows what is asked', () => {
    const packages = new Set([...readAtStart(main)].flatMap(packagesIn));
    const heavy = ['dockerode', 'tar-stream', 'ajv', 'yargs', 'zstddec', 'elf-tools'];
    expect(heavy.filter((name) => packages.has(name))).toEqual([]);

    const everything = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.js'),
    );
    const all = new Set(everything.flatMap((file) => packagesIn(join(dist, file))));
    expect(all).toContain('tar-stream');
  });
});

describe('the package', () => {
  test('has every file that its manifest names', () => {
    const { bin, exports } = manifest;
    const named = [
      bin,
      ...Object.values(exports).flatMap((value) =>
        typeof value === 'string' ? value : Object.values(value ?? {}),
      ),
    ];
    for (const path of named) expect(statSync(join(root, path)).isFile(), path).toBe(true);
  });

  test('types lead nowhere outside of the package', () => {
    const types = readFileSync(join(dist, 'types/index.d.ts'), 'utf8');
    for (const [, specifier = ''] of types.matchAll(/from ['"](\.[^'"]+)['"]/g)) {
      const declaration = join(dist, 'types', specifier.replace(/\.(?:ts|js)$/, '.d.ts'));
      expect(statSync(declaration).isFile(), specifier).toBe(true);
    }
  });
});
