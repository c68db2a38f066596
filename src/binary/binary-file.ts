import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readlinkSync,
  readSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { ByteSource } from '../elf/bytes/byte-source.ts';
import { bufferSource, fileSource } from '../elf/bytes/byte-sources.ts';
import { readToolchainHints } from '../elf/describe/toolchain-hints.ts';
import { ElfError } from '../elf/elf-error.ts';
import type { ElfFile, ToolchainHints } from '../elf/elf-file.ts';
import { decodeInPlace, type FixedTablesDecoder } from '../elf/fixed-tables.ts';
import { readElf } from '../elf/read-elf.ts';
import { printablePath } from '../image/entry-path.ts';
import { foreignHeadSize } from '../image/foreign/head.ts';
import { recogniseForeign } from '../image/foreign/recognise.ts';
import type { FileContent } from '../image/image.ts';
import { scriptHeadSize } from '../image/layer/file-content.ts';
import { createHash } from '../image/layer/hash.ts';
import type { LongWork } from '../image/long-work.ts';
import type { KnownHashes } from './known-hashes.ts';

/** The file that is checked, as it lies on disk. */
export interface BinaryFile {
  /** As the user gave it. */
  readonly path: string;
  /** Lower-case hex; null when it was not asked for. */
  readonly sha256: string | null;
  readonly size: number;
  /** Permission bits: `COPY` keeps them. */
  readonly mode: number;
  readonly content: FileContent;
  /** `security.capability`, lower-case hex, which `COPY` keeps; absent where it has none or it was not read. */
  readonly capability?: string;
  readonly elf: ElfFile | null;
  readonly hints: ToolchainHints | null;
  /** The target of a symbolic link that leads nowhere on this machine, as raw bytes; absent for a file. */
  readonly danglingTo?: string;
}

/** The file cannot be read: `call` when there is none, `unreadable` when the system refuses. */
export class BinaryError extends Error {
  override readonly name = 'BinaryError';
  readonly code: 'call' | 'unreadable';

  constructor(code: 'call' | 'unreadable', message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const chunkSize = 1024 * 1024;
/** Files up to this size are read at once; of larger ones only what is asked for stays in memory. */
const maxWhole = 8 * 1024 * 1024;

/** Holds one whole file after the other: nothing that is read of a file shares memory with it. */
let room = Buffer.alloc(0);

/** The whole file in memory that the next one takes over; null when it does not have the size that it should. */
function readWhole(fd: number, size: number): Buffer | null {
  if (room.length <= size) room = Buffer.allocUnsafeSlow(Math.max(256 * 1024, 2 * size));
  let filled = 0;
  while (filled <= size) {
    const length = readSync(fd, room, filled, size + 1 - filled, filled);
    if (length === 0) break;
    filled += length;
  }
  return filled === size ? room.subarray(0, size) : null;
}

async function hashOf(fd: number, path: string, work: LongWork): Promise<string> {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(chunkSize);
  for (let at = 0; ; ) {
    const length = readSync(fd, chunk, 0, chunkSize, at);
    if (length === 0) return hash.digest('hex');
    hash.update(chunk.subarray(0, length));
    at += length;
    if (work.isDue) await work.pause(`reading ${path}: ${Math.round(at / 1e6)} MB`);
  }
}

/** A symbolic link that leads nowhere on this machine, as a copy takes it into an image; null for all else. */
export function danglingLink(path: string): (BinaryFile & { readonly danglingTo: string }) | null {
  try {
    if (statSync(path, { throwIfNoEntry: false }) !== undefined) return null;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ELOOP')) return null;
  }
  try {
    const danglingTo = readlinkSync(path, { encoding: 'buffer' }).toString('latin1');
    const content = { kind: 'other' } as const;
    return { path, sha256: null, size: 0, mode: 0o777, content, elf: null, hints: null, danglingTo };
  } catch {
    return null;
  }
}

function errorOf(path: string, error: unknown): BinaryError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const link = danglingLink(path);
    if (link !== null) {
      const target = printablePath(link.danglingTo);
      return new BinaryError('call', `${path} is a link to ${target}, which is not there`, { cause: error });
    }
    return new BinaryError('call', `${path}: no such file; give the path of a compiled binary`, {
      cause: error,
    });
  }
  if (code === 'ELOOP')
    return new BinaryError('call', `${path} is a link that leads back to itself`, { cause: error });
  if (code === 'ENXIO') return new BinaryError('call', `${path} is not a regular file`, { cause: error });
  if (code === 'EISDIR') return new BinaryError('call', `${path} is a folder`, { cause: error });
  if (code === 'EACCES' || code === 'EPERM') {
    return new BinaryError('unreadable', `${path}: permission denied; make it readable for this user`, {
      cause: error,
    });
  }
  return new BinaryError('unreadable', `${path} cannot be read (${code || String(error)})`, { cause: error });
}

