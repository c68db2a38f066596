import type { SourceImage } from '../source-options.ts';

/** An engine's image, or why it gave none. `code` is `call` when the call itself asked for what cannot be. */
export type EngineAttempt =
  | { readonly image: SourceImage }
  | { readonly reason: string; readonly code: 'call' | 'unreadable' };
