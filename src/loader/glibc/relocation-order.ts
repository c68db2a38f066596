import type { LinkMap } from './link-map.ts';

/**
 * The order in which `dl_main` relocates: dependencies before dependents, the program last (G52). A depth-first walk
 * from the last loaded object to the first, as `_dl_sort_maps_dfs` makes it; since 2.41 libc.so.6 comes before all.
 */
export function relocationOrder(maps: readonly LinkMap[], release: number): LinkMap[] {
  const finished = new Set<LinkMap>();
  const entered = new Set<LinkMap>();
  const finish = (root: LinkMap): void => {
    const stack: { map: LinkMap; next: number }[] = [{ map: root, next: 0 }];
    entered.add(root);
    for (let top = stack[stack.length - 1]; top !== undefined; top = stack[stack.length - 1]) {
      const dependency = top.map.dependencies[top.next++];
      if (dependency === undefined) {
        finished.add(top.map);
        stack.pop();
      } else if (!entered.has(dependency)) {
        entered.add(dependency);
        stack.push({ map: dependency, next: 0 });
      }
    }
  };
  const [main, ...libraries] = maps;
  for (const map of libraries.reverse()) if (!entered.has(map)) finish(map);
  if (main !== undefined && !entered.has(main)) finish(main);
  const order = [...finished];
  const libc = release >= 241 ? order.findIndex((map) => map.dynamic.soname === 'libc.so.6') : -1;
  return libc < 0 ? order : [...order.splice(libc, 1), ...order];
}
