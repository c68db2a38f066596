import { archiveOf } from './binary/archive/named-archive.ts';
import { readNativeArchive } from './binary/archive/native-archive.ts';
import { BinaryError, type BinaryFile, readHashedBinary } from './binary/binary-file.ts';
import { KnownHashes } from './binary/known-hashes.ts';
import { CacheStore } from './image/cache/cache-store.ts';
import { recogniseForeign } from './image/foreign/recognise.ts';
import type { FileContent } from './image/image.ts';
import { LongWork } from './image/long-work.ts';
import type { ImageProgress } from './image/source-options.ts';
import { factsOf, summaryOf } from './report/inspect/facts.ts';
import type { InspectedFile } from './report/inspect/report.ts';
import { wordsOf } from './rules/foreign-words.ts';

export interface InspectOptions {
  /** Where the sha256 of large files is remembered, and how many bytes that cache may have; nothing is kept by default. */
  readonly cache?: { readonly folder: string; readonly limit: number };
  readonly onProgress?: (progress: ImageProgress) => void;
  /** Ends the work: its reason is thrown. */
  readonly signal?: AbortSignal;
}

/**
 * What one ELF file is and wants, without any image. `path` may be `ARCHIVE!/MEMBER` for a file in a jar, wheel or zip. Throws
 * BinaryError: `call` when there is no such file or it is no ELF file, `unreadable` when the system does not let it be read.
 */
export async function inspect(path: string, options: InspectOptions = {}): Promise<InspectedFile> {
  const work = new LongWork(options);
  const { cache } = options;
  const archive = archiveOf(path);
  if (archive !== null && archive.member !== null) {
    const { members } = await readNativeArchive(archive.archive, archive.member, { sha256: true, work });
    const [member] = members;
    if (member !== undefined) return inspected(member.file);
  }
  const hashes = cache === undefined ? null : new KnownHashes(new CacheStore(cache.folder, cache.limit));
  return inspected(await readHashedBinary(path, { hashes, work }));
}

/** What the native files of a jar, wheel or zip are, besides those that are for other systems. Throws BinaryError. */
export async function inspectArchive(
  path: string,
  options: Omit<InspectOptions, 'cache'> = {},
): Promise<readonly InspectedFile[]> {
  const { members } = await readNativeArchive(path, null, { sha256: true, work: new LongWork(options) });
  const files = members.filter(({ file }) => file.elf !== null).map(({ file }) => inspected(file));
  if (files.length === 0) throw new BinaryError('call', `there is no ELF file in the archive ${path}`);
  return files;
}

function inspected({ path, size, sha256, elf, hints, content }: BinaryFile): InspectedFile {
  if (elf === null || hints === null || sha256 === null)
    throw new BinaryError('call', `${path} is not an ELF file: it is ${whatElse(content, size)}`);
  return { path, size, sha256, summary: summaryOf(elf, hints), facts: factsOf(elf, hints) };
}

function whatElse(content: FileContent, size: number): string {
  if (content.kind === 'script') return 'a script';
  if (size === 0) return wordsOf({ kind: 'empty' });
  if (content.kind !== 'foreign') return wordsOf({ kind: 'data' });
  const foreign = recogniseForeign(content.head, size);
  if (foreign.kind !== 'word') return wordsOf(foreign);
  return wordsOf({ ...foreign, isThere: content.hasNamesake === true, wasThere: false });
}
