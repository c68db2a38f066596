import { expect, test } from 'vitest';
import { symbolTable } from '../../../src/loader/symbols/symbol-table.ts';
import { caseImage } from '../run-case.ts';

test.each([
  ['glibc-2.36-i386', '/lib/i386-linux-gnu/libc.so.6', ['GLIBC_2.34']],
  ['glibc-2.36', '/lib/x86_64-linux-gnu/libc.so.6', []],
])(
  'in %s, 64-bit times are symbols of a version like any other, on 32-bit machines (G71)',
  (image, path, versions) => {
    const found = caseImage(image).rootfs.lookup(path);
    const content = found.ok ? found.inode.content : null;
    const dynamic = content?.kind === 'elf' ? content.elf.dynamic : null;
    expect(dynamic?.verdef.map(({ name }) => name)).toContain('GLIBC_2.34');
    const symbols = dynamic === null ? [] : (symbolTable(dynamic).get('__clock_gettime64') ?? []);
    expect(symbols.map(({ version }) => version)).toEqual(versions);
  },
);
