import { readlinkSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** As in the kernel: path_resolution(7). */
const mostLinks = 40;

/** The path that links lead to, also where nothing is there; null for a file that is open, such as /dev/fd/3. */
export function endOfLinks(path: string): string | null {
  let end = path;
  for (let links = 0; links < mostLinks; links++) {
    const next = linkAt(end);
    if (next === null) return end;
    if (realpathSync.native(dirname(end)).startsWith('/proc/')) return null;
    end = next.startsWith('/') ? next : join(dirname(end), next);
  }
  return end;
}

function linkAt(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
