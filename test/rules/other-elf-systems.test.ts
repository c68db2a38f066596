import { expect, test } from 'vitest';
import { PT_GNU_STACK } from '../../src/elf/constants.ts';
import type { ElfFile } from '../../src/elf/elf-file.ts';
import { crashAtStart } from '../../src/rules/crash-at-start.ts';
import { interpreterMissing } from '../../src/rules/interpreter-missing.ts';
import { libraryRejected } from '../../src/rules/library-rejected.ts';
import { contextOf, type Start } from './start.ts';

const isGo = (elf: ElfFile): ElfFile => ({ ...elf, notes: { ...elf.notes, goBuildId: 'a/b/c/d' } });
const owned = (elf: ElfFile, owner: string): ElfFile => ({
  ...elf,
  notes: { ...elf.notes, headers: [...elf.notes.headers, { owner, type: 1, size: 4 }] },
});
const started = (change: (elf: ElfFile) => ElfFile, program = 'glibc-static'): Start => ({
  image: 'debian:12-slim',
  program,
  change,
});

/** As Go's linker leaves it, whose only note is its own. */
const withoutStack = (elf: ElfFile): ElfFile => ({
  ...elf,
  notes: { ...elf.notes, goBuildId: 'a/b/c/d', headers: [{ owner: 'Go', type: 4, size: 83 }] },
  segments: elf.segments.filter(({ type }) => type !== PT_GNU_STACK),
});

/** Seen with Go 1.19 on amd64, 386, arm64 and arm. */
test.each<[string, (elf: ElfFile) => ElfFile]>([
  ['FreeBSD', (elf) => isGo({ ...elf, osabi: 9 })],
  ['NetBSD', (elf) => isGo(owned(elf, 'NetBSD'))],
  ['DragonFly BSD', withoutStack],
])('a static Go program for %s starts and dies (K34)', async (system, change) => {
  const [finding] = crashAtStart.check(await contextOf(started(change)));
  expect(finding).toMatchObject({
    seen: null,
    exitStatus: 139,
    message: `/glibc-static would crash without a message: it is a program for ${system}, whose system calls Linux takes for others.`,
  });
});

test('what another static program of such a system does is unknown (K34)', async () => {
  const { trace } = await contextOf(started((elf) => ({ ...elf, osabi: 9 })));
  expect(trace.ending).toEqual({
    kind: 'unknown',
    reason: '/glibc-static is a program for FreeBSD: what its system calls do on Linux is not known',
  });
});

test('a Go program without PT_GNU_STACK that another linker made, as its notes show, is one of Linux (K34)', async () => {
  const { trace } = await contextOf(started((elf) => owned(withoutStack(elf), 'GNU')));
  expect(trace.ending.kind).toBe('starts');
});

test('a program that names a loader of Linux is one of Linux, whatever EI_OSABI says (K10)', async () => {
  const { trace } = await contextOf(started((elf) => ({ ...elf, osabi: 9 }), 'glibc-dynamic'));
  expect(trace.ending.kind).toBe('starts');
});

test.each([
  ['Android', '/system/bin/linker64'],
  ['FreeBSD', '/libexec/ld-elf.so.1'],
  ['NetBSD', '/usr/libexec/ld.elf_so'],
  ['OpenBSD', '/usr/libexec/ld.so'],
  ['DragonFly BSD', '/usr/libexec/ld-elf.so.2'],
  ['Solaris', '/lib/amd64/ld.so.1'],
  ['glibc', '/lib/ld.so.1'],
])('%s: %s is missing, and the program is said to be built for it (K20)', async (system, path) => {
  const change = (elf: ElfFile): ElfFile => ({ ...elf, interp: { path, wellFormed: true } });
  const [finding] = interpreterMissing.check(await contextOf(started(change, 'glibc-dynamic')));
  expect(finding?.message).toMatch(`/glibc-dynamic is built for ${system} and asks for the loader ${path}`);
});

test('a library of another system that glibc refuses is said to be one (G11)', async () => {
  const start = started((elf) => ({ ...elf, osabi: 9 }), 'addon.node');
  const [finding] = libraryRejected.check(await contextOf(start));
  expect(finding?.message).toBe(
    'The loader refuses /addon.node: ELF file OS ABI invalid. It is an ELF file for FreeBSD.',
  );
});
