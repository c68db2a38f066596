import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check } from '../../src/check.ts';
import type { CheckResult } from '../../src/examine/check-report.ts';
import type { CheckInput } from '../../src/plan/check-input.ts';
import { renderText } from '../../src/report/text/render-text.ts';
import type { Finding } from '../../src/rules/finding.ts';
import { temporaryFolder } from '../image/temporary-folder.ts';
import { describeNeeding, needProgram } from '../needs.ts';

const folder = temporaryFolder();
const at = (path: string): string => join(folder, path);

/** Writes the text as C and builds it as `path`; gives the path. */
function build(compiler: 'gcc' | 'musl-gcc', path: string, text: string, ...args: readonly string[]): string {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(`${path}.c`), text);
  const { status, stderr } = spawnSync(compiler, ['-o', path, `${path}.c`, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${compiler} ${path}: ${stderr}`);
  return at(path);
}

const shared = ['-shared', '-fPIC'];

function versions(name: string, text: string): string {
  writeFileSync(at(name), text);
  return `-Wl,--version-script=${name}`;
}

async function resultOf(binary: string, image: string, input: Partial<CheckInput>): Promise<CheckResult> {
  const { results } = await check({ binaries: [binary], images: [image], environment: {}, ...input });
  const [result] = results;
  if (result === undefined) throw new Error('no result');
  return result;
}

const errorsOf = ({ findings }: CheckResult): readonly Finding[] =>
  findings.filter(({ severity }) => severity === 'error');

function onlyError(result: CheckResult): Finding {
  const [error, ...others] = errorsOf(result);
  if (error === undefined || others.length > 0) {
    throw new Error(`${errorsOf(result).length} errors: ${errorsOf(result).map(({ rule }) => rule)}`);
  }
  return error;
}

const seenOf = ({ seen, verdict }: CheckResult) => [verdict, seen?.message, seen?.exitStatus];

const commandsOf = ({ remedies }: Finding): readonly (string | null)[] =>
  remedies.map(({ command }) => command);

describeNeeding('missing symbols under musl', [needProgram('musl-gcc')], () => {
  test('a symbol of a library that is loaded: that library is to be renewed, with its pair', async () => {
    const ssl = build(
      'musl-gcc',
      'libssl.so.3',
      'int SSL_new(void){return 1;} int SSL_future_call(void){return 1;}',
      ...shared,
      '-Wl,-soname,libssl.so.3',
    );
    const curl = build(
      'musl-gcc',
      'libcurl.so.4',
      'int SSL_new(void),SSL_future_call(void); int curl_easy_init(void){return SSL_new()+SSL_future_call();}',
      ...shared,
      ssl,
      '-Wl,-soname,libcurl.so.4',
    );
    const program = build(
      'musl-gcc',
      'fetch',
      'int curl_easy_init(void); int main(void){return 0*curl_easy_init();}',
      curl,
      '-Wl,-rpath-link,.',
    );
    const add = [{ source: curl, destination: '/usr/lib/libcurl.so.4' }];
    const result = await resultOf(program, 'profile:alpine:3.19', { add });
    const line = 'Error relocating /usr/lib/libcurl.so.4: SSL_future_call: symbol not found';
    expect(seenOf(result)).toEqual(['fails', line, 127]);
    const error = onlyError(result);
    expect(error.rule).toBe('symbol-missing');
    expect(error.message).toBe(
      '/usr/lib/libcurl.so.4 needs SSL_future_call, which no loaded library defines: SSL_future_call belongs to libssl.so.3; libcurl.so.4 was built with another, most likely a newer one, than /lib/libssl.so.3.',
    );
    const [first] = error.remedies;
    expect(first?.command).toBe('RUN apk upgrade --no-cache libssl3 libcrypto3');
    expect(first?.cure).toEqual({
      kind: 'package',
      manager: 'apk',
      names: ['libssl3', 'libcrypto3'],
      upgrade: true,
    });
  });

  test('a symbol that only glibc has, asked for twice, is reported once, with the cause', async () => {
    const binary = build(
      'musl-gcc',
      'librules.so',
      'extern int __cxa_thread_atexit_impl(void(*)(void*),void*,void*); void *t[]={(void*)__cxa_thread_atexit_impl}; int r(void){return __cxa_thread_atexit_impl(0,0,0);}',
      ...shared,
      '-Wl,-z,now',
    );
    const result = await resultOf(binary, 'profile:alpine:3.20', { at: '/usr/local/lib/' });
    const line = 'Error relocating /usr/local/lib/librules.so: __cxa_thread_atexit_impl: symbol not found';
    expect(seenOf(result)).toEqual(['fails', line, 1]);
    const error = onlyError(result);
    expect(error.expected).toMatch(/^1 symbol /);
    expect(error.message).toMatch(
      /: no musl has __cxa_thread_atexit_impl, which a libstdc\+\+ that was built for glibc calls\.$/,
    );
    expect(error.message.match(/__cxa_thread_atexit_impl/g)).toHaveLength(2);
    expect(commandsOf(error)[0]).toBe('FROM alpine:3.20 AS build\nRUN apk add build-base');
  });

  test('storage that must be there from the start: compiled otherwise, or loaded first, which is proven', async () => {
    const binary = build(
      'musl-gcc',
      'plug.so',
      'static __thread int n __attribute__((tls_model("initial-exec"))); int bump(void){return ++n;}',
      ...shared,
    );
    const result = await resultOf(binary, 'profile:alpine:3.19', { at: '/app/' });
    const line =
      'Error relocating /app/plug.so: : initial-exec TLS resolves to dynamic definition in /app/plug.so';
    expect(seenOf(result)).toEqual(['fails', line, 1]);
    const error = onlyError(result);
    expect(error.rule).toBe('static-tls');
    expect(error.message).toMatch(/what musl prints in its place is undefined/);
    expect(error.remedies.map(({ command, proven }) => [command, proven])).toEqual([
      ['-ftls-model=global-dynamic', false],
      ['ENV LD_PRELOAD=/app/plug.so', true],
    ]);
  });

  test('a library beside the object defines its symbol, and it does not name that library', async () => {
    const score = build('musl-gcc', 'libscore.so', 'int model_score(void){return 1;}', ...shared);
    const main = build(
      'musl-gcc',
      'libmain.so',
      'int model_score(void); int f(void){return model_score();}',
      ...shared,
      '-Wl,-soname,libmain.so',
    );
    const binary = build(
      'musl-gcc',
      'app',
      'int f(void); int main(void){return 0*f();}',
      main,
      '-Wl,-rpath,$ORIGIN,--unresolved-symbols=ignore-in-shared-libs',
    );
    const add = [
      { source: main, destination: '/app/libmain.so' },
      { source: score, destination: '/app/libscore.so' },
    ];
    const error = onlyError(await resultOf(binary, 'profile:alpine:3.19', { add, at: '/app/' }));
    expect(error.remedies[0]).toMatchObject({ command: 'ENV LD_PRELOAD=/app/libscore.so', proven: true });
  });

  test('the symbols of a missing library are part of its finding', async () => {
    const library = build(
      'musl-gcc',
      'libstdc++.so.6',
      'int _ZSt4cout, _Znwm, __cxa_throw;',
      ...shared,
      '-Wl,-soname,libstdc++.so.6',
    );
    const program = build(
      'musl-gcc',
      'node',
      'extern int _ZSt4cout, _Znwm, __cxa_throw; int main(void){return _ZSt4cout+_Znwm+__cxa_throw;}',
      '-fPIC',
      library,
    );
    const result = await resultOf(program, 'profile:alpine:3.20', {});
    const error = onlyError(result);
    expect(error.rule).toBe('library-missing');
    expect(error.found).toMatch(/^not there; with it 3 symbols: /);
    expect(result.missing.symbols).toHaveLength(3);
    expect(commandsOf(error)).toEqual(['RUN apk add --no-cache libstdc++']);
  });

  test('two missing libraries with a hundred symbols are one block of the report, which fits on a screen', async () => {
    const names = Array.from({ length: 100 }, (_, at) => `_ZSt4name${at}`);
    const library = (soname: string, defined: readonly string[]): string =>
      build('musl-gcc', soname, `int ${defined.join(', ')};`, ...shared, `-Wl,-soname,${soname}`);
    const used = [...names, '_Unwind_Resume'];
    const program = build(
      'musl-gcc',
      'player',
      `extern int ${used.join(', ')}; int main(void){return ${used.join('+')};}`,
      '-fPIC',
      library('libstdc++.so.6', names),
      library('libgcc_s.so.1', ['_Unwind_Resume']),
    );
    const report = await check({ binaries: [program], images: ['profile:alpine:3.20'], environment: {} });
    const options = {
      color: false,
      unicode: true,
      columns: 80,
      verbose: false,
      strict: false,
      everything: false,
    } as const;
    const text = renderText(report, options).split('\n');
    expect(text.filter((line) => line.startsWith('  error['))).toHaveLength(1);
    expect(text).toContain('      also      libgcc_s.so.1: not there; with it the symbol _Unwind_Resume');
    expect(text).toContain('                  RUN apk add --no-cache libstdc++ libgcc');
    expect(text.length).toBeLessThanOrEqual(28);
  });
});

describeNeeding('libraries of another libc', [needProgram('musl-gcc'), needProgram('gcc')], () => {
  test("one cause: glibc's libstdc++ lies in Alpine, and the package of Alpine takes its place", async () => {
    const foreign = build(
      'gcc',
      'lib/libstdc++.so.6',
      'const char *gnu_get_libc_version(void); int _ZSt4cout(void){return *gnu_get_libc_version();}',
      ...shared,
      '-Wl,-soname,libstdc++.so.6',
    );
    const program = build(
      'musl-gcc',
      'player',
      'int _ZSt4cout(void); int main(void){return 0*_ZSt4cout();}',
      foreign,
      '-Wl,--unresolved-symbols=ignore-in-shared-libs',
    );
    const add = [{ source: foreign, destination: '/usr/lib/libstdc++.so.6' }];
    const result = await resultOf(program, 'profile:alpine:3.20', { add });
    const line = 'Error relocating /usr/lib/libstdc++.so.6: gnu_get_libc_version: symbol not found';
    expect(seenOf(result)).toEqual(['fails', expect.stringContaining(line), 127]);
    const error = onlyError(result);
    expect(error.rule).toBe('foreign-libc');
    expect(commandsOf(error)[0]).toBe('RUN rm -f /usr/lib/libstdc++.so.6\nRUN apk add --no-cache libstdc++');
  });
});

describeNeeding('another copy in the image', [needProgram('gcc')], () => {
  test('a folder that is searched has the library under a longer name: one remedy, the link, which is proven', async () => {
    const oldMap = versions('old.map', 'GLIBCXX_3.4 { global: old_fn; local: *; };\n');
    const newMap = versions(
      'new.map',
      'GLIBCXX_3.4 { global: old_fn; local: *; };\nGLIBCXX_3.4.32 { global: new_fn; } GLIBCXX_3.4;\n',
    );
    const soname = '-Wl,-soname,libstdc++.so.6';
    const older = build('gcc', 'older.so', 'int old_fn(void){return 1;}', ...shared, soname, oldMap);
    const newer = build(
      'gcc',
      'libstdc++.so.6.0.33',
      'int old_fn(void){return 1;} int new_fn(void){return 2;}',
      ...shared,
      soname,
      newMap,
    );
    const binary = build(
      'gcc',
      'bindings.so',
      'int old_fn(void),new_fn(void); int b(void){return old_fn()+new_fn();}',
      ...shared,
      newer,
      '-Wl,-rpath,$ORIGIN/../..',
    );
    const add = [
      { source: older, destination: '/usr/lib/x86_64-linux-gnu/libstdc++.so.6' },
      { source: newer, destination: '/opt/conda/lib/libstdc++.so.6.0.33' },
    ];
    const input = { add, at: '/opt/conda/lib/python3.12/solver/' };
    const result = await resultOf(binary, 'profile:debian:12-slim', input);
    const line =
      "/lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /opt/conda/lib/python3.12/solver/bindings.so)";
    expect(seenOf(result)).toEqual(['fails', line, 1]);
    const error = onlyError(result);
    expect(error.remedies.map(({ command, proven }) => [command, proven])).toEqual([
      ['RUN ln -sf libstdc++.so.6.0.33 /opt/conda/lib/libstdc++.so.6', true],
    ]);
  });

  test.each([
    ['3', '4', 'another build of libcurl.so.4 than the image has: CURL_OPENSSL_3 is missing'],
    ['4', '3', 'a newer libcurl.so.4 than the image has: CURL_OPENSSL_4 is missing'],
  ])('linked against version %s, the image has %s', async (linked, present, words) => {
    const flavour = (number: string): string =>
      build(
        'gcc',
        `curl${number}.so`,
        'int curl_multi(void){return 0;}',
        ...shared,
        '-Wl,-soname,libcurl.so.4',
        versions(`${number}.map`, `CURL_OPENSSL_${number} { global: curl_multi; local: *; };\n`),
      );
    const text = 'int curl_multi(void); int get_module(void){return curl_multi();}';
    const binary = build('gcc', 'curl.so', text, ...shared, flavour(linked));
    const add = [{ source: flavour(present), destination: '/usr/lib/x86_64-linux-gnu/libcurl.so.4' }];
    const result = await resultOf(binary, 'profile:debian:12-slim', { add, at: '/usr/lib/php/' });
    const line = `/lib/x86_64-linux-gnu/libcurl.so.4: version \`CURL_OPENSSL_${linked}' not found (required by /usr/lib/php/curl.so)`;
    expect(seenOf(result)).toEqual(['fails', line, 1]);
    const error = onlyError(result);
    expect(error.message).toContain(`was linked against ${words}`);
    expect(error.remedies.map(({ action }) => action)).toContain(
      'Build against the libcurl.so.4 of the image, or install the build of libcurl.so.4 that it was linked with.',
    );
  });
});

