import { type Stats, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { OutputStream, Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { endOfLinks } from './end-of-links.ts';
import { replaceFile } from './replace-file.ts';

type Content = string | Uint8Array;

/**
 * Writes to the file of `--output`, through links. A regular file is replaced whole or not at all, so that a full disk keeps what
 * was there; a FIFO, a device and another open file are written to. `what` is written, for the message. Throws UsageError.
 */
export async function writeOutput(
  what: string,
  path: string,
  content: Content,
  terminal: Terminal,
): Promise<void> {
  const stream = streamOf(path, terminal);
  if (stream !== null) return stream.write(content);
  try {
    await writeToFile(path, content);
  } catch (error) {
    // Without the system call and its path, which may be that of the file beside.
    const reason = (error instanceof Error ? error.message : String(error)).replace(/, \w+(?: '.*)?$/s, '');
    throw new UsageError(`cannot write the ${what} to ${path}: ${reason}`, { cause: error });
  }
}

/** A socket cannot be opened by its path, and a file would be written from its start. */
function streamOf(path: string, terminal: Terminal): OutputStream | null {
  if (/^\/(?:dev\/stdout|dev\/fd\/1|proc\/self\/fd\/1)$/.test(path)) return terminal.stdout;
  if (/^\/(?:dev\/stderr|dev\/fd\/2|proc\/self\/fd\/2)$/.test(path)) return terminal.stderr;
  return null;
}

async function writeToFile(path: string, content: Content): Promise<void> {
  // The kernel itself follows links first: it refuses those that others planted in a folder such as /tmp.
  const existing = statSync(path, { throwIfNoEntry: false }) ?? null;
  if (existing !== null && !existing.isFile()) return writeFile(path, content);
  const target = endOfLinks(path);
  if (target === null) return writeFile(path, content, { flag: 'a' });
  const found = statSync(target, { throwIfNoEntry: false }) ?? null;
  if (!isSame(existing, found)) throw new Error('another file took its place meanwhile');
  if (!replaceFile(target, content, existing)) await writeFile(target, content);
}

const isSame = (one: Stats | null, other: Stats | null): boolean =>
  one?.dev === other?.dev && one?.ino === other?.ino;
