import { describe, expect, test } from 'vitest';
import type { ElfFile, Interp } from '../../src/elf/elf-file.ts';
import { rules } from '../../src/rules/index.ts';
import { cases } from '../rules/cases.ts';
import { fixture, linked, placed, type Start, script, taken } from '../rules/start.ts';
import { remediesOf } from './remedies.ts';

const needing =
  (...sonames: string[]) =>
  (elf: ElfFile): ElfFile =>
    elf.dynamic === null
      ? elf
      : { ...elf, dynamic: { ...elf.dynamic, needed: [...elf.dynamic.needed, ...sonames] } };

const interpretedBy =
  (path: string) =>
  (elf: ElfFile): ElfFile => ({ ...elf, interp: { path, wellFormed: true } satisfies Interp });

const askingFor =
  (version: string) =>
  (elf: ElfFile): ElfFile => {
    if (elf.dynamic === null) return elf;
    const { dynamic } = elf;
    const need = { name: version, weak: false };
    const verneed = [{ file: 'libc.so.6', versions: [need] }];
    return { ...elf, dynamic: { ...dynamic, needed: ['libc.so.6'], verneed, symbols: [] } };
  };

const forMusl = (elf: ElfFile): ElfFile =>
  elf.dynamic === null
    ? elf
    : { ...elf, dynamic: { ...elf.dynamic, needed: ['libc.musl-x86_64.so.1'], verneed: [], symbols: [] } };

const callingInto =
  (soname: string, symbol: string) =>
  (elf: ElfFile): ElfFile => {
    const asking = needing(soname)(elf);
    const template = asking.dynamic?.symbols.find(({ defined }) => !defined);
    if (asking.dynamic === null || template === undefined) return asking;
    const symbols = [...asking.dynamic.symbols, { ...template, name: symbol, version: null }];
    return { ...asking, dynamic: { ...asking.dynamic, symbols } };
  };

/** A program of fixtures/elf, as Debian's compilers link it. */
const ofDebian = (name: string, loader: string, ...sonames: string[]): Pick<Start, 'program' | 'change'> => ({
  program: `../elf/${name}`,
  change: (elf) => {
    const debian = interpretedBy(loader)(elf);
    return debian.dynamic === null
      ? debian
      : { ...debian, dynamic: { ...debian.dynamic, needed: sonames, verneed: [], symbols: [] } };
  },
});

const go = { go: { version: 'go1.24' } };
const glibc: Start = { image: 'debian:12-slim', program: 'glibc-dynamic' };
const musl: Start = { image: 'alpine:3.19', program: 'musl-dynamic' };
const rust = '../prediction-api';
const apt = (names: string) => `RUN apt-get update && apt-get install -y --no-install-recommends ${names}`;
const rustMusl =
  'rustup target add x86_64-unknown-linux-musl && cargo build --release --target x86_64-unknown-linux-musl';

const uvPython = '/root/.local/share/uv/python/cpython-3.13/bin/python3.13';
const pythonOfRoot = [linked('app/python', uvPython), placed(uvPython.slice(1), { kind: 'other' })];

/** Rule, what the situation is, the start, and the commands of the first finding's remedies in order. */
type Row = readonly [Parameters<typeof remediesOf>[0], string, Start, readonly (string | null)[]];

