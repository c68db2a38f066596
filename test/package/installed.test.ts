import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const user = mkdtempSync(join(tmpdir(), 'libc-check-user-'));

const imported = `import { BinaryError, type CheckInput, type CheckResult, check, checkStream, ImageError, inspect } from 'libc-check';
const input: CheckInput = { binaries: ['a'], images: ['profile:alpine:3.19'], environment: {} };
export async function verdicts(): Promise<string[]> {
  const { results } = await check(input);
  return results.map(({ verdict, findings }: CheckResult) => verdict + (findings[0]?.rule ?? ''));
}
export async function* reasons(): AsyncGenerator<string | null> {
  for await (const { reason } of checkStream(input)) yield reason;
}
export const isError = (error: unknown): error is ImageError | BinaryError =>
  error instanceof ImageError || error instanceof BinaryError;
export const inspected: Promise<unknown> = inspect('a');
// @ts-expect-error: the types are not \`any\`
check(1);
`;
const required = `import libcCheck = require('libc-check');
const input: libcCheck.CheckInput = { binaries: ['a'], images: ['profile:alpine:3.19'], environment: {} };
export const report: Promise<libcCheck.CheckReport> = libcCheck.check(input);
export const isError = (error: unknown): error is libcCheck.ImageError => error instanceof libcCheck.ImageError;
// @ts-expect-error: the types are not \`any\`
libcCheck.check(1);
`;

/** The package installed from its tarball beside a project of a user who has TypeScript and no types of any package. */
beforeAll(() => {
  const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', user];
  const tarball = execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }).trim();
  writeFileSync(join(user, 'package.json'), '{ "name": "user", "private": true }');
  execFileSync('npm', ['install', '--silent', '--offline', '--no-audit', '--no-fund', join(user, tarball)], {
    cwd: user,
  });
  writeFileSync(join(user, 'imported.mts'), imported);
  writeFileSync(join(user, 'required.cts'), required);
  mkdirSync(join(user, 'bundled'));
  writeFileSync(join(user, 'bundled', 'imported.ts'), imported);
});
afterAll(() => rmSync(user, { recursive: true, force: true }));

/** What the compiler says of these files, with the declarations of the package checked too. */
function compile(files: readonly string[], options: readonly string[]): string {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false', '--noEmit'];
  const { stdout } = spawnSync(
    process.execPath,
    [compiler, '--ignoreConfig', ...strict, '--target', 'es2022', ...options, ...files],
    { cwd: user, encoding: 'utf8' },
  );
  return stdout;
}

describe('the types of the installed package', () => {
  test.each(['node16', 'nodenext'])('fit import and require with --module %s', (module) => {
    expect(compile(['imported.mts', 'required.cts'], ['--module', module])).toBe('');
  });

  test('fit a bundler', () => {
    const options = ['--module', 'esnext', '--moduleResolution', 'bundler'];
    expect(compile(['bundled/imported.ts'], options)).toBe('');
  });

  test('are looked at: what the package does not have is an error', () => {
    writeFileSync(
      join(user, 'wrong.mts'),
      "import { nothing } from 'libc-check';\nexport default nothing;\n",
    );
    expect(compile(['wrong.mts'], ['--module', 'nodenext'])).toContain('nothing');
  });
});

describe('the library of the installed package', () => {
  const run = (code: string, type: 'module' | 'commonjs'): unknown =>
    JSON.parse(
      execFileSync(process.execPath, [`--input-type=${type}`, '--eval', code], {
        cwd: user,
        encoding: 'utf8',
      }),
    );
  const binary = JSON.stringify(join(root, 'fixtures/prediction-api'));
  const call = `check({ binaries: [${binary}], images: ['profile:alpine:3.19', 'profile:debian:12-slim'], environment: {} })`;
  const print = 'then(({ results }) => console.log(JSON.stringify(results.map(({ verdict }) => verdict))))';

  test('decides by import and by require', () => {
    const verdicts = ['fails', 'runs'];
    expect(run(`import { check } from 'libc-check'; ${call}.${print};`, 'module')).toEqual(verdicts);
    expect(run(`const { check } = require('libc-check'); ${call}.${print};`, 'commonjs')).toEqual(verdicts);
  });

  test('is one module by both, so that its errors are the same classes', () => {
    const code = `import * as imported from 'libc-check';
      import { createRequire } from 'node:module';
      const required = createRequire(process.cwd() + '/x.js')('libc-check');
      const names = Object.keys(required).sort();
      console.log(JSON.stringify({ names, same: names.every((name) => imported[name] === required[name]) }));`;
    expect(run(code, 'module')).toMatchObject({
      names: expect.arrayContaining(['BinaryError', 'ImageError', 'check', 'inspect', 'openImage']),
      same: true,
    });
  });

  test.each([
    ['tar-stream', `tar:${join(root, 'none.tar')}`],
    ['the registry client', 'registry:127.0.0.1:1/x'],
    ['the engine client', 'docker:x'],
  ])('has %s in it', (_, image) => {
    const code = `const { openImage } = require('libc-check');
      const environment = { DOCKER_HOST: 'tcp://127.0.0.1:1' };
      openImage(${JSON.stringify(image)}, { environment })
        .catch((error) => console.log(JSON.stringify(error.name + error.code)));`;
    expect(run(code, 'commonjs')).toMatch(/^ImageError/);
  });
});
