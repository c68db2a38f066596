import type { SourceContext, SourceImage } from '../source-options.ts';

export type EngineAttempt = { readonly image: SourceImage } | { readonly reason: string };

export async function tryEngine(
  source: 'docker' | 'podman',
  name: string,
  context: SourceContext,
): Promise<EngineAttempt> {
  void source;
  void name;
  void context;
  return { reason: 'not built yet' };
}
