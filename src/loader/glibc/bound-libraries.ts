import type { DynamicSection } from '../../elf/elf-file.ts';
import { symbolTable } from '../symbol-table.ts';
import type { LinkMap } from './link-map.ts';

/**
 * What is learnt of libraries while programs are bound. A library that bound without a problem in one scope does so for
 * every program that brings the same libraries in the same order, as long as the program defines none of the names that
 * the library refers to.
 */

const identities = new WeakMap<DynamicSection, number>();
let lastIdentity = 0;

/** The scopes in which a library bound without a problem. */
const scopesWithoutProblem = new WeakMap<DynamicSection, Set<string>>();
const namesReferredTo = new WeakMap<DynamicSection, ReadonlySet<string>>();

function identityOf(dynamic: DynamicSection): number {
  const known = identities.get(dynamic);
  if (known !== undefined) return known;
  identities.set(dynamic, ++lastIdentity);
  return lastIdentity;
}

function referredBy({ dynamic }: LinkMap): ReadonlySet<string> {
  const known = namesReferredTo.get(dynamic);
  if (known !== undefined) return known;
  const { symbols, relocations } = dynamic;
  const names = new Set(relocations.references.map((reference) => symbols[reference.symbol]?.name ?? ''));
  namesReferredTo.set(dynamic, names);
  return names;
}

/** Everything of a scope that look-ups go by, but for the symbols of its first object, the program. */
export function scopeKey(maps: readonly LinkMap[], release: number): string {
  const parts = maps.map((map, index) =>
    [index === 0 ? 0 : identityOf(map.dynamic), ...map.names].join('\0'),
  );
  return [release, ...parts].join('\n');
}

/** The program gives a symbol that this library refers to, and so may change what the library binds to. */
function interposes(program: LinkMap, library: LinkMap): boolean {
  const defined = symbolTable(program.dynamic);
  const referred = referredBy(library);
  if (defined.size < referred.size) {
    for (const name of defined.keys()) if (referred.has(name)) return true;
    return false;
  }
  for (const name of referred) if (defined.has(name)) return true;
  return false;
}

/** True when binding `library` in the scope of this key is known to find everything. */
export function isKnownToBind(library: LinkMap, program: LinkMap | undefined, scope: string): boolean {
  if (library === program || program === undefined) return false;
  return scopesWithoutProblem.get(library.dynamic)?.has(scope) === true && !interposes(program, library);
}

/** Remembers that binding `library` in the scope of this key found everything, unless it took something of the program. */
export function rememberBound(library: LinkMap, program: LinkMap | undefined, scope: string): void {
  if (library === program || program === undefined || interposes(program, library)) return;
  const known = scopesWithoutProblem.get(library.dynamic);
  if (known === undefined) scopesWithoutProblem.set(library.dynamic, new Set([scope]));
  else known.add(scope);
}
