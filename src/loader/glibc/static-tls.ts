import { needsThreadOffset } from '../symbols/initial-exec.ts';
import type { Problem } from '../trace/problem.ts';
import { staticTls } from '../trace/problems.ts';
import type { LinkMap } from './link-map.ts';
import { lookupScope, lookupSymbol } from './lookup-symbol.ts';
import type { LoaderSession } from './session.ts';

/**
 * What ld.so keeps free for the initial-exec TLS of objects that come later: 1664 bytes in every release
 * (elf/dl-tls.c, TLS_STATIC_SURPLUS, later _dl_tls_static_surplus_init), before rounding up to the block's alignment.
 */
const surplus = 1664;

/** The objects whose TLS the relocations of one object require at a fixed offset. */
function wantedFixed(session: LoaderSession, map: LinkMap, scope: readonly LinkMap[]): LinkMap[] {
  const { machine, class: elfClass } = map.elf;
  const isFixed = (type: number) => needsThreadOffset(type, machine, elfClass);
  const { references, anonymousTypes } = map.dynamic.relocations;
  const own = [...anonymousTypes.data, ...anonymousTypes.plt].some(isFixed) ? [map] : [];
  const lookedUpIn = lookupScope(scope);
  const named = references
    .filter(({ types }) => types.some(isFixed))
    .flatMap((reference) => {
      const symbol = map.dynamic.symbols[reference.symbol];
      if (symbol === undefined) return [];
      const { name, version, versionFile } = symbol;
      const request = { name, version, versionFile, plt: true, copyInto: null };
      const result = lookupSymbol(request, lookedUpIn, session.release);
      return result.kind === 'found' ? [result.map] : [];
    });
  return [...own, ...named];
}

/** dlopen of objects whose initial-exec TLS finds no room any more (G62, `_dl_allocate_static_tls`). */
export function staticTlsProblems(
  session: LoaderSession,
  opened: readonly LinkMap[],
  scope: readonly LinkMap[],
  order: readonly LinkMap[],
): Problem[] {
  const placed = new Set<LinkMap>();
  let free = surplus;
  for (const map of order) {
    for (const definer of wantedFixed(session, map, scope)) {
      if (!opened.includes(definer) || placed.has(definer)) continue;
      placed.add(definer);
      free -= definer.elf.tlsSize ?? 0;
      if (free >= 0) continue;
      const seen = `${definer.path}: cannot allocate memory in static TLS block`;
      const storage = {
        path: map.path,
        definer: definer.path,
        size: definer.elf.tlsSize ?? 0,
        symbol: null,
      };
      return [staticTls(storage, { seen, exitStatus: 1 })];
    }
  }
  return [];
}
