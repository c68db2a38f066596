import { printablePath } from '../entry-path.ts';
import { ImageError } from '../image-error.ts';

/** One line for what tar-stream throws at damaged bytes; other errors come back as they are. `last` is the last good entry. */
export function asTarDamage(error: unknown, what: string, last: string): unknown {
  if (!(error instanceof Error) || error instanceof ImageError) return error;
  const after = last === '' ? '' : ` after "${printablePath(last)}"`;
  if (/Unexpected end of data/.test(error.message)) {
    return new ImageError('unreadable', `${what} is truncated${after}: the tar ends early`, { cause: error });
  }
  if (/Invalid tar header|Invalid header|exceeds max size/.test(error.message)) {
    const start = last === '' ? `${what} is not a tar archive` : `${what} is damaged${after}`;
    return new ImageError('unreadable', `${start}: a tar header is not valid`, {
      cause: error,
    });
  }
  return error;
}

/** tar-stream waits for ever on a size that it could not read, such as a base-256 number that is none. Throws ImageError. */
export function checkSize(size: unknown, what: string, last: string): void {
  if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) return;
  throw asTarDamage(new Error('Invalid header'), what, last);
}
