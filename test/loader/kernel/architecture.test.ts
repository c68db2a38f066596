import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readBinary } from '../../../src/binary/binary-file.ts';
import { EM_386, EM_ARM } from '../../../src/elf/constants.ts';
import type { ElfFile } from '../../../src/elf/elf-file.ts';
import { acceptance } from '../../../src/loader/kernel/architecture.ts';

const path = fileURLToPath(new URL('../../../fixtures/bin/glibc-static', import.meta.url));

function elfOf(change: Partial<ElfFile>): ElfFile {
  const { elf } = readBinary(path);
  if (elf === null) throw new Error(`${path} is no ELF file`);
  return { ...elf, ...change };
}

/** Seen with Docker 20.10 on an amd64 host: images labelled 386 start both. */
test.each([
  ['amd64', {}, 'native'],
  ['amd64', { machine: EM_386, class: 32 }, 'compat'],
  ['386', { machine: EM_386, class: 32 }, 'native'],
  ['386', {}, 'compat'],
  ['386', { class: 32 }, 'refused'],
  ['386', { machine: EM_ARM, class: 32 }, 'refused'],
  ['arm64', {}, 'refused'],
] as const)('an engine with an image for linux/%s meets %j: %s (K12)', (architecture, change, expected) => {
  expect(acceptance(elfOf(change), { os: 'linux', architecture, variant: null })).toBe(expected);
});