const table: readonly Row[] = [
  [
    'loader-libc-mismatch',
    'a libc.so.6 of another glibc in LD_LIBRARY_PATH: take its folder out, keep the others',
    {
      ...glibc,
      files: [
        await taken('f/libc.so.6', 'debian:13-slim', '/lib/x86_64-linux-gnu/libc.so.6'),
        await taken('opt/x/libx.so', 'debian:13-slim', '/lib/x86_64-linux-gnu/libz.so.1'),
      ],
      env: ['LD_LIBRARY_PATH=/opt/x:/f'],
    },
    ['ENV LD_LIBRARY_PATH=/opt/x'],
  ],
  [
    'interpreter-missing',
    'Rust for glibc on Alpine: the musl target, then a base with its glibc',
    { image: 'alpine:3.19', program: rust },
    [rustMusl, 'FROM debian:12-slim'],
  ],
  [
    'interpreter-missing',
    'Rust for glibc on a distroless image without a loader: the one that has its libraries',
    { image: 'gcr.io/distroless/static-debian12', program: rust },
    [rustMusl, 'FROM gcr.io/distroless/cc-debian12'],
  ],
  [
    'interpreter-missing',
    'C for glibc on Alpine: build there, another base, static',
    { ...glibc, image: 'alpine:3.19' },
    ['FROM alpine AS build\nRUN apk add build-base', 'FROM debian:12-slim', 'musl-gcc -static …'],
  ],
  [
    'interpreter-missing',
    'a base is only named when its glibc is new enough',
    { image: 'alpine:3.19', program: 'needs-glibc-2.41' },
    ['FROM alpine AS build\nRUN apk add build-base', 'FROM debian:13-slim', 'musl-gcc -static …'],
  ],
  [
    'interpreter-missing',
    'Go without cgo that asks for a loader all the same',
    { image: 'alpine:3.19', program: 'go-like-pie', hints: go },
    ['CGO_ENABLED=0 go build -buildmode=exe', 'FROM debian:12-slim'],
  ],
  [
    'interpreter-missing',
    'Go with cgo',
    { ...glibc, image: 'alpine:3.19', hints: go },
    ['CGO_ENABLED=0 go build', 'FROM debian:12-slim'],
  ],
  [
    'interpreter-missing',
    'a musl program on Debian: static is the usual intent',
    { ...musl, image: 'debian:12-slim' },
    ['musl-gcc -static …', 'FROM alpine:3.20', apt('musl')],
  ],
  [
    'interpreter-missing',
    'a loader of the machine that it was built on',
    { ...glibc, change: interpretedBy('/nix/store/abc-glibc-2.40/lib/ld-linux-x86-64.so.2') },
    [
      'patchelf --set-interpreter /lib64/ld-linux-x86-64.so.2 --remove-rpath glibc-dynamic',
      'musl-gcc -static …',
    ],
  ],
  [
    'version-missing',
    'a newer release of the same kind of image: Debian',
    { image: 'debian:12-slim', program: 'needs-glibc-2.41' },
    [null, 'FROM debian:13-slim', 'musl-gcc -static …'],
  ],
  [
    'version-missing',
    'a newer release of the same kind of image: distroless',
    { image: 'gcr.io/distroless/base-debian12', program: 'needs-glibc-2.38' },
    [null, 'FROM gcr.io/distroless/base-debian13', 'musl-gcc -static …'],
  ],
  [
    'version-missing',
    'Rust: the very glibc of the image',
    { image: 'debian:11-slim', program: rust },
    ['cargo zigbuild --release --target x86_64-unknown-linux-gnu.2.31', 'FROM debian:12-slim', rustMusl],
  ],
  [
    'library-missing',
    'all packages in one line, by the names of the release: Debian 12',
    { ...glibc, change: needing('libpq.so.5', 'libcurl.so.4', 'libgssapi_krb5.so.2') },
    [apt('libpq5 libcurl4 libgssapi-krb5-2')],
  ],
  [
    'library-missing',
    'all packages in one line, by the names of the release: Debian 13',
    { ...glibc, image: 'debian:13-slim', change: needing('libpq.so.5', 'libcurl.so.4') },
    [apt('libpq5 libcurl4t64')],
  ],
  [
    'library-missing',
    'all packages in one line: Alpine',
    { ...musl, change: needing('libstdc++.so.6', 'libgcc_s.so.1') },
    ['RUN apk add --no-cache libstdc++ libgcc'],
  ],
  [
    'library-missing',
    'distroless has no package manager: a fuller base, or a copy from another stage',
    { image: 'gcr.io/distroless/base-debian12', program: rust },
    [
      'FROM gcr.io/distroless/cc-debian12',
      `FROM debian:12-slim AS libraries\n${apt('libgcc-s1')}\n…\nCOPY --from=libraries /usr/lib/x86_64-linux-gnu/libgcc_s.so.1* /usr/lib/x86_64-linux-gnu/`,
    ],
  ],
  [
    'library-missing',
    'a soname that the release has dropped, of a program that is as old',
    { image: 'debian:12-slim', program: 'needs-glibc-2.17', change: needing('libssl.so.1.1') },
    [null, 'FROM debian:11-slim'],
  ],
  [
    'library-missing',
    'a soname that the release has dropped, and another library: one base for both',
    {
      image: 'debian:12-slim',
      program: 'needs-glibc-2.17',
      change: needing('libssl.so.1.1', 'libedit.so.2'),
    },
    [null, `FROM debian:11-slim\n${apt('libedit2')}`],
  ],
  [
    'library-missing',
    'the package of the release is too old for the program: the release whose package has the symbol comes first',
    { ...glibc, change: callingInto('libsqlite3.so.0', 'sqlite3_stmt_explain') },
    ['FROM debian:13-slim', apt('libsqlite3-0')],
  ],
  [
    'library-missing',
    'the package of the release has the symbol',
    { ...glibc, change: callingInto('libsqlite3.so.0', 'sqlite3_open') },
    [apt('libsqlite3-0')],
  ],
  [
    'library-missing',
    'an image without a package manager and not made of packages: a base that has the library',
    { ...glibc, image: 'busybox:glibc', change: needing('libgcc_s.so.1') },
    ['FROM gcr.io/distroless/cc-debian12', 'COPY libgcc_s.so.1 /usr/lib/x86_64-linux-gnu/'],
  ],
  [
    'interpreter-missing',
    'a 32-bit program on Debian: the loader and the libraries from packages for i386',
    { image: 'debian:12-slim', ...ofDebian('prog-i386', '/lib/ld-linux.so.2', 'libstdc++.so.6') },
    [
      null,
      `RUN dpkg --add-architecture i386 && apt-get update && apt-get install -y --no-install-recommends libc6:i386 libstdc++6:i386`,
      'FROM --platform=linux/386 debian:12-slim',
      'musl-gcc -static …',
    ],
  ],
  [
    'arch-mismatch',
    'the same image for the platform of the program does not have its library, a base with its package does',
    { image: 'debian:12-slim', ...ofDebian('prog-aarch64', '/lib/ld-linux-aarch64.so.1', 'libpq.so.5') },
    [null, `FROM --platform=linux/arm64 debian:12-slim\n${apt('libpq5')}`],
  ],
  [
    'interpreter-missing',
    "a musl program on Debian 12, whose package musl lacks what it asks for: not Debian's package",
    { ...musl, image: 'debian:12-slim', change: callingInto('libc.musl-x86_64.so.1', 'crypt') },
    ['musl-gcc -static …', 'FROM alpine:3.20'],
  ],
  [
    'arch-mismatch',
    'the same image for the platform of the program has an older glibc: a base that is new enough',
    {
      image: 'debian:11-slim',
      program: '../elf/prog-aarch64',
      change: (elf) => askingFor('GLIBC_2.38')(interpretedBy('/lib/ld-linux-aarch64.so.1')(elf)),
    },
    [null, 'FROM --platform=linux/arm64 debian:13-slim'],
  ],
  [
    'no-loader',
    'an addon in an image without a loader: a base with its libc',
    { image: 'busybox:musl', program: 'addon.node' },
    ['FROM gcr.io/distroless/base-debian12'],
  ],
  [
    'foreign-libc',
    'an addon for musl on Debian: installed inside the image; no package brings a loader into a process that has one',
    { image: 'debian:12-slim', program: 'addon.node', change: forMusl },
    ['RUN npm ci', 'FROM alpine:3.20'],
  ],
  [
    'arch-mismatch',
    'a base is only named for an architecture that it is published for',
    { image: 'alpine:3.19', ...ofDebian('prog-riscv64', '/lib/ld-linux-riscv64-lp64d.so.1') },
    [null, 'FROM --platform=linux/riscv64 debian:13-slim'],
  ],
  [
    'library-missing',
    'a soname that the release has dropped: no older release, whose glibc the program does not take',
    { ...glibc, image: 'debian:13-slim', change: needing('libssl.so.1.1') },
    [null],
  ],
  [
    'library-missing',
    'a library of the driver is no package',
    { ...glibc, change: needing('libcuda.so.1') },
    ['docker run --gpus all …'],
  ],
  [
    'foreign-libc',
    'the library of another libc: build for the one that is there',
    {
      ...musl,
      program: 'glibc-dynamic',
      change: needing('ld-linux-x86-64.so.2'),
      files: [linked('lib64/ld-linux-x86-64.so.2', '/lib/ld-musl-x86_64.so.1')],
    },
    ['FROM alpine AS build\nRUN apk add build-base', null, 'musl-gcc -static …'],
  ],
  [
    'library-missing',
    'a library that lies beside the search path',
    {
      ...glibc,
      program: 'missing-library',
      files: [fixture('opt/model/libmodel.so.1', 'lib/libmodel.so.1')],
    },
    ['ENV LD_LIBRARY_PATH=/opt/model'],
  ],
  [
    'library-missing',
    'a library in a folder that ldconfig reads',
    {
      ...glibc,
      program: 'missing-library',
      files: [fixture('usr/local/lib/libmodel.so.1', 'lib/libmodel.so.1')],
    },
    ['RUN ldconfig'],
  ],
  [
    'library-missing',
    'a library without the link of its soname',
    {
      ...glibc,
      program: 'missing-library',
      files: [fixture('opt/model/libmodel.so.1.2', 'lib/libmodel.so.1')],
    },
    ['RUN ln -s /opt/model/libmodel.so.1.2 /usr/lib/x86_64-linux-gnu/libmodel.so.1'],
  ],
  [
    'library-missing',
    'a library that nobody knows',
    { ...glibc, program: 'missing-library' },
    [
      'COPY libmodel.so.1 /usr/lib/x86_64-linux-gnu/',
      'https://packages.debian.org/search?suite=bookworm&searchon=contents&mode=exactfilename&keywords=libmodel.so.1',
    ],
  ],
  [
    'library-missing',
    'a library that nobody knows, which apk finds by its soname',
    { ...musl, change: needing('libnobody.so.3') },
    ['COPY libnobody.so.3 /usr/lib/', 'RUN apk add --no-cache so:libnobody.so.3'],
  ],
  [
    'library-missing',
    'a copy from another stage leaves another library missing',
    { ...glibc, image: 'gcr.io/distroless/base-debian12', change: needing('libpq.so.5', 'libnobody.so.3') },
    [
      'FROM debian:12-slim AS libraries\n' +
        apt('libpq5') +
        '\n…\nCOPY --from=libraries /usr/lib/x86_64-linux-gnu/libpq.so.5* /usr/lib/x86_64-linux-gnu/',
    ],
  ],
  [
    'arch-mismatch',
    'Go for another processor',
    { ...glibc, program: 'aarch64-glibc-dynamic', hints: go },
    ['GOOS=linux GOARCH=amd64 go build', 'docker run --platform linux/arm64 …'],
  ],
  [
    'arch-mismatch',
    'another processor and another libc: one base for both',
    { ...musl, program: 'aarch64-glibc-dynamic', hints: go },
    ['GOOS=linux GOARCH=amd64 go build', 'FROM --platform=linux/arm64 debian:12-slim'],
  ],
  [
    'glibc-under-musl',
    'an addon: installed inside of the image',
    { image: 'alpine:3.19', program: 'addon.node' },
    ['RUN npm ci', 'FROM debian:12-slim'],
  ],
  [
    'script-interpreter',
    'bash on Alpine',
    { ...musl, content: script('#!/bin/bash\n') },
    ['RUN apk add --no-cache bash', '#!/bin/sh'],
  ],
  [
    'script-interpreter',
    'a shell where there is none',
    { ...glibc, image: 'gcr.io/distroless/base-debian12', content: script('#!/bin/bash\n') },
    [null],
  ],
  [
    'script-command-missing',
    'python3 on Debian',
    { ...glibc, content: script('#!/usr/bin/env python3\n') },
    [apt('python3')],
  ],
  ['user-unknown', 'Alpine', { ...musl, user: 'model:model' }, ['RUN adduser -D model', 'USER 65532']],
  ['user-unknown', 'scratch', { ...glibc, image: 'scratch', user: 'model' }, ['USER 65532:65532']],
  [
    'not-executable',
    'a file without the bit',
    { ...glibc, mode: 0o644 },
    ['COPY --chmod=0755 glibc-dynamic /glibc-dynamic', 'RUN chmod a+rx /glibc-dynamic'],
  ],
  [
    'not-executable',
    'on an image without a shell, only the copy can set the mode',
    { ...glibc, image: 'scratch', mode: 0o700, user: '1000' },
    ['COPY --chmod=0755 glibc-dynamic /glibc-dynamic'],
  ],
  [
    'script-interpreter',
    'a Python below /root, for another user: open the folder, or keep it elsewhere',
    { ...glibc, user: '1000', content: script('#!/app/python\n'), files: pythonOfRoot },
    ['RUN chmod a+x /root', 'ENV UV_PYTHON_INSTALL_DIR=/opt/python'],
  ],
  [
    'script-interpreter',
    "a link to uv's Python, which was not copied: copy it, or use the Python of the image",
    { ...glibc, content: script('#!/app/python\n'), files: [linked('app/python', uvPython)] },
    ['COPY --from=build /root/.local/share/uv/python /root/.local/share/uv/python', null],
  ],
  [
    'script-interpreter',
    'a link to the Python of another image, where this one has its own',
    {
      ...glibc,
      content: script('#!/app/python\n'),
      files: [
        linked('app/python', '/usr/local/bin/python3.13'),
        placed('usr/bin/python3', { kind: 'other' }),
      ],
    },
    ['ENV UV_PYTHON_DOWNLOADS=never UV_PYTHON=/usr/bin/python3', 'COPY --from=build /usr/local /usr/local'],
  ],
  [
    'library-missing',
    'an addon for glibc on Alpine: its libc is the cause, not the library that it lacks besides',
    { image: 'alpine:3.19', program: 'addon.node', change: needing('libstdc++.so.6') },
    ['RUN npm ci', 'FROM debian:12-slim'],
  ],
  [
    'library-missing',
    'an image that says by its variables which release of Node.js it has',
    {
      image: 'alpine:3.19',
      program: 'addon.node',
      change: needing('libstdc++.so.6'),
      env: ['NODE_VERSION=22.3.0'],
    },
    ['RUN npm ci', 'FROM node:22-bookworm-slim'],
  ],
  [
    'library-unreadable',
    'a library of mode 0600: chmod, or the mode at its copy; never where the loader looks',
    {
      image: 'debian:12-slim',
      program: 'missing-library',
      user: '1000',
      files: [{ ...fixture('usr/lib/libmodel.so.1', 'lib/libmodel.so.1'), mode: 0o600 }],
    },
    ['RUN chmod a+r /usr/lib/libmodel.so.1', 'COPY --chmod=0644 libmodel.so.1 /usr/lib/libmodel.so.1'],
  ],
];

