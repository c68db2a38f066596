import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const user = mkdtempSync(join(tmpdir(), 'libc-check-bundler-'));
const profiles = join(root, 'dist', 'profiles');

/** What a user bundles: it reads an archive and asks an engine and a registry, each by a package that is inside. */
const code = `import { check, openImage } from 'libc-check';
const images = ['profile:alpine:3.19', 'profile:debian:12-slim', 'registry:127.0.0.1:1/x', 'docker:x', 'tar:/none.tar'];
const call = { binaries: [${JSON.stringify(join(root, 'fixtures/prediction-api'))}], images, environment: { DOCKER_HOST: 'tcp://127.0.0.1:1' } };
check(call).then(async ({ results }) => {
  const { source } = await openImage('scratch');
  console.log(JSON.stringify([source, ...results.map(({ verdict, reason }) => reason ?? verdict)]));
});
`;

const expected = [
  'scratch',
  'fails',
  'runs',
  expect.stringContaining('registry 127.0.0.1:1 cannot be reached'),
  'docker:x: Docker (DOCKER_HOST) is not running: nothing listens there',
  '/none.tar: no such file',
];

beforeAll(() => {
  const installed = join(user, 'node_modules', 'libc-check');
  mkdirSync(installed, { recursive: true });
  cpSync(join(root, 'dist'), join(installed, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(installed, 'package.json'));
  writeFileSync(join(user, 'main.js'), code);
});
afterAll(() => rmSync(user, { recursive: true, force: true }));

const runs = (file: string): unknown =>
  JSON.parse(execFileSync(process.execPath, [file], { encoding: 'utf8', cwd: '/' }));

async function byEsbuild(format: 'esm' | 'cjs', outfile: string): Promise<void> {
  const { build } = await import('esbuild');
  const entryPoints = [join(user, 'main.js')];
  await build({ entryPoints, bundle: true, platform: 'node', format, outfile, logLevel: 'error' });
}

async function byVite(outfile: string): Promise<void> {
  const { build } = await import('vite');
  const ssr = join(user, 'main.js');
  const outDir = join(outfile, '..');
  const rollupOptions = { output: { entryFileNames: 'vite.mjs' } };
  const options = { ssr, outDir, emptyOutDir: false, rollupOptions };
  await build({
    root: user,
    configFile: false,
    logLevel: 'error',
    build: options,
    ssr: { noExternal: true },
  });
}

const bundlers: readonly (readonly [string, string, (outfile: string) => Promise<void>])[] = [
  ['esbuild as an ES module', 'esbuild.mjs', (outfile) => byEsbuild('esm', outfile)],
  ['esbuild as CommonJS', 'esbuild.cjs', (outfile) => byEsbuild('cjs', outfile)],
  ['vite (rollup)', 'vite.mjs', byVite],
];

test.each(bundlers)('a bundle by %s works beside the package and alone', async (_, file, bundle) => {
  const outfile = join(user, 'out', file);
  await bundle(outfile);
  expect(runs(outfile)).toEqual(expected);
  const alone = mkdtempSync(join(tmpdir(), 'libc-check-alone-'));
  try {
    cpSync(outfile, join(alone, file));
    const missing = expect.stringContaining('copy the folder dist/profiles of the package libc-check');
    expect(runs(join(alone, file))).toEqual(['scratch', missing, missing, ...expected.slice(3)]);
    cpSync(profiles, join(alone, 'profiles'), { recursive: true });
    expect(runs(join(alone, file))).toEqual(expected);
  } finally {
    rmSync(alone, { recursive: true, force: true });
  }
});

test('the ES module for bundlers brings no require of its own: webpack takes that for its own', () => {
  const module = readFileSync(join(root, 'dist', 'module.js'), 'utf8');
  expect(module).not.toMatch(/\b(?:const|let|var) require\b/);
  expect(module).toContain('process.getBuiltinModule(');
});
