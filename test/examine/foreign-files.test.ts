import { copyFileSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { check } from '../../src/check.ts';
import type { CheckResult } from '../../src/examine/check-report.ts';
import type { CheckInput } from '../../src/plan/check-input.ts';
import { temporaryFolder } from '../image/temporary-folder.ts';

const folder = temporaryFolder();
const fixtures = fileURLToPath(new URL('../../fixtures/bin/', import.meta.url));
const lfsPointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 77\n';
const machO = Buffer.concat([
  Buffer.from([0xcf, 0xfa, 0xed, 0xfe, 0x0c, 0, 0, 1, 0, 0, 0, 0, 8, 0, 0, 0]),
  Buffer.alloc(4096),
]);

const machOProgram = Buffer.from(machO).fill(2, 12, 13);

function written(name: string, content: string | Buffer, mode = 0o644): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode });
  return path;
}

async function checked(path: string, input: Partial<CheckInput> = {}): Promise<CheckResult> {
  const images = ['profile:debian:12-slim'];
  const { results } = await check({ binaries: [path], images, environment: {}, ...input });
  const [result] = results;
  if (result === undefined) throw new Error('there is no result');
  return result;
}

const messages = ({ findings }: CheckResult): string => findings.map(({ message }) => message).join('\n');
const commands = ({ findings }: CheckResult): (string | null)[] =>
  findings.flatMap(({ remedies }) => remedies.map(({ command }) => command));

test('an addon of another system is opened as a plugin, whatever the caller', async () => {
  const path = written('addon.node', machO);
  const result = await checked(path, { loadedBy: '/usr/bin/node', at: '/app/build/' });
  expect(result).toMatchObject({
    verdict: 'fails',
    stage: 'library',
    seen: { message: '/app/build/addon.node: invalid ELF header', exitStatus: 1 },
  });
  expect(messages(result)).toContain('It is a macOS library (Mach-O) for arm64.');
  expect(commands(result)).toEqual(['RUN npm ci', 'node_modules']);
});

// The messages of `dlopen` of these files under Debian 12's glibc and Alpine 3.19's musl.
test.each([
  ['empty.node', '', '/empty.node: file too short', 'It is an empty file.'],
  ['short.node', 'a text', '/short.node: file too short', 'It is a text file.'],
  ['long.so', 'a text '.repeat(40), '/long.so: invalid ELF header', 'It is a text file.'],
  ['script.so', `#!/bin/sh\n${'#'.repeat(80)}`, '/script.so: invalid ELF header', ''],
  ['libx.so', 'libx.so.1', '/libx.so: file too short', 'It is a text that holds only libx.so.1'],
])('%s, named as a plugin', async (name, content, line, sentence) => {
  const path = written(name, content);
  const glibc = await checked(path);
  expect(glibc).toMatchObject({ verdict: 'fails', seen: { message: line, exitStatus: 1 } });
  expect(messages(glibc)).toContain(sentence);
  const musl = await checked(path, { images: ['profile:alpine:3.19'] });
  const muslLine = `Error loading shared library /${name}: Exec format error`;
  expect(musl).toMatchObject({ verdict: 'fails', seen: { message: muslLine, exitStatus: 1 } });
});

test.each([
  ['tool', machOProgram, 'it is a macOS program (Mach-O) for arm64'],
  ['page', '<!doctype html><title>404</title>', 'it is an HTML or XML page'],
  ['lib.a', '!<arch>\nx.o/            ', 'it is an archive of object files'],
  ['Dockerfile', 'FROM scratch\n', 'it is a Dockerfile'],
  ['app.wasm', '\0asm\u0001\0\0\0', 'it is a WebAssembly module'],
  ['pointer', 'version https://git-lfs.github.com/spec/v1\nsize 77\n', 'it is a Git LFS pointer'],
])('%s is named for what it is when it is executed', async (name, content, sentence) => {
  const result = await checked(written(name, content, 0o755));
  expect(result.seen?.message).toBe(`exec /${name}: exec format error`);
  expect(messages(result)).toContain(sentence);
});

