import type { Rootfs } from '../rootfs/rootfs.ts';
import { keptText } from './kept-text.ts';

/** What /etc/os-release says; a hint for advice, never for a verdict (I8). */
export interface Distro {
  /** `debian`, `alpine`; null when unknown. */
  readonly id: string | null;
  readonly versionId: string | null;
  readonly prettyName: string | null;
}

/** Reads os-release where freedesktop.org puts it. */
export function readDistro(rootfs: Rootfs): Distro {
  const text = keptText(rootfs, '/etc/os-release') ?? keptText(rootfs, '/usr/lib/os-release') ?? '';
  const value = (key: string): string | null => {
    const match = new RegExp(`^${key}=(?:"([^"\\n]*)"|'([^'\\n]*)'|([^\\s]*))`, 'm').exec(text);
    return match === null ? null : (match[1] ?? match[2] ?? match[3] ?? null);
  };
  return { id: value('ID'), versionId: value('VERSION_ID'), prettyName: value('PRETTY_NAME') };
}