describeNeeding('a loader under another name', [needProgram('gcc')], () => {
  test('misspelled in its own folder: one link, which is proven', async () => {
    const program = build('gcc', 'app', 'int main(void){return 0;}');
    const root = at('misspelled');
    const interp = '/lib64/ld-linux-x86-64.so.2';
    mkdirSync(join(root, 'lib64'), { recursive: true });
    mkdirSync(join(root, 'lib/x86_64-linux-gnu'), { recursive: true });
    copyFileSync(interp, join(root, 'lib64/ld-linux-x86_64.so.2'));
    copyFileSync('/lib/x86_64-linux-gnu/libc.so.6', join(root, 'lib/x86_64-linux-gnu/libc.so.6'));
    const result = await resultOf(program, `dir:${root}`, {});
    expect(result.seen?.message).toBe('exec /app: no such file or directory');
    const error = onlyError(result);
    expect(error.rule).toBe('interpreter-missing');
    expect(error.remedies.map(({ command, proven }) => [command, proven])).toEqual([
      [`RUN ln -sf /lib64/ld-linux-x86_64.so.2 ${interp}`, true],
    ]);
  });
});

describeNeeding('a library that is needed by its path (G7)', [needProgram('gcc')], () => {
  const built = (): { library: string; program: string } => {
    const library = build('gcc', 'plain.so', 'int plain(void){return 0;}', ...shared);
    const text = 'int plain(void); int main(void){return plain();}';
    return { library, program: build('gcc', 'by-path', text, library) };
  };

  test('lies elsewhere in the image: a link at that path, which is proven', async () => {
    const { library, program } = built();
    const add = [{ source: library, destination: '/app/lib/plain.so' }];
    const error = onlyError(await resultOf(program, 'profile:debian:12-slim', { add }));
    const made = `mkdir -p ${dirname(library)} && ln -s /app/lib/plain.so ${library}`;
    expect(error.remedies[0]).toMatchObject({ command: `RUN ${made}`, proven: true });
  });

  test('is not there: copied to that very path, or looked for by its name', async () => {
    const { library, program } = built();
    const error = onlyError(await resultOf(program, 'profile:debian:12-slim', {}));
    expect(commandsOf(error)).toEqual([
      `COPY plain.so ${library}`,
      `patchelf --replace-needed ${library} plain.so by-path`,
    ]);
  });
});

