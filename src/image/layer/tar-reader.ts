import { type Extract, type ExtractEvents, extract } from 'tar-stream';
import { printablePath } from '../entry-path.ts';
import type { LayerEntry } from '../image.ts';
import { ImageError } from '../image-error.ts';
import { FileContentReader } from './file-content.ts';
import type { IndexBudget } from './layer-budget.ts';
import { entryOfHeader, type HeaderEntry, type TarHeader } from './layer-entry.ts';
import { SparseContent } from './sparse-content.ts';
import { asTarDamage, checkSize } from './tar-damage.ts';
import { TarTap } from './tar-headers.ts';

/** Most bytes of headers in front of one entry; tar-stream allows each of them 4 MiB. */
const maxHeaderBytes = 32 * 1024 * 1024;

type EntryStream = ExtractEvents['entry'][1];
type Next = ExtractEvents['entry'][2];

/** Names as raw bytes, and tars older than POSIX: options of tar-stream that its type declarations leave out. */
export const extractOptions = { filenameEncoding: 'latin1', allowUnknownFormat: true } as Parameters<
  typeof extract
>[0];

/** Takes the bytes of one tar and gives its entries: tar-stream with its events turned into entries. */
export class TarReader {
  private readonly entries: LayerEntry[] = [];
  private readonly tap = new TarTap();
  private readonly extract: Extract;
  private readonly what: string;
  private readonly budget: IndexBudget;
  private readonly closed: Promise<void>;
  private failure: unknown = null;
  private ended = false;
  private lastName = '';
  private readonly names = new Set<string>();

  constructor(what: string, budget: IndexBudget) {
    this.what = what;
    this.budget = budget;
    this.extract = extract(extractOptions);
    this.extract.on('entry', (header, stream, next) =>
      this.enter(header as unknown as TarHeader, stream, next),
    );
    this.extract.on('error', (error: unknown) => this.fail(error));
    this.closed = new Promise((resolve) => this.extract.once('close', () => resolve()));
  }

  /** Whether the end-of-archive marker has come. */
  get isAtEnd(): boolean {
    return this.ended;
  }

  /** Resolves when more may come. After the end-of-archive marker bytes are dropped. Throws ImageError. */
  async write(chunk: Uint8Array): Promise<void> {
    this.throwFailure();
    if (this.ended) return;
    this.tap.push(chunk);
    if (!this.extract.write(chunk)) {
      const drained = new Promise<void>((resolve) => this.extract.once('drain', () => resolve()));
      await Promise.race([drained, this.closed]);
    }
    if (this.tap.pending > maxHeaderBytes && !this.ended) {
      if (!this.tap.atEnd())
        throw new ImageError('unreadable', `${this.what} is damaged: it has no end of headers`);
      this.stop();
    }
    this.throwFailure();
  }

  /** Throws ImageError for a tar that is cut off or damaged. */
  async end(): Promise<readonly LayerEntry[]> {
    if (!this.ended) {
      this.extract.end(null);
      await this.closed;
      this.throwFailure();
      this.refuse(this.tap.faultAtEnd());
    }
    return this.entries;
  }

  private enter(header: TarHeader, stream: EntryStream, next: Next): void {
    stream.on('error', () => {});
    try {
      checkSize(header.size, this.what, this.lastName);
      // A directory has no data, whatever its size says (so Go's reader too); tar-stream never ends the stream of such a one.
      const isEmpty = header.type === 'directory';
      if (isEmpty) stream.push(null);
      const raw = this.tap.entry(header.byteOffset, isEmpty ? 0 : header.size);
      if (raw.afterEnd) {
        this.refuse(raw.fault);
        this.stop();
      } else this.take(entryOfHeader(header, raw, this.what), stream, next);
    } catch (error) {
      this.fail(error);
      this.extract.destroy(null);
    }
  }

  private take(entry: HeaderEntry, stream: EntryStream, next: Next): void {
    if (entry.type !== 'none') {
      this.lastName = entry.path;
      this.checkFirst(entry);
      this.budget.addEntry(this.what, entry.path.length + ('target' in entry ? entry.target.length : 0));
    }
    if (entry.type !== 'file') {
      if (entry.type !== 'none') this.entries.push(entry);
      stream.on('end', () => next());
      stream.resume();
      return;
    }
    const { path, mode, uid, gid, type, size, capability, sparse } = entry;
    const reader =
      sparse === null
        ? new FileContentReader(path, size, this.budget)
        : new SparseContent(path, this.what, sparse === '1');
    stream.on('data', (bytes) => reader.push(bytes as Uint8Array));
    stream.on('end', () => {
      try {
        const content = reader.finish();
        this.entries.push({ path, mode, uid, gid, type, size, content, capability });
        next();
      } catch (error) {
        this.fail(error);
        this.extract.destroy(null);
      }
    });
  }

  /** Docker and Podman keep what is needed to make a layer's tar again, by name (tar-split), and refuse a second entry of a name. */
  private checkFirst({ type, path }: Exclude<HeaderEntry, { type: 'none' }>): void {
    if (type === 'whiteout' && this.names.has(path)) {
      throw new ImageError(
        'unreadable',
        `${this.what}: the entry "${printablePath(path)}" is removed by its own layer, which drivers do not take alike`,
      );
    }
    const isMarker = type === 'whiteout' || type === 'opaque';
    const before = this.names.size;
    if (this.names.add(isMarker ? `${type} ${path}` : path).size > before) return;
    throw new ImageError(
      'unreadable',
      `${this.what}: the entry "${printablePath(path)}" comes twice, which the image stores of Docker and Podman refuse`,
    );
  }

  private refuse(fault: string | null): void {
    if (fault === null) return;
    throw new ImageError(
      'unreadable',
      `${this.what} cannot be unpacked, as engines would say too: of what follows "${printablePath(this.lastName)}", ${fault}`,
    );
  }

  private stop(): void {
    this.ended = true;
    this.extract.destroy(null);
  }

  private fail(error: unknown): void {
    if (this.ended || this.failure !== null) return;
    if (!(error instanceof ImageError) && this.tap.atEnd()) this.stop();
    else this.failure = error;
  }

  private throwFailure(): void {
    if (this.failure === null) return;
    throw asTarDamage(this.failure, this.what, this.lastName);
  }
}
