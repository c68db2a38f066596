import type { CheckResult, ObjectReport } from '../../examine/check-report.ts';
import { printable } from '../printable.ts';
import type { TextStyle } from './style.ts';

/** Each object under the one that asked for it; objects whose asker is not listed stand at the top. */
function childrenOf(objects: readonly ObjectReport[]): Map<ObjectReport | null, ObjectReport[]> {
  const byName = new Map<string, ObjectReport>();
  for (const object of objects) {
    for (const name of [object.soname, object.path])
      if (name !== null && !byName.has(name)) byName.set(name, object);
  }
  const children = new Map<ObjectReport | null, ObjectReport[]>();
  const positions = new Map(objects.map((object, position) => [object, position]));
  for (const object of objects) {
    const asker = object.neededBy === null ? undefined : byName.get(object.neededBy);
    // An object is loaded after its asker; anything else could be a circle and is put at the top.
    const parent = asker && (positions.get(asker) ?? 0) < (positions.get(object) ?? 0) ? asker : null;
    children.set(parent, [...(children.get(parent) ?? []), object]);
  }
  return children;
}

function label(object: ObjectReport, style: TextStyle): string {
  const name = printable(object.soname);
  if (object.path === null) return `${name} ${style.severity.error('not found')}`;
  const path = object.path === object.soname ? '' : ` ${style.arrow} ${printable(object.path)}`;
  return `${name}${path}${object.foundBy === null ? '' : style.dim(` (${printable(object.foundBy)})`)}`;
}

/** The binary itself, at the root of the tree; it is not among the objects that the loader looked for. */
function rootOf({ binary }: CheckResult): ObjectReport {
  return { soname: binary.at, path: binary.at, neededBy: null, foundBy: null, trail: [] };
}

/** The dependency tree of one result, with every place that was tried for each library and what came of it. */
export function treeText(result: CheckResult, style: TextStyle): string[] {
  const { objects, binary } = result;
  if (objects.length === 0) return [];
  const isRooted = objects.some((object) => object.path === binary.at);
  const children = childrenOf(isRooted ? objects : [rootOf(result), ...objects]);
  const lines: string[] = [];
  const walk = (parent: ObjectReport | null, rail: string): void => {
    const list = children.get(parent) ?? [];
    for (const [position, object] of list.entries()) {
      const isLast = position === list.length - 1;
      const isTop = parent === null;
      const below = isTop ? rail : rail + (isLast ? style.tree.gap : style.tree.rail);
      lines.push(
        `${rail}${isTop ? '' : isLast ? style.tree.last : style.tree.branch}${label(object, style)}`,
      );
      const hasChildren = (children.get(object) ?? []).length > 0;
      for (const step of object.trail) {
        const tried = `${printable(step.path)} (${printable(step.via)}): ${printable(step.outcome)}`;
        lines.push(`${below}${hasChildren ? style.tree.rail : style.tree.gap}${style.dim(tried)}`);
      }
      walk(object, below);
    }
  };
  walk(null, '  ');
  return lines;
}