describe('remedies fit', () => {
  test.each(table)('%s: %s', async (rule, _situation, start, commands) => {
    const [first = []] = await remediesOf(rule, start);
    expect(first.map(({ command }) => command)).toEqual(commands);
  });
});

test('a base whose files for the platform are not embedded is not said to have been examined', async () => {
  const [[, base] = []] = await remediesOf('arch-mismatch', {
    image: 'alpine:3.19',
    ...ofDebian('prog-riscv64', '/lib/ld-linux-riscv64-lp64d.so.1', 'libatomic.so.1'),
  });
  expect(base).toEqual({
    action:
      'Or use debian:13-slim for linux/riscv64 (glibc 2.41) and install the package libatomic1 there. This was not examined: the files of debian:13-slim for linux/riscv64 are not embedded.',
    command: `FROM --platform=linux/riscv64 debian:13-slim\n${apt('libatomic1')}`,
    cure: {
      kind: 'base',
      image: 'debian:13-slim',
      packages: ['libatomic1'],
      platform: 'linux/riscv64',
    },
    proven: false,
  });
});

/** Rule, start, and whether each remedy was examined and leads to a start. */
const proofs: readonly (readonly [Parameters<typeof remediesOf>[0], Start, readonly boolean[]])[] = [
  ['interpreter-missing', { image: 'alpine:3.19', program: rust }, [false, true]],
  ['version-missing', { image: 'debian:11-slim', program: rust }, [false, true, false]],
  [
    'library-missing',
    {
      ...glibc,
      program: 'missing-library',
      files: [fixture('opt/model/libmodel.so.1.2', 'lib/libmodel.so.1')],
    },
    [true],
  ],
  [
    'library-missing',
    { ...glibc, program: 'missing-library', files: [fixture('opt/m/libmodel.so.1', 'lib/libmodel.so.1')] },
    [true],
  ],
  [
    'library-unreadable',
    {
      ...glibc,
      program: 'missing-library',
      user: '1000',
      files: [{ ...fixture('usr/lib/libmodel.so.1', 'lib/libmodel.so.1'), mode: 0o600 }],
    },
    [true, true],
  ],
];

