import type { Host } from '../../container/host.ts';

/** The interpreter and argument of a `#!` line (K3). Names are Latin-1, byte for byte. */
export interface Shebang {
  readonly interpreter: string;
  /** The rest of the line as one argument; null when there is none. */
  readonly argument: string | null;
}

/** BINPRM_BUF_SIZE: 128 bytes before Linux 5.1. */
const bufferSizeOf = (kernel: Host['kernel']): number =>
  kernel[0] < 5 || (kernel[0] === 5 && kernel[1] < 1) ? 128 : 256;
const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09;

/**
 * Parses the `#!` line as fs/binfmt_script.c does (K3, K4); null is ENOEXEC.
 * `head` is the start of the file, at least its first 256 bytes or all of it.
 */
export function parseShebang(head: Uint8Array, kernel: Host['kernel'] = [6, 1]): Shebang | null {
  const bufferSize = bufferSizeOf(kernel);
  const buffer = new Uint8Array(bufferSize);
  buffer.set(head.subarray(0, bufferSize));
  if (buffer[0] !== 0x23 || buffer[1] !== 0x21) return null;
  const newline = buffer.indexOf(0x0a);
  // Before 5.1 the last byte is a NUL in any case, and a name that it cuts off is taken as it is.
  let end = newline < 0 ? (bufferSize === 128 ? bufferSize - 1 : bufferSize) : newline;
  let start = 2;
  while (start < end && isBlank(buffer[start] ?? 0)) start++;
  if (newline < 0 && bufferSize > 128) {
    let terminator = start;
    while (terminator < end && !isBlank(buffer[terminator] ?? 0) && buffer[terminator] !== 0) terminator++;
    if (terminator === end) return null;
  }
  if (start === end || (bufferSize === 128 && buffer[start] === 0)) return null;
  while (end > start && isBlank(buffer[end - 1] ?? 0)) end--;
  let nameEnd = start;
  while (nameEnd < end && !isBlank(buffer[nameEnd] ?? 0) && buffer[nameEnd] !== 0) nameEnd++;
  const text = (from: number, to: number) => Buffer.from(buffer.subarray(from, to)).toString('latin1');
  const interpreter = text(start, nameEnd);
  if (buffer[nameEnd] === 0) return { interpreter, argument: null };
  let argumentStart = nameEnd;
  while (argumentStart < end && isBlank(buffer[argumentStart] ?? 0)) argumentStart++;
  const argument = text(argumentStart, end).split('\0')[0] ?? '';
  return { interpreter, argument: argument === '' ? null : argument };
}
