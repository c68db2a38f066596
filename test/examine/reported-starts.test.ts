import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../../src/check.ts';
import type { CheckInput } from '../../src/plan/check-input.ts';
import { zipBytes } from '../binary/archive/zip-bytes.ts';
import { OciBlobs, writeFolder } from '../image/oci-blobs.ts';
import { temporaryFolder } from '../image/temporary-folder.ts';
import { describeNeeding, needProgram } from '../needs.ts';

// Whole starts as people reported them: verdict, rule, line, status and remedies, each seen when it was really run.

const folder = temporaryFolder();
const cases = new URL('../../fixtures/cases/files/', import.meta.url);
const at = (path: string): string => join(folder, path);

function written(path: string, content: string | Buffer, mode = 0o644): string {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), content);
  chmodSync(at(path), mode);
  return at(path);
}

function build(compiler: 'gcc' | 'musl-gcc', path: string, code: string, ...args: readonly string[]): string {
  written(`${path}.c`, code);
  const made = spawnSync(compiler, ['-o', path, `${path}.c`, ...args], { cwd: folder, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`${compiler} ${path}: ${made.stderr}`);
  return at(path);
}

const shared = ['-shared', '-fPIC'];
const copied = (source: string, destination: string) => ({ source, destination });

/** The one result: its verdict, the line and status that would be seen, and what each finding would have one do. */
async function told(binary: string, image: string, input: Partial<CheckInput> = {}) {
  const report = await check({ binaries: [binary], images: [image], environment: {}, ...input });
  const [result, ...others] = report.results;
  if (result === undefined || others.length > 0) throw new Error(`${report.results.length} results`);
  return {
    verdict: result.verdict,
    line: result.seen?.message ?? null,
    status: result.seen?.exitStatus ?? null,
    messages: result.findings.map(({ message }) => message).join('\n'),
    remedies: result.findings.flatMap(({ rule, remedies }) =>
      remedies.map(({ command, action }) => `${rule}: ${command ?? action}`),
    ),
  };
}

const noSuchFile = 'exec /app/.venv/bin/serve: no such file or directory';

test('the interpreter of a script lies in a folder that the user may not enter', async () => {
  const python = 'root/.local/share/uv/python/cpython-3.13/bin/python3.13';
  const root = at('under-root');
  written(`under-root/${python}`, '#!/bin/true\n', 0o755);
  chmodSync(join(root, 'root'), 0o700);
  const serve = written('under-root/app/.venv/bin/serve', '#!/app/.venv/bin/python\n', 0o755);
  symlinkSync(`/${python}`, join(root, 'app/.venv/bin/python'));
  const found = await told(serve, `dir:${root}`, { at: '/app/.venv/bin/serve', user: '1000' });
  expect(found).toMatchObject({
    verdict: 'fails',
    line: 'exec /app/.venv/bin/serve: permission denied',
    status: 255,
    remedies: ['script-interpreter: ENV UV_PYTHON_INSTALL_DIR=/opt/python'],
  });
  expect(found.messages).toContain('user 1000 may not enter /root (mode 0700, owner 0:0)');
});

test('the interpreter of a script of a virtual environment is a link to nothing', async () => {
  const serve = written('venv/bin/serve', '#!/app/.venv/bin/python\n', 0o755);
  symlinkSync('/root/.local/share/uv/python/cpython-3.13/bin/python3.13', at('venv/bin/python'));
  const add = [copied(at('venv'), '/app/.venv')];
  const found = await told(serve, 'profile:debian:12-slim', { add, at: '/app/.venv/bin/serve' });
  expect(found).toMatchObject({ verdict: 'fails', line: noSuchFile, status: 255 });
  expect(found.messages).toContain(
    'a link to /root/.local/share/uv/python/cpython-3.13/bin/python3.13, which the image lacks',
  );
  expect(found.remedies[0]).toBe(
    'script-interpreter: COPY --from=build /root/.local/share/uv/python /root/.local/share/uv/python',
  );
});

test('the base of an image is for the platform of the host that built it', async () => {
  const root = at('labelled');
  mkdirSync(join(root, 'bin'), { recursive: true });
  copyFileSync(new URL('../../fixtures/bin/musl-static', import.meta.url), join(root, 'bin/sh'));
  const script = written('entrypoint.sh', '#!/bin/sh\nexec true\n', 0o755);
  expect(await told(script, `dir:${root}`, { platform: 'linux/arm64' })).toMatchObject({
    verdict: 'fails',
    line: 'exec /entrypoint.sh: exec format error',
    status: 255,
    messages:
      'The image is for linux/arm64, but its own files are for linux/amd64: /bin/sh. Nothing of its base starts on linux/arm64.',
    remedies: [
      'image-platform: FROM --platform=$TARGETPLATFORM BASE',
      'image-platform: docker build --platform linux/amd64 …',
    ],
  });
});

test('a command of node_modules is a link into the home of the one who installed it', async () => {
  mkdirSync(at('node_modules/.bin'), { recursive: true });
  symlinkSync('/home/dev/.nvm/lib/tool/cli.js', at('node_modules/.bin/tool'));
  const place = '/app/node_modules/.bin/tool';
  const found = await told(at('node_modules/.bin/tool'), 'profile:debian:12-slim', { at: place });
  expect(found).toMatchObject({
    verdict: 'fails',
    status: 127,
    messages: `${place} is a link to /home/dev/.nvm/lib/tool/cli.js, which the image does not have.`,
    remedies: [
      'entrypoint-missing: Copy what the link leads to, /home/dev/.nvm/lib/tool/cli.js, to that place, or copy it instead of the link.',
    ],
  });
  expect(found.line).toContain(`stat ${place}: no such file or directory`);
});

test('a 32-bit program in an image of two platforms: the engine takes the 64-bit one', async () => {
  const blobs = new OciBlobs();
  const platforms = ['amd64', '386'].map((architecture) => ({
    ...blobs.image(architecture, [blobs.layer([{ name: `etc/${architecture}` }])], {
      config: { config: {} },
    }),
    platform: { os: 'linux', architecture },
  }));
  writeFolder(at('two-platforms'), blobs.files(platforms));
  const program = written('server32', readFileSync(new URL('i386-needs-foo/p', cases)), 0o755);
  const found = await told(program, `oci-dir:${at('two-platforms')}`, { at: '/srv/server' });
  expect(found).toMatchObject({
    verdict: 'fails',
    line: 'exec /srv/server: no such file or directory',
    status: 255,
  });
  expect(found.messages).toMatch(
    /The image also has linux\/386, which fits \/srv\/server; on a 64-bit host the engine takes linux\/amd64\.$/,
  );
  expect(found.remedies.at(-1)).toBe('other-platform: docker run --platform linux/386 …');
});

describeNeeding('what a loader refuses', [needProgram('gcc')], () => {
  test('under an auditor there is little room for the storage of the thread', async () => {
    const audit = build('gcc', 'audit.so', 'unsigned la_version(unsigned v){return v;}', ...shared);
    const storage =
      'static __thread char b[1900] __attribute__((tls_model("initial-exec"))); char *g(int i){return b+i;}';
    const pool = build('gcc', 'libpool.so', storage, ...shared, '-Wl,-soname,libpool.so');
    const code = 'extern char *g(int); int main(void){return *g(1);}';
    const program = build('gcc', 'pooled', code, pool, '-Wl,-rpath,/opt');
    const add = [copied(pool, '/opt/libpool.so'), copied(audit, '/opt/audit.so')];
    expect(
      await told(program, 'profile:debian:12-slim', { add, env: ['LD_AUDIT=/opt/audit.so'] }),
    ).toMatchObject({
      verdict: 'fails',
      line: '/pooled: error while loading shared libraries: /opt/libpool.so: cannot allocate memory in static TLS block',
      status: 127,
      remedies: [
        'static-tls: ENV LD_AUDIT=',
        'static-tls: ENV GLIBC_TUNABLES=glibc.rtld.optional_static_tls=4096',
      ],
    });
  });

  test('an addon needs another one, which glibc knows when it was opened before', async () => {
    const core = build('gcc', 'core.node', 'int core(void){return 1;}', ...shared, '-Wl,-soname,core.node');
    const code = 'int core(void); int x(void){return core();}';
    const addon = build('gcc', 'ext.node', code, ...shared, core, '-L.', '-Wl,-z,now');
    const place = '/app/node_modules/core/core.node';
    const input = { add: [copied(core, place)], at: '/app/node_modules/ext/' };
    expect(await told(addon, 'profile:debian:12-slim', input)).toMatchObject({
      verdict: 'fails',
      line: 'core.node: cannot open shared object file: No such file or directory',
      status: 1,
      remedies: [
        `library-missing: --loaded-before ${place}`,
        'library-missing: ENV LD_LIBRARY_PATH=/app/node_modules/core',
      ],
    });
    const before = { ...input, loadedBefore: [place] };
    expect((await told(addon, 'profile:debian:12-slim', before)).verdict).toBe('runs');
  });
});

describeNeeding('under musl', [needProgram('musl-gcc')], () => {
  test('an addon needs another one, which musl does not know by its path', async () => {
    const core = build(
      'musl-gcc',
      'm/core.node',
      'int core(void){return 1;}',
      ...shared,
      '-Wl,-soname,core.node',
    );
    const code = 'int core(void); int x(void){return core();}';
    const addon = build('musl-gcc', 'm/ext.node', code, ...shared, core);
    const place = '/app/node_modules/core/core.node';
    const input = { add: [copied(core, place)], at: '/app/node_modules/ext/', loadedBefore: [place] };
    const found = await told(addon, 'profile:alpine:3.20', input);
    expect(found).toMatchObject({ verdict: 'fails', status: 1 });
    expect(found.line).toMatch(/^Error loading shared library core\.node: No such file or directory/);
    expect(found.remedies).toEqual(['library-missing: ENV LD_LIBRARY_PATH=/app/node_modules/core']);
  });

  test('the program that loads a plugin is static', async () => {
    const host = build('musl-gcc', 'host', 'int main(void){return 0;}', '-static');
    const plugin = build('musl-gcc', 'mod.so', 'int m(void){return 0;}', ...shared);
    const input = { add: [copied(host, '/usr/sbin/host')], loadedBy: '/usr/sbin/host', at: '/etc/modules/' };
    expect(await told(plugin, 'profile:alpine:3.19', input)).toMatchObject({
      verdict: 'fails',
      line: 'Dynamic loading not supported',
      status: 1,
      remedies: ['static-caller: Link the program that loads it dynamically.'],
    });
  });
});

describeNeeding('a jar', [needProgram('gcc')], () => {
  test('has a library for glibc that Alpine loads, and that dies of a function', async () => {
    const code = 'char *__strndup(const char *, unsigned long); char *f(void){return __strndup("", 1);}';
    const library = build('gcc', 'libtransport.so', code, ...shared, '-Wl,-z,lazy');
    const jar = written(
      'app.jar',
      zipBytes(
        { name: 'META-INF/MANIFEST.MF', data: 'Manifest-Version: 1.0\n' },
        { name: 'META-INF/native/libtransport.so', data: readFileSync(library) },
      ),
    );
    const found = await told(jar, 'profile:alpine:3.19');
    expect(found).toMatchObject({ verdict: 'runs', line: null });
    expect(found.messages).toContain('ends the process with status 139 as soon as it calls __strndup');
    expect(found.remedies.slice(0, 2)).toEqual([
      'symbol-missing-lazy: FROM alpine AS build\nRUN apk add build-base',
      'symbol-missing-lazy: FROM debian:12-slim',
    ]);
  });
});
