import type { BinaryFile } from '../binary/binary-file.ts';
import type { LayerIndex } from '../image/image.ts';

/** A binary that the call names, by itself or by its folder. */
export interface NamedBinary {
  readonly path: string;
  /** Reads the file, or gives it as it was read before. Throws BinaryError. */
  read(): BinaryFile | Promise<BinaryFile>;
  /** Where it goes in an image, absolute. */
  readonly destination: string;
  /** The layer that its folder becomes in an image; null for a binary that was named itself. Throws ImageError. */
  folderLayer(): LayerIndex | null | Promise<LayerIndex>;
}
