import { bufferSource } from '../../elf/bytes/byte-sources.ts';
import { ElfError } from '../../elf/elf-error.ts';
import { decodeInPlace } from '../../elf/fixed-tables.ts';
import { readElf } from '../../elf/read-elf.ts';
import { foreignHeadSize } from '../foreign/head.ts';
import { isForeignOfInterest } from '../foreign/of-interest.ts';
import type { FileContent } from '../image.ts';
import { PackedElf } from '../index-file/packed-elf.ts';
import { isKeptFile, maxKeptSize } from './kept-files.ts';
import type { IndexBudget } from './layer-budget.ts';
import { RetainedRanges, wholeFileSize } from './retained-ranges.ts';

/** A copy of its own: `slice` of a Buffer is a view that holds on to the whole chunk. */
const copyOf = (bytes: Uint8Array, length = bytes.length): Uint8Array =>
  new Uint8Array(bytes.subarray(0, length));

/** How many bytes of a script are kept: what the kernel reads of it (BINPRM_BUF_SIZE). */
export const scriptHeadSize = 256;
/** Of a script for a shell: the whole of it, so that what it starts can be followed, up to this many bytes. */
const shellScriptSize = 64 * 1024;

/** How many bytes of a script are kept, by its first ones. */
export function keptOfScript(head: Uint8Array): number {
  const [line = ''] = Buffer.from(head.subarray(0, scriptHeadSize)).toString('latin1').split('\n', 1);
  return /^#![ \t]*\S*\/(?:env[ \t]+)?(?:ba|da|a)?sh\b/.test(line) ? shellScriptSize : scriptHeadSize;
}
/** A text without `#!` that its name says a shell reads. */
const isShellText = (path: string, head: Uint8Array, size: number): boolean =>
  /\.(?:sh|bash|envsh)$/.test(path) && size <= shellScriptSize && !head.includes(0);

const elfHeaderSize = 52;

const startsWithElfMagic = (head: Uint8Array): boolean =>
  head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
const startsWithShebang = (head: Uint8Array): boolean => head[0] === 0x23 && head[1] === 0x21;

const nothing = new Uint8Array(0);
const other: FileContent = { kind: 'other' };

/** What the first bytes of a file say it is. */
type Kind = 'unclassified' | 'elf' | 'script' | 'kept' | 'foreign' | 'other' | 'unread';

/** Takes the content of one file as it streams by, keeping only what its `FileContent` needs. */
export class FileContentReader {
  private readonly path: string;
  private readonly size: number;
  private readonly budget: IndexBudget;
  private kind: Kind = 'unclassified';
  private head: Uint8Array = nothing;
  private scriptSize = scriptHeadSize;
  private kept: Uint8Array[] = [];
  private ranges: RetainedRanges | null = null;

  /** `size` is what the header promises, in bytes; `path` is the normalised path of the entry. */
  constructor(path: string, size: number, budget: IndexBudget) {
    this.path = path;
    this.size = size;
    this.budget = budget;
    if (isKeptFile(path)) this.kind = size > maxKeptSize ? 'unread' : 'kept';
  }

  push(bytes: Uint8Array): void {
    if (this.kind === 'other' || this.kind === 'unread') return;
    if (this.kind === 'unclassified') this.decide(bytes);
    else if (this.kind === 'script') this.extendHead(bytes, this.scriptSize);
    else if (this.kind === 'foreign') this.extendHead(bytes, foreignHeadSize);
    else if (this.kind === 'kept') this.kept.push(copyOf(bytes));
    else this.ranges?.push(bytes);
  }

  /** The content, once all bytes were pushed. Throws ImageError when the image's budget is used up. */
  finish(): FileContent {
    if (this.kind === 'unread')
      return { kind: 'unread', reason: `larger than ${maxKeptSize / 1024 ** 2} MiB` };
    if (this.kind === 'kept') return this.finishKept();
    if (this.kind === 'script' || this.kind === 'foreign') {
      this.budget.addHeld(this.path, this.head.length);
      return { kind: this.kind, head: this.head };
    }
    return this.kind === 'elf' && this.ranges !== null ? this.finishElf(this.ranges) : other;
  }

  private decide(bytes: Uint8Array): void {
    const head = this.head.length === 0 ? bytes : Buffer.concat([this.head, bytes]);
    // Before that the kind would depend on where the stream is cut into chunks.
    if (head.length < Math.min(foreignHeadSize, this.size)) {
      this.head = copyOf(head);
      return;
    }
    if (startsWithShebang(head)) {
      this.kind = 'script';
      this.scriptSize = keptOfScript(head);
      this.head = copyOf(head, this.scriptSize);
    } else if (startsWithElfMagic(head) && this.size >= elfHeaderSize) {
      this.kind = 'elf';
      this.ranges = new RetainedRanges(this.size);
      this.ranges.push(head);
    } else if (isShellText(this.path, head, this.size)) {
      this.kind = 'kept';
      this.kept = [copyOf(head)];
    } else if (isForeignOfInterest(this.path, head, this.size)) {
      this.kind = 'foreign';
      this.head = copyOf(head, foreignHeadSize);
    } else this.kind = 'other';
  }

  private extendHead(bytes: Uint8Array, size: number): void {
    if (this.head.length >= size) return;
    this.head = copyOf(Buffer.concat([this.head, bytes.subarray(0, size - this.head.length)]));
  }

  private finishKept(): FileContent {
    const bytes = Buffer.concat(this.kept);
    this.budget.addHeld(this.path, bytes.length);
    return { kind: 'kept', bytes };
  }

  private finishElf(ranges: RetainedRanges): FileContent {
    try {
      const whole = ranges.size <= wholeFileSize ? bufferSource(ranges.read(0, ranges.size)) : ranges;
      const content = PackedElf.of(readElf(whole, decodeInPlace));
      this.budget.addHeld(this.path, content.packed.length);
      return content;
    } catch (error) {
      if (error instanceof ElfError) return other;
      throw error;
    }
  }
}
