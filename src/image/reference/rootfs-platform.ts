import { platformOf } from '../../elf/machine.ts';
import type { LayerIndex, Platform } from '../image.ts';
import { normalisePlatform } from './platform.ts';

/** Names that tell a root file system's own machine: its loaders and libcs, then the first programs of any system. */
const tellingName =
  /(?:^|\/)(?:ld-linux[^/]*\.so\.\d+|ld64\.so\.\d+|ld\.so\.1|ld-musl-[^/]+\.so\.1|libc\.so\.6|libc\.so\.\d|ld-uClibc\.so\.\d|sh|busybox|bash|ls)$/;

/**
 * The platform of a root file system without a configuration: that of most of its loaders, libcs and shells, else of
 * its first ELF file, else null.
 */
export function rootfsPlatform(layers: readonly LayerIndex[]): Platform | null {
  const votes = new Map<string, { platform: Platform; count: number }>();
  let first: Platform | null = null;
  for (const { entries } of layers) {
    for (const entry of entries) {
      if (entry.type !== 'file' || entry.content.kind !== 'elf') continue;
      if (first !== null && !tellingName.test(entry.path)) continue;
      const platform = normalisePlatform(platformOf(entry.content.elf));
      first ??= platform;
      if (!tellingName.test(entry.path)) continue;
      const key = JSON.stringify(platform);
      const vote = votes.get(key) ?? { platform, count: 0 };
      vote.count++;
      votes.set(key, vote);
    }
  }
  return [...votes.values()].sort((a, b) => b.count - a.count)[0]?.platform ?? first;
}
