import { keptText } from '../../../container/kept-text.ts';
import type { Rootfs } from '../../../rootfs/rootfs.ts';

/** Whether the image's dash has pipefail, by its Debian package: 0.5.12-2 has not, 0.5.12-12 has (seen); null without one. */
export function dashHasPipefail(rootfs: Rootfs): boolean | null {
  const entry = /^Package: dash\n(?:.+\n)*?Version: (\d+)\.(\d+)\.(\d+)[^-\n]*-(\d+)/m;
  const [, ...parts] = entry.exec(keptText(rootfs, '/var/lib/dpkg/status') ?? '') ?? [];
  if (parts.length === 0) return null;
  const [major = 0, minor = 0, patch = 0, build = 0] = parts.map(Number);
  const release = major * 10_000 + minor * 100 + patch;
  if (release < 512 || (release === 512 && build <= 2)) return false;
  return release > 512 || build >= 12 ? true : null;
}
