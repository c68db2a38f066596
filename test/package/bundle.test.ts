import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = join(root, 'dist');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The files that a run of the command has loaded by its end, by Node's `require` or as scripts of its own. */
function loadedBy(...args: string[]): string[] {
  const hook = `
    const vm = require('node:vm');
    const scripts = [];
    vm.Script = class extends vm.Script {
      constructor(source, options) {
        super(source, options);
        scripts.push(options.filename);
      }
    };
    process.on('exit', () => {
      process.stderr.write('\\n' + JSON.stringify([...Object.keys(require.cache), ...scripts]));
    });`;
  const preload = join(mkdtempSync(join(tmpdir(), 'libc-check-bundle-')), 'hook.cjs');
  writeFileSync(preload, hook);
  try {
    const { stderr } = spawnSync(
      process.execPath,
      ['--require', preload, join(dist, 'cli/main.js'), ...args],
      {
        encoding: 'utf8',
      },
    );
    return JSON.parse(stderr.split('\n').at(-1) ?? '');
  } finally {
    rmSync(join(preload, '..'), { recursive: true });
  }
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

  const packages = (files: readonly string[]) =>
    files.filter((file) => file.includes('/node_modules/') || /\/(?:yargs|zstddec)\.js$/.test(file));

  test('loads no package on the way to a verdict', () => {
    const binary = join(root, 'fixtures/prediction-api');
    expect(packages(loadedBy(binary, '--image', 'profile:alpine:3.19'))).toEqual([]);
    expect(packages(loadedBy('--version'))).toEqual([]);
  });

  test('loads a package when it is asked for', () => {
    expect(packages(loadedBy('--help')).some((file) => file.endsWith('yargs.js'))).toBe(true);
  });

  test('says the same with compiled code from its cache', () => {
    const home = mkdtempSync(join(tmpdir(), 'libc-check-code-'));
    const env = { ...process.env, XDG_CACHE_HOME: home };
    const run = () =>
      spawnSync(main, [join(root, 'fixtures/prediction-api'), '--image', 'profile:alpine:3.19'], {
        encoding: 'utf8',
        env,
      });
    const first = run();
    expect(first.status).toBe(1);
    expect(run().stdout).toBe(first.stdout);
    const kept = readdirSync(home, { recursive: true, encoding: 'utf8' })
      .map((file) => join(home, file))
      .filter((path) => statSync(path).isFile());
    expect(kept).not.toEqual([]);
    for (const path of kept) writeFileSync(path, 'no code');
    expect(run().stdout).toBe(first.stdout);
    rmSync(home, { recursive: true });
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
