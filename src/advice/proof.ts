import type { Cure, Remedy } from '../rules/finding.ts';
import { type AdviceFacts, listed, startsOrLoads } from './binary-facts.ts';
import { harms, lacksOf, succeeds } from './trial.ts';

/**
 * A remedy after its cure was examined: proven, or with what is lacking all the same and without a cure; null when the start is no better with it. A
 * cure that cannot be examined stays as it is. `tried` is a cure of the same effect in place of one that cannot be examined itself.
 */
export function proved(
  offered: Remedy,
  facts: AdviceFacts,
  tried: Cure | null = offered.cure,
): Remedy | null {
  if (offered.proven) return offered;
  const trial = tried === null ? null : facts.attempt(tried);
  if (trial === null || trial.trace.ending.kind === 'unknown') return offered;
  if (succeeds(trial) && harms(trial).length === 0) {
    return { ...offered, action: `${offered.action} It ${startsOrLoads(facts)} then.`, proven: true };
  }
  const before = harms({ trace: facts.trace, rootfs: facts.rootfs });
  if (harms(trial).length >= before.length && facts.trace.objects.length > 0) return null;
  const { names } = lacksOf(trial);
  const lacking =
    names.length === 0 ? 'It fails then for another reason.' : `Then it still lacks ${listed(names)}.`;
  return { ...offered, action: `${offered.action} ${lacking}`, cure: null };
}

/** The first of the remedies that is proven, else the first that helps; empty when none does. */
export function bestProved(offered: readonly Remedy[], facts: AdviceFacts): readonly Remedy[] {
  const helping = offered.flatMap((one) => proved(one, facts) ?? []);
  const best = helping.find(({ proven }) => proven) ?? helping[0];
  return best === undefined ? [] : [best];
}
