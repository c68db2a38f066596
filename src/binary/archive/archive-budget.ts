import { BinaryError } from '../binary-file.ts';

const mebibyte = 1024 ** 2;
/** Most files of an archive, with those of the archives in it. */
const maxFiles = 200_000;
/** Most bytes of one file that is unpacked. */
const maxFile = 512 * mebibyte;
/** Most bytes of all files that are unpacked. */
const maxUnpacked = 4096 * mebibyte;

/** What may be read of one archive and of the archives in it: a zip of a few kilobytes can unpack to terabytes. */
export class ArchiveBudget {
  readonly #path: string;
  #files = 0;
  #unpacked = 0;

  /** `path` is how errors name the archive. */
  constructor(path: string) {
    this.#path = path;
  }

  /** Throws BinaryError when there are too many files. */
  addFile(): void {
    this.#files++;
    if (this.#files > maxFiles) throw this.#exceeded(`more than ${maxFiles} files`);
  }

  /** Before `size` bytes of `member` are unpacked. Throws BinaryError when they are too many. */
  unpack(member: string, size: number): void {
    if (size > maxFile) throw this.#exceeded(`${member}, which is larger than ${maxFile / mebibyte} MiB`);
    this.#unpacked += size;
    if (this.#unpacked > maxUnpacked)
      throw this.#exceeded(`more than ${maxUnpacked / mebibyte} MiB of files to unpack`);
  }

  #exceeded(what: string): BinaryError {
    return new BinaryError('unreadable', `${this.#path} has ${what}; unpack it and name the files`);
  }
}