describeNeeding('a loader of the store of Nix', [needProgram('gcc')], () => {
  test.each([
    ['profile:debian:12-slim', ''],
    ['profile:alpine:3.20', '\nFROM debian:12-slim'],
  ])('%s: the loader of an image with glibc, which Alpine is not', async (image, base) => {
    const loader = '/nix/store/abc-glibc-2.38/lib/ld-linux-x86-64.so.2';
    const program = build('gcc', 'of-nix', 'int main(void){return 0;}', `-Wl,--dynamic-linker=${loader}`);
    const error = onlyError(await resultOf(program, image, {}));
    expect(commandsOf(error)[0]).toBe(
      `patchelf --set-interpreter /lib64/ld-linux-x86-64.so.2 --remove-rpath of-nix${base}`,
    );
  });
});

describe('what follows env in the first line', () => {
  const scriptAt = (name: string, line: string): string => {
    writeFileSync(at(name), `${line}\n`, { mode: 0o755 });
    return at(name);
  };

  test('is one word: the name alone, and the package that has it', async () => {
    const script = scriptAt('cli', '#!/usr/bin/env node --no-warnings');
    const result = await resultOf(script, 'profile:alpine:3.20', { at: '/usr/local/bin/' });
    expect(result.seen?.message).toBe("env: can't execute 'node --no-warnings': No such file or directory");
    expect(result.seen?.exitStatus).toBe(127);
    const error = onlyError(result);
    expect(error.message).toBe(
      'The first line of /usr/local/bin/cli hands /usr/bin/env all that follows as one word, so it looks for a command named "node --no-warnings", which is in no folder of PATH.',
    );
    expect(commandsOf(error)).toEqual(['#!/usr/bin/env node', 'RUN apk add --no-cache nodejs']);
  });

  test.each([
    [
      'profile:debian:12-slim',
      '#!/usr/bin/env sh -e',
      ['#!/usr/bin/env -S sh -e', '#!/usr/bin/sh -e', '#!/usr/bin/env sh'],
    ],
    ['profile:alpine:3.20', '#!/usr/bin/env sh -e -u', ['#!/bin/sh -eu', '#!/usr/bin/env sh']],
    ['profile:alpine:3.20', '#!/usr/bin/env -S sh -e', ['#!/bin/sh -e', '#!/usr/bin/env sh']],
    ['profile:alpine:3.20', '#!/bin/sh -e -u', ['#!/bin/sh -eu']],
    ['profile:alpine:3.20', '#!/usr/bin/sh -e', ['#!/bin/sh -e', 'RUN ln -s /bin/sh /usr/bin/sh']],
    ['profile:debian:12-slim', '#!/usr/bin/env -i sh', ['#!/usr/bin/env -S -i sh']],
  ])('%s, %s: first lines that are proven', async (image, line, proven) => {
    const error = onlyError(await resultOf(scriptAt('tool', line), image, {}));
    const commands = error.remedies.filter((one) => one.proven).map(({ command }) => command);
    expect(commands).toEqual(proven);
  });

  test('names an environment that was moved with the script: its interpreter lies beside', async () => {
    mkdirSync(at('venv/bin'), { recursive: true });
    writeFileSync(at('venv/bin/python'), '#!/bin/sh\n', { mode: 0o755 });
    const script = scriptAt('venv/bin/serve', '#!/build/.venv/bin/python');
    const add = [{ source: at('venv'), destination: '/app/.venv' }];
    const input = { add, at: '/app/.venv/bin/serve' };
    const error = onlyError(await resultOf(script, 'profile:debian:12-slim', input));
    expect(error.remedies[0]).toMatchObject({ command: '#!/app/.venv/bin/python', proven: true });
  });
});

