import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { ProfileFile } from '../../src/image/profiles/profile-catalog.ts';

/** A package that is new here has been looked at: whether it is needed, and what its licence asks for. */
const bundled = [
  'ansi-regex',
  'ansi-styles',
  'b4a',
  'cliui',
  'debug',
  'docker-modem',
  'dockerode',
  'elf-tools',
  'emoji-regex',
  'escalade',
  'events-universal',
  'fast-fifo',
  'get-caller-file',
  'get-east-asian-width',
  'inherits',
  'ms',
  'pend',
  'picocolors',
  'readable-stream',
  'safe-buffer',
  'split-ca',
  'streamx',
  'string-width',
  'string_decoder',
  'strip-ansi',
  'tar-stream',
  'text-decoder',
  'tldts',
  'undici',
  'util-deprecate',
  'wrap-ansi',
  'y18n',
  'yargs',
  'yargs-parser',
  'yauzl',
  'zstddec',
];

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
    files.filter((file) => file.includes('/node_modules/') || file.startsWith(join(dist, 'packages')));

  test('loads no package on the way to a verdict', () => {
    const binary = join(root, 'fixtures/prediction-api');
    expect(packages(loadedBy(binary, '--image', 'profile:alpine:3.19'))).toEqual([]);
    expect(packages(loadedBy('--version'))).toEqual([]);
  });

  test('loads a package when it is asked for', () => {
    expect(packages(loadedBy('--help'))).toEqual([join(dist, 'packages/yargs.cjs')]);
  });

  describe('with compiled code from its cache', () => {
    const home = mkdtempSync(join(tmpdir(), 'libc-check-code-'));
    afterAll(() => rmSync(home, { recursive: true }));
    const folder = join(home, 'libc-check/code');
    const kept = () => readdirSync(folder).map((name) => join(folder, name));
    const run = (command = main) => {
      const args = [join(root, 'fixtures/prediction-api'), '--image', 'profile:alpine:3.19'];
      const env = { ...process.env, XDG_CACHE_HOME: home };
      const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env });
      return { status, stdout, stderr };
    };
    const first = run();

    test('says the same', () => {
      expect(first).toMatchObject({ status: 1, stderr: '' });
      expect(kept()).not.toEqual([]);
      expect(run()).toEqual(first);
    });

    test('says the same when that is damaged, and makes it again', () => {
      for (const path of kept()) {
        const good = readFileSync(path);
        const zeroed = [0, 0.1, 0.5, 0.9].map((share) => {
          const at = Math.floor(share * good.length);
          return Buffer.from(good).fill(0, at, Math.min(at + 4096, good.length));
        });
        for (const damaged of [...zeroed, good.subarray(0, good.length / 2), Buffer.from('no code')]) {
          writeFileSync(path, damaged);
          expect(run()).toEqual(first);
          expect(readFileSync(path).equals(damaged)).toBe(false);
        }
      }
    });

    test('runs its own source after another build of the same version and length', () => {
      const copy = join(home, 'copy');
      cpSync(dist, copy, { recursive: true });
      const command = join(copy, 'program.cjs');
      const source = readFileSync(command, 'utf8');
      writeFileSync(command, source.replaceAll('is built for', 'IS BUILT FOR'));
      expect(statSync(command).size).toBe(source.length);
      expect(run(join(copy, 'cli/main.js')).stdout).toContain('IS BUILT FOR glibc');
      expect(run()).toEqual(first);
    });
  });
});

/** The strings in a value of the manifest, however deep they are. */
const stringsIn = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(stringsIn);

