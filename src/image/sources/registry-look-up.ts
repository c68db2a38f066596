import { ImageError } from '../image-error.ts';
import { matchProfile } from '../profiles/profile-catalog.ts';
import { parseDockerReference } from '../reference/docker-reference.ts';
import { defaultPatience, type Patience, shortPatience } from '../registry/patience.ts';
import type { SourceContext, SourceImage } from '../source-options.ts';

/** Where a profile can take its place, a registry that does not answer is given less time. */
function patienceFor(name: string): Patience {
  const reference = parseDockerReference(name);
  const hasProfile = reference !== null && reference.digest === null && matchProfile(reference) !== null;
  return hasProfile ? shortPatience : defaultPatience;
}

/** The registry's image of a bare name, or why the registry did not give it. Throws ImageError when the name is wrong. */
export async function lookUpInRegistry(
  name: string,
  context: SourceContext,
): Promise<{ readonly image: SourceImage } | { readonly reason: string }> {
  if (context.pull === 'never') return { reason: 'not asked (--pull never)' };
  try {
    const { openRegistry } = await import('./registry.ts');
    return { image: await openRegistry(name, context, patienceFor(name)) };
  } catch (error) {
    if (error instanceof ImageError && error.code === 'unreadable') return { reason: error.message };
    throw error;
  }
}