test.each(proofs)('%s: what is proven says that it starts there: %o', async (rule, start, expected) => {
  const [first = []] = await remediesOf(rule, start);
  expect(first.map(({ proven }) => proven)).toEqual(expected);
  for (const { action, proven } of first) expect(/it (starts|loads)/i.test(action), action).toBe(proven);
});

test('a Rust program on an old cc image is sent to the newer cc image, not to one without libgcc_s', async () => {
  const start = { image: 'gcr.io/distroless/cc-debian11', program: rust };
  const [first = []] = await remediesOf('version-missing', start);
  expect(first[1]?.command).toBe('FROM gcr.io/distroless/cc-debian12');
  expect(first[1]?.cure).toEqual({
    kind: 'base',
    image: 'gcr.io/distroless/cc-debian12',
    packages: [],
    platform: null,
  });
});

test('every missing library of a package is answered by the same line, so that a report tells it once', async () => {
  const start = { ...glibc, change: needing('libpq.so.5', 'libcurl.so.4') };
  const [pq, curl] = await remediesOf('library-missing', start);
  expect(curl).toEqual(pq);
});

test('another version of a dropped library is named, and that a link to it is no cure', async () => {
  const start = { ...glibc, image: 'debian:13-slim', change: needing('libssl.so.1.1') };
  const [[first] = []] = await remediesOf('library-missing', start);
  expect(first?.action).toMatch(/\/libssl\.so\.3; a link to it would not help/);
});

