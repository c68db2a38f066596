import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { BinaryFile } from '../../../src/binary/binary-file.ts';
import { bufferSource } from '../../../src/elf/bytes/byte-sources.ts';
import { kindOf } from '../../../src/elf/kind.ts';
import { readElf } from '../../../src/elf/read-elf.ts';
import { decidedResult } from '../../../src/examine/result.ts';
import type { Image } from '../../../src/image/image.ts';
import type { LoadTrace } from '../../../src/loader/trace/load-trace.ts';
import type { Entry } from '../../../src/plan/start.ts';
import { caseImage } from '../../loader/run-case.ts';
import { emptyImage, startOf } from '../../plan/starts.ts';

function binaryOf(file: string): BinaryFile {
  const path = fileURLToPath(new URL(`../../../fixtures/cases/files/${file}`, import.meta.url));
  const bytes = readFileSync(path);
  const elf = readElf(bufferSource(bytes));
  const content = { kind: 'elf', elf } as const;
  return { path, sha256: null, size: bytes.length, mode: 0o755, content, elf, hints: null };
}

/** A trace in which the file at `at` was refused as a library. */
const refusing = (at: string): LoadTrace => ({
  executed: [at],
  loader: null,
  objects: [],
  problems: [
    {
      kind: 'library-rejected',
      soname: at,
      path: at,
      neededBy: '/t/lib/libfoo.so.1',
      reason: 'cannot dynamically load position-independent executable',
      stage: 'library',
      fatal: true,
      seen: null,
      exitStatus: 127,
    },
  ],
  ending: { kind: 'stops', stage: 'library', message: '', isWhole: true, exitStatus: 127 },
});

const image: Image = { ...emptyImage(), content: caseImage('glibc-2.36').index };

test.each<[string, string, readonly string[]]>([
  ['a program that something needs is reported as missing', 'needs-foo/p', ['/t/x']],
  ['a library that dlopen refuses is not missing itself', 'needs-foo/lib/libfoo.so.1', []],
])('%s', (_, file, told) => {
  const binary = binaryOf(file);
  const entry: Entry =
    binary.elf !== null && kindOf(binary.elf) === 'shared-object'
      ? { kind: 'dlopen', caller: null, binding: null, before: [] }
      : { kind: 'exec' };
  const start = startOf(binary, image, { entry });
  const { missing } = decidedResult(start, refusing('/t/x'), [], null);
  expect(missing.libraries.map(({ soname }) => soname)).toEqual(told);
});
