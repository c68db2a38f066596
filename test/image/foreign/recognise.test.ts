import { expect, test } from 'vitest';
import { foreignHeadSize } from '../../../src/image/foreign/head.ts';
import type { ForeignFile } from '../../../src/image/foreign/kinds.ts';
import { isLibraryName } from '../../../src/image/foreign/library-name.ts';
import { isForeignOfInterest } from '../../../src/image/foreign/of-interest.ts';
import { recogniseForeign } from '../../../src/image/foreign/recognise.ts';

const bytes = (text: string, size = text.length): Buffer => {
  const file = Buffer.alloc(size);
  file.write(text, 'latin1');
  return file;
};

/** A fat Mach-O file with an entry for each CPU type. */
function fat(...cpuTypes: readonly number[]): Buffer {
  const file = Buffer.alloc(8 + 20 * cpuTypes.length);
  file.writeUInt32BE(0xcafebabe, 0);
  file.writeUInt32BE(cpuTypes.length, 4);
  for (const [at, cpuType] of cpuTypes.entries()) file.writeUInt32BE(cpuType, 8 + 20 * at);
  return file;
}

/** A PE32+ file: `cli` is the address of its CLI header. */
function portableExecutable(machine: number, characteristics: number, cli = 0): Buffer {
  const file = Buffer.alloc(1024);
  file.write('MZ');
  file.writeUInt32LE(0x80, 0x3c);
  file.write('PE\0\0', 0x80, 'latin1');
  file.writeUInt16LE(machine, 0x84);
  file.writeUInt16LE(characteristics, 0x96);
  file.writeUInt16LE(0x20b, 0x98);
  file.writeUInt32LE(cli, 0x98 + 112 + 14 * 8);
  return file;
}

const machOBundle = bytes('\xcf\xfa\xed\xfe\x0c\0\0\x01\0\0\0\0\x08\0\0\0', 64);
const machOProgram = bytes('\xfe\xed\xfa\xcf\x01\0\0\x07\0\0\0\x03\0\0\0\x02', 64);
const lfs = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n';

const lateShebang = (before: Extract<ForeignFile, { kind: 'late-shebang' }>['before']): ForeignFile => ({
  kind: 'late-shebang',
  before,
});

