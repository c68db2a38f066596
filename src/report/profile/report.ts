import type { ToolIdentity } from '../../examine/check-report.ts';
import type { Image } from '../../image/image.ts';
import type { Profile } from '../../image/profiles/profile-catalog.ts';

/** What `profile list` prints. */
export interface ProfileListReport {
  readonly schemaVersion: 1;
  readonly tool: ToolIdentity;
  readonly profiles: readonly Profile[];
}

/** What `profile show` prints. */
export interface ProfileReport {
  readonly schemaVersion: 1;
  readonly tool: ToolIdentity;
  readonly image: Image;
}

/** How much a saved index holds. */
export interface ProfileContents {
  readonly layers: number;
  readonly entries: number;
  readonly elfFiles: number;
}

/** Counts the layers of an image, their entries, and the ELF files among these. */
export function contentsOf({ content: { layers } }: Image): ProfileContents {
  const entries = layers.flatMap((layer) => layer.entries);
  const elfFiles = entries.filter((entry) => entry.type === 'file' && entry.content.kind === 'elf');
  return { layers: layers.length, entries: entries.length, elfFiles: elfFiles.length };
}
