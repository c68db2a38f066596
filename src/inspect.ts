import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { fileSource } from './elf/byte-sources.ts';
import { ElfError } from './elf/elf-error.ts';
import { readElf } from './elf/read-elf.ts';
import { readToolchainHints } from './elf/toolchain-hints.ts';
import { factsOf, summaryOf } from './report/inspect-facts.ts';
import type { InspectedFile } from './report/inspect-report.ts';

const chunkSize = 1024 * 1024;

function sha256OfFile(fd: number): string {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(chunkSize);
  for (let offset = 0, got = 1; got > 0; offset += got) {
    got = readSync(fd, chunk, 0, chunkSize, offset);
    hash.update(chunk.subarray(0, got));
  }
  return hash.digest('hex');
}

/**
 * What one ELF file is and wants, without any image. Throws ElfError when it is not an ELF file, and the error of node:fs
 * when it cannot be read.
 */
export async function inspect(path: string): Promise<InspectedFile> {
  // Opening a named pipe would wait for somebody to write to it.
  if (!statSync(path).isFile()) throw new ElfError('not a regular file');
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const source = fileSource(fd, size);
    const elf = readElf(source);
    const hints = readToolchainHints(source, elf);
    return {
      path,
      size,
      sha256: sha256OfFile(fd),
      summary: summaryOf(elf, hints),
      facts: factsOf(elf, hints),
    };
  } finally {
    closeSync(fd);
  }
}