test('a library that asks for a version is named, not the program', async () => {
  const start = {
    ...glibc,
    program: 'missing-library',
    files: [
      fixture('usr/lib/libmodel.so.1', 'lib/libmodel.so.1', (elf) =>
        elf.dynamic === null
          ? elf
          : {
              ...elf,
              dynamic: {
                ...elf.dynamic,
                needed: ['libc.so.6'],
                verneed: [{ file: 'libc.so.6', versions: [{ name: 'GLIBC_2.38', weak: false }] }],
              },
            },
      ),
    ],
  };
  const [[first] = []] = await remediesOf('version-missing', start);
  expect(first?.action).toMatch(/^\/lib\/libmodel\.so\.1 asks for it, not the program/);
});

test('ldconfig looks only at files whose names begin with lib', async () => {
  const start = (name: string): Start => ({
    ...glibc,
    change: needing(name),
    files: [fixture(`usr/local/lib/${name}`, 'lib/libmodel.so.1')],
  });
  const first = async (name: string) => (await remediesOf('library-missing', start(name)))[0]?.[0]?.command;
  expect(await first('libscore.so')).toBe('RUN ldconfig');
  expect(await first('score.so')).toBe('ENV LD_LIBRARY_PATH=/usr/local/lib');
});

test('the first remedy is no alternative', async () => {
  const start = { image: 'gcr.io/distroless/base-debian12', program: rust };
  const [[first, second] = []] = await remediesOf('library-missing', start);
  expect(first?.action).toMatch(/^Use gcr\.io\/distroless\/cc-debian12 /);
  expect(second?.action).toMatch(/^Or install /);
});

test('no remedy is an empty sentence, for the case of any rule', async () => {
  for (const { id } of rules) {
    const ruleCase = cases[id];
    if (ruleCase === undefined) continue;
    for (const remedies of await remediesOf(id, ruleCase.catches)) {
      for (const { action, command } of remedies) {
        expect(action, id).toMatch(/^[/\w].*[.:]$/);
        expect(command, id).not.toBe('');
        expect(`${action}${command}`, id).not.toMatch(/undefined|NaN|\[object/);
      }
    }
  }
});