describeNeeding('whose a missing symbol is', [needProgram('gcc')], () => {
  const opened = { at: '/app/', bind: 'now' } as const;

  test('PQ is the beginning that libpq shares: the libpq that is loaded is the older (psycopg2#1018)', async () => {
    const old = build(
      'gcc',
      'old/libpq.so.5',
      'int PQconnectdb(void){return 0;}',
      ...shared,
      '-Wl,-soname,libpq.so.5',
    );
    const plugin = build(
      'gcc',
      '_psycopg.so',
      'int PQconnectdb(void),PQencryptPasswordConn(void); int f(void){return PQconnectdb()+PQencryptPasswordConn();}',
      ...shared,
      old,
    );
    const result = await resultOf(plugin, 'profile:debian:12-slim', {
      ...opened,
      add: [{ source: old, destination: '/usr/lib/x86_64-linux-gnu/libpq.so.5' }],
    });
    expect(result.verdict).toBe('fails');
    expect(onlyError(result).message).toContain('PQencryptPasswordConn belongs to libpq.so.5;');
    expect(commandsOf(onlyError(result))[0]).toContain('--only-upgrade libpq5');
  });

  test.each([
    ['pow', 'libm.so.6', 'ENV LD_PRELOAD=libm.so.6'],
    ['crypt', 'libcrypt.so.1', 'ENV LD_PRELOAD=libcrypt.so.1'],
    ['LZ4F_freeDecompressionContext', 'liblz4.so.1', 'ENV LD_PRELOAD=liblz4.so.1'],
    ['ucnv_close_72', 'libicuuc.so.72', 'libicu72'],
    ['curl_easy_init', 'libcurl.so.4', 'libcurl4'],
    ['EVP_MD_CTX_new', 'libcrypto', 'libssl3'],
    ['_ZTIN10__cxxabiv117__class_type_infoE', 'libstdc++.so.6', 'libstdc++'],
  ])('%s is told to be of %s, which is not loaded', async (name, owner, command) => {
    const plugin = build(
      'gcc',
      `${name}.so`,
      `int ${name}(void); int f(void){return ${name}();}`,
      ...shared,
      '-fno-builtin',
      '-w',
    );
    const result = await resultOf(plugin, 'profile:debian:12-slim', opened);
    expect(result.verdict).toBe('fails');
    expect(onlyError(result).message).toContain(`${name} belongs to ${owner}, which is not loaded.`);
    expect(commandsOf(onlyError(result))[0]).toContain(command);
  });

  test('a library of a wheel that is not there is one finding, with its symbols (aws-psycopg2#10)', async () => {
    const own = build(
      'gcc',
      'libpq-a407.so.5',
      'int PQexec(void){return 0;}',
      ...shared,
      '-Wl,-soname,libpq-a407.so.5',
    );
    const plugin = build('gcc', '_pg.so', 'int PQexec(void); int f(void){return PQexec();}', ...shared, own);
    const error = onlyError(await resultOf(plugin, 'profile:debian:12-slim', opened));
    expect(error.rule).toBe('library-missing');
    expect(error.found).toContain('PQexec');
  });

  test('a plugin loads, and its lazily bound symbol is told with its owner (node-rdkafka#352)', async () => {
    const plugin = build(
      'gcc',
      'lz4.so',
      'int LZ4_versionNumber(void); int f(void){return LZ4_versionNumber();}',
      ...shared,
    );
    const { findings } = await resultOf(plugin, 'profile:debian:12-slim', { at: '/app/' });
    const warning = findings.find(({ rule }) => rule === 'symbol-missing-lazy');
    expect(warning?.message).toContain('/app/lz4.so loads, and ends');
    expect(warning?.message).toContain('LZ4_versionNumber belongs to liblz4.so.1, which is not loaded.');
  });

  test('a module of nginx in an image without nginx: its own program is to be named', async () => {
    const module = build(
      'gcc',
      'ngx_http_accounting_module.so',
      'int ngx_palloc(void); int ngx_modules[1]; int f(void){return ngx_palloc();}',
      ...shared,
    );
    const { findings } = await resultOf(module, 'profile:debian:12-slim', opened);
    const note = findings.find(({ rule }) => rule === 'host-symbols');
    expect(note?.remedies[0]?.command).toBe('--loaded-by /usr/sbin/nginx');
  });
});

