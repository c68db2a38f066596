import { BinaryError, readBinary } from './binary/binary-file.ts';
import { KnownHashes } from './binary/known-hashes.ts';
import { CacheStore } from './image/cache/cache-store.ts';
import { factsOf, summaryOf } from './report/inspect/facts.ts';
import type { InspectedFile } from './report/inspect/report.ts';

export interface InspectOptions {
  /** Where the sha256 of large files is remembered, and how many bytes that cache may have; nothing is kept by default. */
  readonly cache?: { readonly folder: string; readonly limit: number };
}

/**
 * What one ELF file is and wants, without any image. Throws BinaryError: `call` when there is no such file or it is no ELF
 * file, `unreadable` when the system does not let it be read.
 */
export async function inspect(path: string, { cache }: InspectOptions = {}): Promise<InspectedFile> {
  const hashes = cache === undefined ? null : new KnownHashes(new CacheStore(cache.folder, cache.limit));
  const { size, sha256, elf, hints, content } = readBinary(path, { sha256: true, hashes });
  if (elf === null || hints === null) {
    const what = content.kind === 'script' ? 'it is a script' : 'it does not start as one';
    throw new BinaryError('call', `${path} is not an ELF file: ${what}`);
  }
  return { path, size, sha256, summary: summaryOf(elf, hints), facts: factsOf(elf, hints) };
}