test('a file that is no program needs no execute permission', async () => {
  const result = await checked(written('archive.tar.gz', Buffer.from([0x1f, 0x8b, 8, 0]), 0o644));
  expect(result.seen?.message).toContain('permission denied');
  expect(messages(result)).toContain('It is a file compressed by gzip.');
  expect(commands(result)).toEqual(['tar -xzf archive.tar.gz']);
});

test('a library of the image that holds only the name of a file beside it is a link that became a text', async () => {
  const libraries = join(folder, 'lib');
  mkdirSync(libraries);
  copyFileSync(`${fixtures}lib/libmodel.so.1`, join(libraries, 'libmodel.so.1.0'));
  writeFileSync(join(libraries, 'libmodel.so.1'), 'libmodel.so.1.0');
  const add = [{ source: libraries, destination: '/opt/lib' }];
  const result = await checked(`${fixtures}origin/bin/runpath-origin`, { add, at: '/opt/bin/origin' });
  expect(result).toMatchObject({ verdict: 'fails', seen: { exitStatus: 127 } });
  expect(result.seen?.message).toContain('libmodel.so.1: file too short');
  expect(messages(result)).toContain(
    'It is a text that holds only libmodel.so.1.0, the name of a file beside it: a symbolic link that',
  );
  expect(commands(result)).toEqual(['RUN ln -sf libmodel.so.1.0 /opt/bin/../lib/libmodel.so.1']);
});

/** A library of the image in each of these forms, as glibc 2.36 and musl 1.2.4 refused them. */
describe.each([
  ['a Git LFS pointer', lfsPointer, 'invalid ELF header', 'git lfs pull --include libmodel.so.1'],
  ['a macOS library (Mach-O)', machO, 'invalid ELF header', 'docker build --platform linux/amd64 …'],
  ['a linker script', `/* GNU ld script */\nGROUP ( ${'/lib/x '.repeat(9)})\n`, 'invalid ELF header', null],
  ['an empty file', '', 'file too short', null],
  [
    'an archive of object files',
    '!<arch>\n'.repeat(9),
    'invalid ELF header',
    'gcc -shared … -o libmodel.so.1',
  ],
  ['an HTML or XML page', '<html>'.repeat(20), 'invalid ELF header', 'curl --fail -LO URL'],
  [
    'a file compressed by gzip',
    Buffer.alloc(99, '1f8b08', 'hex'),
    'invalid ELF header',
    'gunzip libmodel.so.1',
  ],
  ['a folder', null, 'cannot read file data: Error 21', null],
])('a library of the image that is %s', (what, content, refusal, command) => {
  const libraries = mkdtempSync(join(folder, 'libraries-'));
  const path = join(libraries, 'libmodel.so.1');
  if (content === null) mkdirSync(path);
  else writeFileSync(path, content);
  const add = [{ source: libraries, destination: '/opt/lib' }];
  const input = { add, env: ['LD_LIBRARY_PATH=/opt/lib'] };

  test('is refused by glibc', async () => {
    const result = await checked(`${fixtures}missing-library`, input);
    expect(result).toMatchObject({ verdict: 'fails', seen: { exitStatus: 127 } });
    expect(result.seen?.message).toContain(`/opt/lib/libmodel.so.1: ${refusal}`);
    expect(result.findings.map(({ rule }) => rule)).toEqual(['library-rejected']);
    expect(messages(result)).toContain(`It is ${what}`);
    expect(commands(result)).toEqual([command]);
  });

  test('is refused by musl, and its symbols are no cause of their own', async () => {
    const images = ['profile:alpine:3.19'];
    const result = await checked(`${fixtures}musl-missing-library`, { ...input, images });
    const reason = content === null ? 'Is a directory' : 'Exec format error';
    expect(result.seen?.message).toBe(
      `Error loading shared library libmodel.so.1: ${reason} (needed by /musl-missing-library)\n` +
        'Error relocating /musl-missing-library: model_name: symbol not found',
    );
    expect(result.findings.map(({ rule }) => rule)).toEqual(['library-rejected']);
    expect(result.findings[0]?.found).toBe(`${reason}; with it the symbol model_name`);
    expect(commands(result)).toEqual([command]);
  });
});