describe('the package', () => {
  test('has every file that its manifest names', () => {
    const { bin, main, types, exports } = manifest;
    for (const path of stringsIn([bin, main, types, exports]))
      expect(statSync(join(root, path)).isFile(), path).toBe(true);
  });

  test('brings nothing else to be installed, and runs nothing when it is', () => {
    const { dependencies, optionalDependencies, peerDependencies, scripts } = manifest;
    expect(stringsIn([dependencies, optionalDependencies, peerDependencies])).toEqual([]);
    expect(scripts).not.toHaveProperty('preinstall');
    expect(scripts).not.toHaveProperty('install');
    expect(scripts).not.toHaveProperty('postinstall');
  });

  test('has in its code all that it requires, but what Node has', () => {
    const code = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.c?js$/.test(file),
    );
    const foreign = code.flatMap((file) =>
      [...readFileSync(join(dist, file), 'utf8').matchAll(/\brequire\(["']([^"']+)["']\)/g)]
        .map(([, name = '']) => name)
        // Some of Node's own are newer than the Node that runs here, and are asked for where they are there.
        .filter((name) => !isBuiltin(name) && !name.startsWith('node:'))
        .filter((name) => !existsSync(join(dist, dirname(file), name)))
        .map((name) => `${file}: ${name}`),
    );
    expect(code).toHaveLength(12);
    expect(foreign).toEqual([]);
  });

  test('types are one file, which needs no other and exports what the sources do', () => {
    const types = readFileSync(join(dist, 'index.d.cts'), 'utf8');
    expect(types.match(/^.*\b(?:from ['"]|import\b|require\().*$/gm) ?? []).toEqual([]);
    const [, list = ''] = types.match(/^export \{ (.*) \};$/m) ?? [];
    const face = readFileSync(join(root, 'src/index.ts'), 'utf8');
    const names = [...face.matchAll(/\{([^}]*)\}/g)]
      .flatMap(([, inBraces = '']) => inBraces.split(','))
      .map((name) => name.trim().replace(/^type /, ''))
      .filter((name) => name !== '');
    expect(list.split(', ')).toEqual(names.sort());
  });
});

describe('what the package has as one file', () => {
  const json = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));

  test('has the page of every rule', () => {
    const pages = json('dist/rule-pages.json');
    const names = readdirSync(join(root, 'docs/rules')).map((file) => file.replace(/\.md$/, ''));
    expect(Object.keys(pages).sort()).toEqual(names.sort());
    for (const name of names)
      expect(pages[name]).toBe(readFileSync(join(root, 'docs/rules', `${name}.md`), 'utf8'));
  });

  test('has its program in ASCII, which is compiled sooner than UTF-8', () => {
    expect(readFileSync(join(dist, 'program.cjs')).every((byte) => byte < 0x80)).toBe(true);
  });

  test('has every profile, where its catalogue says', () => {
    const filesOf = (catalog: { profiles: { files: ProfileFile[] }[] }) =>
      catalog.profiles.flatMap(({ files }) => files);
    const sources = filesOf(json('profiles/profiles.json'));
    const packed = filesOf(json('dist/profiles/profiles.json'));
    expect(packed.map(({ sha256 }) => sha256)).toEqual(sources.map(({ sha256 }) => sha256));
    for (const { file, offset = 0, size, sha256 } of packed) {
      const bytes = readFileSync(join(dist, 'profiles', file)).subarray(offset, offset + size);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
    }
  });
});

describe('THIRD-PARTY-LICENSES', () => {
  const sections = readFileSync(join(root, 'THIRD-PARTY-LICENSES'), 'utf8')
    .split(/^-{80}$/m)
    .slice(1);
  const licenses = sections.flatMap((heading, at) =>
    at % 2 === 0 ? [{ heading: heading.trim(), text: sections[at + 1] ?? '' }] : [],
  );

  test('names the packages that are bundled, and no other', () => {
    const names = licenses.map(({ heading }) => heading.split(' ')[0]);
    expect([...new Set(names)]).toEqual(bundled);
  });

  test('has the version that is installed, a licence that may be passed on, and its text', () => {
    for (const { heading, text } of licenses) {
      expect(heading).toMatch(
        /^\S+ \d+\.\d+\.\d+ \((?:MIT|ISC|Apache-2\.0|BSD-3-Clause|MIT AND BSD-3-Clause)\)$/,
      );
      expect(text, heading).toMatch(/Copyright|Apache License/i);
      expect(text.length, heading).toBeGreaterThan(600);
    }
  });

  test('has the licences of what packages contain without saying so', () => {
    const textOf = (name: string) => licenses.find(({ heading }) => heading.startsWith(`${name} `))?.text;
    expect(textOf('undici')).toContain('undici contains llhttp');
    expect(textOf('zstddec')).toContain('For Zstandard software');
  });
});