test.each<[string, Buffer, ForeignFile]>([
  ['Mach-O, little-endian', machOBundle, { kind: 'mach-o', role: 'library', machines: ['arm64'] }],
  ['Mach-O, big-endian', machOProgram, { kind: 'mach-o', role: 'program', machines: ['x86_64'] }],
  ['fat Mach-O', fat(0x1000007, 0x100000c), { kind: 'mach-o', role: null, machines: ['x86_64', 'arm64'] }],
  ['a Java class', bytes('\xca\xfe\xba\xbe\0\0\x004', 64), { kind: 'java-class' }],
  ['a Windows program', portableExecutable(0x8664, 2), { kind: 'pe', role: 'program', machine: 'x64' }],
  [
    'a Windows library',
    portableExecutable(0xaa64, 0x2002),
    { kind: 'pe', role: 'library', machine: 'arm64' },
  ],
  ['a .NET assembly', portableExecutable(0x14c, 0x2002, 0x2008), { kind: 'dotnet' }],
  ['a DOS program', bytes('MZ', 64), { kind: 'data' }],
  ['bytes that are no text', bytes('MZ\x90\x90\x90\x90'), { kind: 'data' }],
  ['one word with an umlaut', bytes('libm\xc3\xbc.so.1'), { kind: 'word', target: 'libm\xc3\xbc.so.1' }],
  ['an ELF file of 40 bytes', bytes('\x7fELF\x02\x01\x01', 40), { kind: 'elf-stump' }],
  ['wrapped bitcode', bytes('\xde\xc0\x17\x0b', 64), { kind: 'bitcode' }],
  ['a 7z archive', bytes('7z\xbc\xaf\x27\x1c', 64), { kind: '7z' }],
  ['lz4', bytes('\x04\x22\x4d\x18', 64), { kind: 'lz4' }],
  ['a snap', bytes('hsqs', 64), { kind: 'squashfs' }],
  ['compiled Python 3.11', bytes('\xa7\x0d\r\n', 64), { kind: 'python-bytecode' }],
  ['GOOS=plan9', bytes('\0\0\x8a\x97', 64), { kind: 'plan9' }],
  ['GOOS=aix', bytes('\x01\xf7', 64), { kind: 'aix' }],
  ['the answer of GitHub', bytes('Not Found'), { kind: 'server-answer' }],
  ['the answer of GitHub for raw files', bytes('404: Not Found'), { kind: 'server-answer' }],
  ['the answer of an API', bytes('{"message":"Bad credentials"}'), { kind: 'server-answer' }],
  ['a first line without its #', bytes('!/usr/bin/env bash\n'), { kind: 'broken-shebang', by: 'no-hash' }],
  ['a first line with a space in its #!', bytes('# !/bin/sh\n'), { kind: 'broken-shebang', by: 'space' }],
  ['a comment with an exclamation mark', bytes('# ! important\necho\n'), { kind: 'text' }],
  ['a batch file of npm', bytes('@ECHO off\r\nGOTO start\r\n'), { kind: 'batch-file' }],
  ['a text about something not found', bytes('Not found: see the manual\n'), { kind: 'text' }],
  ['WebAssembly', bytes('\0asm\x01\0\0\0'), { kind: 'wasm' }],
  ['LLVM bitcode', bytes('BC\xc0\xde'), { kind: 'bitcode' }],
  ['a static library', bytes('!<arch>\nfoo.o/ '), { kind: 'static-library' }],
  ['a Debian package', bytes('!<arch>\ndebian-binary   '), { kind: 'debian-package' }],
  ['zip', bytes('PK\x03\x04'), { kind: 'zip' }],
  ['gzip', bytes('\x1f\x8b\x08'), { kind: 'gzip' }],
  ['tar', Buffer.concat([bytes('a', 257), bytes('ustar\x0000', 255)]), { kind: 'tar' }],
  ['a Git LFS pointer', bytes(lfs), { kind: 'git-lfs', size: 12345 }],
  ['a linker script', bytes('/* GNU ld script */\nGROUP ( /lib/libc.so.6 )\n'), { kind: 'linker-script' }],
  ['a Dockerfile', bytes('# syntax=docker/dockerfile:1\n\nFROM alpine:3.19\n'), { kind: 'dockerfile' }],
  ['a web page', bytes('<!DOCTYPE html><html>'), { kind: 'web-page' }],
  [
    'a link that became a text',
    bytes('libpcre2-8.so.0.9.0'),
    { kind: 'word', target: 'libpcre2-8.so.0.9.0' },
  ],
  ['one with a line break', bytes('../lib/x\n'), { kind: 'word', target: '../lib/x' }],
  ['a byte order mark before #!', bytes('\xef\xbb\xbf#!/bin/sh\n'), lateShebang('byte-order-mark')],
  ['UTF-16, little-endian', bytes('\xff\xfe#\0!\0/\0'), lateShebang('utf-16')],
  ['UTF-16, big-endian', bytes('\xfe\xff\0#\0!\0/'), lateShebang('utf-16')],
  ['an empty line before #!', bytes('\r\n#!/bin/sh\n'), lateShebang('blank')],
  ['a blank before #!', bytes(' #!/bin/sh\n'), lateShebang('blank')],
  ['a comment before #!', bytes('# licence\n\n#! /bin/sh\n'), lateShebang('comment')],
  ['a command before #!', bytes('set -e\n#!/bin/sh\n'), { kind: 'text' }],
  ['a comment about #!', bytes('# of\n#!important\n'), { kind: 'text' }],
  ['a word too long for a name', bytes('a'.repeat(256)), { kind: 'text' }],
  ['text', bytes('two words'), { kind: 'text' }],
  ['no known format', bytes('\x01\x02'), { kind: 'data' }],
  ['an empty file', Buffer.alloc(0), { kind: 'empty' }],
])('recognises %s', (_, file, expected) => {
  expect(recogniseForeign(file.subarray(0, foreignHeadSize), file.length)).toEqual(expected);
});

test('a count of a fat file that promises more than there is gives what is there', () => {
  const file = fat(0x1000007);
  file.writeUInt32BE(44, 4);
  expect(recogniseForeign(file, file.length)).toMatchObject({ machines: ['x86_64'] });
});

test('a PE header beyond what is looked at is not read', () => {
  const file = bytes('MZ', 600);
  file.writeUInt32LE(0xffffffff, 0x3c);
  expect(recogniseForeign(file, file.length)).toEqual({ kind: 'pe', role: 'program', machine: null });
});

test.each(['/a/libx.so', 'libx.so.1.2', 'x.node', 'x.dylib', 'x.cpython-312-x86_64-linux-gnu.so'])(
  '%s is named as a library',
  (name) => expect(isLibraryName(name)).toBe(true),
);

test.each(['/a.so/tool', 'x.sources', 'so', 'node', 'x.so-notes.txt'])('%s is not', (name) =>
  expect(isLibraryName(name)).toBe(false),
);

test.each([
  ['a Mach-O program', 'bin/tool', machOProgram, true],
  ['a text named as a library', 'lib/libx.so.1', bytes('some text'), true],
  ['a link that became a text', 'bin/sh', bytes('../busybox'), true],
  ['a script with a byte order mark', 'entrypoint.sh', bytes('\xef\xbb\xbf#!/bin/sh\n'), true],
  ['a text', 'etc/motd', bytes('some text'), false],
  ['a short word', 'etc/flag', bytes('on'), false],
  ['an archive', 'app.jar', bytes('PK\x03\x04', 64), false],
])('of an image the head of %s is kept: %s, %s, %s', (_, path, file, kept) => {
  expect(isForeignOfInterest(path, file, file.length)).toBe(kept);
});