describeNeeding('backtraces under musl', [needProgram('musl-gcc')], () => {
  test.each([
    ['3.20', null],
    ['3.16', 'RUN apk add --no-cache libexecinfo\nENV LD_PRELOAD=libexecinfo.so.1'],
  ])('Alpine %s: libexecinfo, up to 3.16 (segfault-handler#52)', async (release, command) => {
    const plugin = build(
      'musl-gcc',
      `trace-${release}.so`,
      'int backtrace(void*,int); void *f=backtrace;',
      ...shared,
    );
    const osRelease = join(folder, `os-release-${release}`);
    writeFileSync(osRelease, `ID=alpine\nVERSION_ID=${release}.0\n`);
    const result = await resultOf(plugin, 'profile:alpine:3.20', {
      at: '/app/',
      add: [{ source: osRelease, destination: '/etc/os-release' }],
    });
    expect(result.verdict).toBe('fails');
    expect(commandsOf(onlyError(result))[0]).toBe(command);
  });
});

describeNeeding('executable stacks since glibc 2.41', [needProgram('gcc')], () => {
  test('the message names a needed library by its soname, as the loader does (CTranslate2#1849, G61)', async () => {
    const library = build(
      'gcc',
      'libct-bc15.so.4',
      'int g(void){return 1;}',
      ...shared,
      '-Wl,-z,execstack,-soname,libct-bc15.so.4',
    );
    const plugin = build(
      'gcc',
      '_ext.so',
      'int g(void); int f(void){return g();}',
      ...shared,
      library,
      '-Wl,-rpath,/app',
    );
    const result = await resultOf(plugin, 'profile:debian:13-slim', {
      at: '/app/',
      add: [{ source: library, destination: '/app/libct-bc15.so.4' }],
    });
    expect(result.seen?.message).toBe(
      'libct-bc15.so.4: cannot enable executable stack as shared object requires: Invalid argument',
    );
  });
});

