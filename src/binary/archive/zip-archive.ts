import type { Entry, ZipFile } from 'yauzl';
import { foreignHeadSize } from '../../image/foreign/head.ts';
import { BinaryError } from '../binary-file.ts';
import type { ArchiveBudget } from './archive-budget.ts';

/** One file of a zip archive. What reading it throws is a BinaryError. */
export interface ZipMember {
  /** Its path in the archive; for an archive in the archive `inner.jar!/path`. */
  readonly name: string;
  /** In bytes, unpacked. */
  readonly size: number;
  /** Permission bits; null when the archive was made where files have none. */
  readonly mode: number | null;
  readonly isLink: boolean;
  /** Its first 512 bytes, or all of it. */
  head(): Promise<Uint8Array>;
  /** All of it. */
  read(): Promise<Buffer>;
}

const typeMask = 0o170000;
const linkType = 0o120000;
/** `version made by`, upper byte: Unix. */
const madeOnUnix = 3;

const lazily = { lazyEntries: true, autoClose: false } as const;

/** A zip archive that is open. */
export class ZipArchive {
  readonly #file: ZipFile;
  readonly #what: string;
  readonly #budget: ArchiveBudget;

  /** `what` is how errors name the archive. */
  constructor(file: ZipFile, what: string, budget: ArchiveBudget) {
    this.#file = file;
    this.#what = what;
    this.#budget = budget;
  }

  /** Its files, in the order of the central directory, without folders. `prefix` goes before each name. Throws BinaryError. */
  async members(prefix: string): Promise<readonly ZipMember[]> {
    const members: ZipMember[] = [];
    try {
      for await (const entry of this.#file.eachEntry()) {
        this.#budget.addFile();
        if (!entry.fileName.endsWith('/')) members.push(this.#member(entry, prefix));
      }
    } catch (error) {
      throw this.#broken(error);
    }
    return members;
  }

  close(): void {
    this.#file.close();
  }

  #member(entry: Entry, prefix: string): ZipMember {
    const attributes = entry.versionMadeBy >> 8 === madeOnUnix ? entry.externalFileAttributes >>> 16 : 0;
    const name = prefix + entry.fileName;
    return {
      name,
      size: entry.uncompressedSize,
      mode: attributes === 0 ? null : attributes & 0o7777,
      isLink: (attributes & typeMask) === linkType,
      head: () => this.#unpack(entry, name, Math.min(entry.uncompressedSize, foreignHeadSize)),
      read: () => this.#unpack(entry, name, entry.uncompressedSize),
    };
  }

  /** The first `length` bytes; less when the file is shorter than it says. */
  async #unpack(entry: Entry, name: string, length: number): Promise<Buffer> {
    this.#budget.unpack(name, length);
    if (entry.isEncrypted()) throw this.#broken(new Error(`${name} is encrypted`));
    try {
      const stream = await this.#file.openReadStreamPromise(entry);
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of stream) {
        chunks.push(chunk);
        size += chunk.length;
        if (size >= length) break;
      }
      return Buffer.concat(chunks).subarray(0, length);
    } catch (error) {
      throw this.#broken(error);
    }
  }

  #broken(error: unknown): BinaryError {
    return error instanceof BinaryError ? error : brokenZip(this.#what, error);
  }
}

function brokenZip(what: string, error: unknown): BinaryError {
  const reason = error instanceof Error ? error.message : String(error);
  return new BinaryError('unreadable', `${what} cannot be read as a zip archive: ${reason}`, {
    cause: error,
  });
}

/** Opens a zip archive on disk. Throws BinaryError. */
export async function openZip(path: string, budget: ArchiveBudget): Promise<ZipArchive> {
  const { openPromise } = await import('yauzl');
  try {
    return new ZipArchive(await openPromise(path, lazily), path, budget);
  } catch (error) {
    throw brokenZip(path, error);
  }
}

/** Opens a zip archive that is in memory. Throws BinaryError. */
export async function openZipBytes(bytes: Buffer, what: string, budget: ArchiveBudget): Promise<ZipArchive> {
  const { fromBufferPromise } = await import('yauzl');
  try {
    return new ZipArchive(await fromBufferPromise(bytes, lazily), what, budget);
  } catch (error) {
    throw brokenZip(what, error);
  }
}