function contentOf(
  source: ByteSource,
  decode?: FixedTablesDecoder,
): Pick<BinaryFile, 'content' | 'elf' | 'hints'> {
  try {
    const elf = readElf(source, decode);
    return { content: { kind: 'elf', elf }, elf, hints: readToolchainHints(source, elf) };
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
  }
  return { content: headContent(source), elf: null, hints: null };
}

/** Whether a text holds only the name of a file that lies beside it, or leads to one from there. */
function withNamesake(path: string, { size, content }: BinaryFile): FileContent {
  if (content.kind !== 'foreign') return content;
  const foreign = recogniseForeign(content.head, size);
  if (foreign.kind !== 'word' || foreign.target.includes('\0')) return content;
  const namesake = join(dirname(path), Buffer.from(foreign.target, 'latin1').toString());
  return existsSync(namesake) ? { ...content, hasNamesake: true } : content;
}

/** What is kept of a file that the reader of ELF files refuses. */
function headContent(source: ByteSource): FileContent {
  const head = new Uint8Array(source.read(0, foreignHeadSize));
  if (head[0] === 0x23 && head[1] === 0x21) return { kind: 'script', head: head.subarray(0, scriptHeadSize) };
  return source.size === 0 ? { kind: 'other' } : { kind: 'foreign', head };
}

/** The facts of a file whose bytes are in memory already; nothing that is kept of it shares memory with them. */
export function binaryOfBytes(
  path: string,
  bytes: Uint8Array,
  mode: number,
  { sha256 }: { readonly sha256: boolean },
): BinaryFile {
  return {
    path,
    sha256: sha256 ? createHash('sha256').update(bytes).digest('hex') : null,
    size: bytes.length,
    mode,
    ...contentOf(bufferSource(bytes), decodeInPlace),
  };
}

/** A file that is open, with its facts; `whole` is its content where that is in memory. */
interface Opened {
  readonly file: BinaryFile;
  readonly whole: Buffer | null;
}

function openFile(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw errorOf(path, error);
  }
}

function readOpen(fd: number, path: string, decode?: FixedTablesDecoder): Opened {
  try {
    const stats = fstatSync(fd);
    if (stats.isDirectory()) throw new BinaryError('call', `${path} is a folder`);
    if (!stats.isFile()) throw new BinaryError('call', `${path} is not a regular file`);
    const { size } = stats;
    const whole = size <= maxWhole ? readWhole(fd, size) : null;
    const file = {
      path,
      sha256: null,
      size,
      mode: stats.mode & 0o7777,
      ...contentOf(whole === null ? fileSource(fd, size) : bufferSource(whole), decode),
    };
    return { file: { ...file, content: withNamesake(path, file) }, whole };
  } catch (error) {
    throw error instanceof BinaryError ? error : errorOf(path, error);
  }
}

/** Reads the facts of the file to check, of which it looks at no more than they need. Throws BinaryError. */
export function readBinary(path: string, decode?: FixedTablesDecoder): BinaryFile {
  const fd = openFile(path);
  try {
    return readOpen(fd, path, decode).file;
  } finally {
    closeSync(fd);
  }
}

/** How the whole of a file is read. */
interface HashWanted {
  /** Spares the reading of large files; null: nothing is remembered. */
  readonly hashes: KnownHashes | null;
  readonly work: LongWork;
  /** Default: by elf-tools. */
  readonly decode?: FixedTablesDecoder | undefined;
}

/** Reads the facts of the file to check, and its sha256. Throws BinaryError. */
export async function readHashedBinary(
  path: string,
  { hashes, work, decode }: HashWanted,
): Promise<BinaryFile & { readonly sha256: string }> {
  const fd = openFile(path);
  try {
    const { file, whole } = readOpen(fd, path, decode);
    if (whole !== null) return { ...file, sha256: createHash('sha256').update(whole).digest('hex') };
    const hash = () => hashOf(fd, path, work);
    return { ...file, sha256: await (hashes === null ? hash() : hashes.of(fd, hash)) };
  } catch (error) {
    work.throwIfAborted();
    throw error instanceof BinaryError ? error : errorOf(path, error);
  } finally {
    closeSync(fd);
  }
}
