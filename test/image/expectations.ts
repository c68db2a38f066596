import type { ImageContent, LayerEntry } from '../../src/image/image.ts';
import { ImageError } from '../../src/image/image-error.ts';

/** The ImageError that `attempt` ends with; anything else fails the test. */
export async function imageError(attempt: () => unknown): Promise<ImageError> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof ImageError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** An entry with everything decoded, as plain data. */
export function plainEntry(entry: LayerEntry): object {
  if (entry.type !== 'file') return { ...entry };
  const { content, ...rest } = entry;
  switch (content.kind) {
    case 'elf':
      return { ...rest, content: { kind: content.kind, elf: content.elf } };
    case 'script':
      return { ...rest, content: { kind: content.kind, head: Buffer.from(content.head).toString('latin1') } };
    case 'kept':
      return {
        ...rest,
        content: { kind: content.kind, bytes: Buffer.from(content.bytes).toString('latin1') },
      };
    default:
      return { ...rest, content };
  }
}

/** A whole index with everything decoded, as plain data. */
export function plainIndex(index: ImageContent): object {
  const layers = index.layers.map(({ diffID, entries }) => ({ diffID, entries: entries.map(plainEntry) }));
  return { ...index, layers };
}
