import type { LayerIndex } from '../image.ts';
import type { SourceContext } from '../source-options.ts';
import type { Descriptor } from './descriptor.ts';

/** Where the blobs of an OCI image come from. Both functions verify digest and size and throw ImageError. */
export interface BlobStore {
  /** Names the layout in errors. */
  readonly what: string;
  /** How many layers are read at the same time; one when not given. */
  readonly layersAtOnce?: number;
  has(digest: string): boolean;
  document(descriptor: Descriptor, what: string): Promise<Uint8Array>;
  layer(descriptor: Descriptor, what: string, context: SourceContext): Promise<LayerIndex>;
}