describeNeeding(
  'an addon for FreeBSD under musl, which does not look at EI_OSABI',
  [needProgram('gcc')],
  () => {
    test('is one finding, whatever libraries of FreeBSD it asks for; libc.so.7 is musl itself there (M4)', async () => {
      const bare = [...shared, '-nostdlib', '-Wl,--no-as-needed'];
      const libraries = ['libthr.so.3', 'libcxxrt.so.1', 'libc.so.7'].map((name) =>
        build('gcc', `bsd/${name}`, 'int a(void){return 0;}', ...bare, `-Wl,-soname,${name}`),
      );
      const addon = build(
        'gcc',
        'bsd.node',
        'int napi_register_module_v1(void){return 0;}',
        ...bare,
        ...libraries,
      );
      const bytes = readFileSync(addon);
      bytes[7] = 9;
      writeFileSync(addon, bytes);
      const error = onlyError(await resultOf(addon, 'profile:alpine:3.20', { at: '/app/' }));
      expect(error.message).toBe(
        '/app/bsd.node is an ELF file for FreeBSD, and asks for libraries of that system: libthr.so.3, libcxxrt.so.1.',
      );
    });
  },
);

describe('a first line that was written on another system', () => {
  const cases: readonly (readonly [name: string, line: string, action: RegExp])[] = [
    [
      'by venv on Windows',
      '#!"C:\\Users\\me\\app\\.venv\\Scripts\\python.exe"\r\n',
      /^It is a path of Windows: create the env/,
    ],
    [
      'for a program of Windows',
      '#!C:/Ruby/bin/ruby.exe\n',
      /^It is a path of Windows: name the interpreter/,
    ],
    ['by venv on macOS', '#!/Users/me/app/.venv/bin/python3\n', /^It is a path of macOS: create the env/],
  ];
  test.each(cases)('%s is not cured by line ends, packages or a copy', async (name, line, action) => {
    const script = at(name.replaceAll(' ', '-'));
    writeFileSync(script, `${line}print(1)\n`, { mode: 0o755 });
    const { remedies } = onlyError(await resultOf(script, 'profile:debian:12-slim', {}));
    expect(remedies.map((each) => each.action)).toEqual([expect.stringMatching(action)]);
  });
});

describe('a text whose #! is broken', () => {
  const cases: readonly (readonly [name: string, text: string, words: string])[] = [
    ['no-hash', '!/bin/sh\necho started\n', 'a script that begins with ! in place of #!'],
    ['space', '# !/bin/sh\necho started\n', 'a script with a space inside of its #!'],
    ['blank', '\n  #!/bin/sh\necho started\n', 'a script with a blank or an empty line before its #!'],
    ['comment', '# Licence\n#\n#!/bin/sh\necho started\n', 'a script whose #! is not in its first line'],
  ];
  test.each(cases)('(%s) starts after the command of its remedy', async (name, text, words) => {
    const script = at(`broken-${name}`);
    writeFileSync(script, text, { mode: 0o755 });
    const finding = onlyError(await resultOf(script, 'profile:debian:12-slim', {}));
    expect(finding).toMatchObject({ rule: 'exec-format', found: words });
    const [command] = commandsOf(finding);
    expect(spawnSync('sh', ['-c', command ?? 'false'], { cwd: folder }).status).toBe(0);
    expect(spawnSync(script, { encoding: 'utf8' }).stdout).toBe('started\n');
  });
});