test('a link that dangles here is judged by where it leads in the image', async () => {
  const path = join(folder, 'tool-link');
  symlinkSync('/home/dev/lib/cli.js', path);
  const at = '/app/node_modules/.bin/tool';
  const dangling = await checked(path, { at });
  expect(dangling.verdict).toBe('fails');
  expect(dangling.seen?.message).toContain(`stat ${at}: no such file or directory`);
  expect(messages(dangling)).toContain(
    `${at} is a link to /home/dev/lib/cli.js, which the image does not have.`,
  );
  const script = written('cli.js', '#!/bin/sh\n', 0o755);
  const add = [{ source: script, destination: '/home/dev/lib/cli.js' }];
  expect((await checked(path, { at, add })).verdict).toBe('runs');
});

test('a plugin that is a dangling link is not there for the loader', async () => {
  const path = join(folder, 'link.node');
  symlinkSync('../lib/real.node', path);
  const result = await checked(path);
  expect(result.seen?.message).toBe('/link.node: cannot open shared object file: No such file or directory');
  expect(messages(result)).toContain(
    '/link.node is a link to ../lib/real.node, which the image does not have.',
  );
});

/** Removes what stands before the line with `#!`, and the blanks before that. */
const fromLateLine = (name: string): string => `sed -i '/^[[:space:]]*#!/,$!d;s/^[[:space:]]*#!/#!/' ${name}`;

// `execve` of each gives ENOEXEC.
test.each([
  [
    '\u{feff}#!/bin/sh\n',
    'a script with a byte order mark before its #!',
    String.raw`sed -i '1s/^\xEF\xBB\xBF//' entry`,
  ],
  ['\n#!/bin/sh\n', 'a script with a blank or an empty line before its #!', fromLateLine('entry')],
  ['# start\n#!/bin/sh\n', 'a script whose #! is not in its first line', fromLateLine('entry')],
  ['echo hi\n', 'it is neither an ELF file nor a script that begins with #!', "sed -i '1i #!/bin/sh' entry"],
])('a script that begins with %j', async (text, words, command) => {
  const result = await checked(written('entry', text, 0o755));
  expect(result).toMatchObject({ verdict: 'fails', seen: { message: 'exec /entry: exec format error' } });
  expect(result.findings.map(({ rule }) => rule)).toEqual(['exec-format']);
  expect(messages(result)).toContain(words);
  expect(commands(result)).toEqual([command]);
});

test('a script with a late #! and no execute permission needs both mended', async () => {
  const result = await checked(written('both', '\n#!/bin/sh\n', 0o644));
  expect(messages(result)).toContain('a script with a blank');
  expect(commands(result)).toContainEqual(expect.stringMatching(/^COPY --chmod=\d+ both /));
  expect(commands(result)[0]).toBe(fromLateLine('both'));
});

test.each([
  ['app.py', 'import sys\nsys.exit()\n', '#!/usr/bin/env python3'],
  ['app.mjs', 'process.exit(0);\n', '#!/usr/bin/env node'],
])('%s says how its interpreter is named', async (name, text, shebang) => {
  expect(commands(await checked(written(name, text, 0o755)))).toEqual([`sed -i '1i ${shebang}' ${name}`]);
});

test('a text that is the name of a file beside it on disk was a link', async () => {
  written('tool-1.2', machOProgram);
  const result = await checked(written('flat-tool', 'tool-1.2', 0o755));
  expect(messages(result)).toContain('only tool-1.2, the name of a file beside it: a symbolic link that');
  expect(commands(result)).toEqual(['RUN ln -sf tool-1.2 /flat-tool']);
  expect(messages(await checked(written('tool-word', 'tool-9', 0o755)))).not.toContain('beside it');
});

test('a link that leads back to itself is one in the image too', async () => {
  const path = join(folder, 'loop');
  symlinkSync('loop', path);
  const result = await checked(path);
  expect(result).toMatchObject({ verdict: 'fails' });
  expect(result.seen?.message).toContain('stat /loop: too many levels of symbolic links');
});
