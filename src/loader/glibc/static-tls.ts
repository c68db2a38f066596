import { needsThreadOffset } from '../symbols/initial-exec.ts';
import type { Problem } from '../trace/problem.ts';
import { staticTls } from '../trace/problems.ts';
import type { LinkMap } from './link-map.ts';
import { lookupScope, lookupSymbol } from './lookup-symbol.ts';
import type { Phrasing } from './phrasing.ts';
import type { LoaderSession } from './session.ts';
import { afterPlacing, type TlsRoom } from './tls-room.ts';

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

/** What came of placing the thread-local storage of objects; `unknown` is why that cannot be said, null when it can. */
interface Placing {
  readonly problems: readonly Problem[];
  readonly unknown: string | null;
}

/**
 * Objects whose initial-exec TLS finds no room any more (G62, `_dl_allocate_static_tls`): those of a dlopen, and at a start
 * with auditors, which lays the block out before it loads them, all that come after the program (G93).
 */
export function placeStaticTls(
  session: LoaderSession,
  late: readonly LinkMap[],
  scope: readonly LinkMap[],
  order: readonly LinkMap[],
  room: TlsRoom,
  phrasing: Phrasing,
): Placing {
  const placed = new Set<LinkMap>();
  let { sure, most } = room;
  let unknown: string | null = null;
  for (const map of order) {
    for (const definer of wantedFixed(session, map, scope)) {
      if (!late.includes(definer) || placed.has(definer)) continue;
      placed.add(definer);
      sure = afterPlacing(sure, definer.elf);
      most = afterPlacing(most, definer.elf);
      if (most < 0) return { problems: [noRoom(map, definer, phrasing)], unknown };
      if (sure < 0)
        unknown ??= `${definer.path}: whether its thread-local storage still has room is a matter of bytes`;
    }
  }
  return { problems: [], unknown };
}

function noRoom(map: LinkMap, definer: LinkMap, phrasing: Phrasing): Problem {
  const seen = phrasing.error(definer.path, 'cannot allocate memory in static TLS block');
  const size = definer.elf.tlsSize ?? 0;
  const storage = { path: map.path, definer: definer.path, size, symbol: null };
  return staticTls(storage, { seen, exitStatus: phrasing.exitStatus });
}
