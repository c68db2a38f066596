import { limitMissing } from '../symbols/missing-limit.ts';
import type { Problem } from '../trace/problem.ts';
import { type BindingScope, ObjectBinder } from './bind-object.ts';
import { BindingObjects } from './fast-binding/binding-objects.ts';
import type { LinkMap } from './link-map.ts';
import type { LoaderSession } from './session.ts';

/** Binds every relocation of the objects, in the order given (G50 to G55); what is missing is reported once an object. */
export function bindSymbols(
  session: LoaderSession,
  scope: BindingScope,
  order: readonly LinkMap[],
): Problem[] {
  const problems: Problem[] = [];
  const objects = new BindingObjects(scope.maps, session.release);
  for (const map of order) {
    if (map.role === 'interpreter') continue;
    const binder = new ObjectBinder(session, scope, map, objects);
    if (objects.orderIsFree) binder.bindFast();
    else binder.bindInOrder();
    binder.checkTypes();
    problems.push(...mostUrgent(binder.problems));
    limitMissing(problems);
  }
  return problems;
}

/** A symbol that two tables of one object name is reported once, by the reference that must be met first. */
function mostUrgent(problems: readonly Problem[]): readonly Problem[] {
  const names = new Set(problems.map((problem) => (problem.kind === 'symbol-missing' ? problem.name : null)));
  if (names.size === problems.length) return problems;
  const bySymbol = new Map<string, Problem>();
  for (const problem of problems) {
    const key =
      problem.kind === 'symbol-missing'
        ? `${problem.name}@${problem.version}`
        : `${problem.kind}@${bySymbol.size}`;
    const known = bySymbol.get(key);
    if (known === undefined || (!known.fatal && problem.fatal)) bySymbol.set(key, problem);
  }
  return [...bySymbol.values()];
}
