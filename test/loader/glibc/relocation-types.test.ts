import { expect, test } from 'vitest';
import type { RelocationTable } from '../../../src/elf/elf-file.ts';
import { simulateStart } from '../../../src/loader/simulate.ts';
import type { CaseImage } from '../cases/case.ts';
import { withAnonymousTypes, withChangedElf } from '../changed-elf.ts';
import { containerOf } from '../run-case.ts';

interface Changed {
  readonly image: CaseImage;
  readonly files: string;
  readonly path: '/t/p' | '/t/lib/libfoo.so.1';
  readonly table: RelocationTable;
  readonly type: number;
}

async function startedWith({ image, files, path, table, type }: Changed, bindNow: boolean) {
  const env: Record<string, string> = { LD_LIBRARY_PATH: '/t/lib', LD_BIND_NOW: bindNow ? '1' : '' };
  const container = await containerOf({ image, files, env }, 'docker');
  const changed = withChangedElf(container, path, (elf) => withAnonymousTypes(elf, { [table]: [type] }));
  const { ending } = simulateStart(changed, '/t/p');
  return ending.kind === 'stops' ? ending.message : ending.kind;
}

const library = '/t/lib/libfoo.so.1';
const words = '/t/p: error while loading shared libraries: ';
const plt = `${words}${library}: unexpected PLT reloc type 0x`;
const data = `${words}${library}: unexpected reloc type 0x`;

/** Seen with patched files under 2.31, 2.36 and 2.41 (i386, AArch64: the 2.36 of the cross compilers). */
test.each<[CaseImage, string, Changed['path'], RelocationTable, number, lazy: string, now: string]>([
  ['glibc-2.36', 'needs-foo', '/t/p', 'plt', 0, `${words}unexpected PLT reloc type 0x00`, 'starts'],
  ['glibc-2.36', 'needs-foo', library, 'plt', 0, `${plt}00`, 'starts'],
  ['glibc-2.36', 'needs-foo', library, 'plt', 8, `${plt}08`, 'starts'],
  ['glibc-2.36', 'needs-foo', library, 'plt', 37, 'starts', 'starts'],
  ['glibc-2.36', 'needs-foo', library, 'plt', 3, `${plt}03`, `${data}03`],
  ['glibc-2.36', 'needs-foo', library, 'data', 0, 'starts', 'starts'],
  ['glibc-2.36', 'needs-foo', library, 'data', 3, `${data}03`, `${data}03`],
  ['glibc-2.36', 'needs-foo', library, 'data', 300, `${data}0000012c`, `${data}0000012c`],
  ['glibc-2.36-i386', 'i386-needs-foo', library, 'plt', 0, `${plt}00`, 'starts'],
  ['glibc-2.36-i386', 'i386-needs-foo', library, 'plt', 42, 'starts', 'starts'],
  ['glibc-2.36-arm64', 'arm64-needs-foo', library, 'plt', 0, `${plt}00`, 'starts'],
  ['glibc-2.36-arm64', 'arm64-needs-foo', library, 'plt', 1031, 'starts', 'starts'],
])(
  'under %s, %s: %s whose %s table has type %i ends the start unless ld.so knows it there (G56)',
  async (image, files, path, table, type, lazy, now) => {
    const changed = { image, files, path, table, type };
    expect(await startedWith(changed, false)).toBe(lazy);
    expect(await startedWith(changed, true)).toBe(now);
  },
);
