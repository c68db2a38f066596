import type { DynamicSection } from '../../elf/elf-file.ts';
import type { Problem } from '../trace/problem.ts';
import { answersTo, type LinkMap } from './link-map.ts';
import type { ObjectSet } from './load-objects.ts';
import type { Phrasing } from './phrasing.ts';
import type { LoaderSession } from './session.ts';

const symbolsWithVersion = (map: LinkMap, version: string, file: string): string[] =>
  map.dynamic.symbols
    .filter((symbol) => !symbol.defined && symbol.version === version && symbol.versionFile === file)
    .map((symbol) => symbol.name);

const known = new WeakMap<DynamicSection, ReadonlySet<string>>();

function definedVersions(dynamic: DynamicSection): ReadonlySet<string> {
  const versions = known.get(dynamic) ?? new Set(dynamic.verdef.map(({ name }) => name));
  known.set(dynamic, versions);
  return versions;
}

/** DT_RELR in an object that needs libc.so.* must need the marker version, since 2.36 (G46). */
function relrProblem(map: LinkMap, session: LoaderSession, phrasing: Phrasing): Problem | null {
  const { dynamic } = map;
  if (!dynamic.relocations.relr || dynamic.verneed.length === 0) return null;
  if (!dynamic.needed.some((name) => name.startsWith('libc.so.'))) return null;
  const marked = dynamic.verneed.some((need) =>
    need.versions.some(({ name }) => name === 'GLIBC_ABI_DT_RELR'),
  );
  if (marked || session.release < 236) return null;
  const text = 'DT_RELR without GLIBC_ABI_DT_RELR dependency';
  return {
    kind: 'relr-unsupported',
    path: map.path,
    reason: text,
    stage: 'version',
    fatal: true,
    seen: phrasing.error(map.path, text),
    exitStatus: phrasing.exitStatus,
  };
}

/**
 * Checks every verneed against the verdef of the object that has the name of its file (`_dl_check_map_versions`, G40 to G44,
 * G46, G47). `maps` are the objects to check; those that define the versions are searched in the whole set.
 */
export function checkVersions(
  session: LoaderSession,
  set: ObjectSet,
  maps: readonly LinkMap[],
  phrasing: Phrasing,
): Problem[] {
  const problems: Problem[] = [];
  const loaded = set.interpreter === null ? set.maps : [...set.maps, set.interpreter];
  for (const map of maps) {
    for (const need of map.dynamic.verneed) {
      if (set.missing.has(need.file)) continue;
      const provider = loaded.find((candidate) => answersTo(candidate, need.file));
      if (provider === undefined) {
        problems.push({
          kind: 'verneed-unloaded',
          file: need.file,
          neededBy: map.path,
          stage: 'version',
          fatal: true,
          seen: "Inconsistency detected by ld.so: dl-version.c: 204: _dl_check_map_versions: Assertion `needed != NULL' failed!",
          exitStatus: phrasing.exitStatus,
        });
        continue;
      }
      const defined = definedVersions(provider.dynamic);
      for (const version of need.versions) {
        if (provider.dynamic.verdef.length === 0) {
          problems.push({
            kind: 'version-table-missing',
            file: provider.path,
            neededBy: map.path,
            stage: 'version',
            fatal: false,
            seen: phrasing.versions(
              `${provider.path}: no version information available (required by ${map.path})`,
            ),
            exitStatus: null,
          });
        } else if (!defined.has(version.name)) {
          const weak = version.weak ? 'weak ' : '';
          problems.push({
            kind: 'version-missing',
            version: version.name,
            file: provider.path,
            neededBy: map.path,
            weak: version.weak,
            symbols: symbolsWithVersion(map, version.name, need.file),
            stage: 'version',
            fatal: !version.weak,
            seen: phrasing.versions(
              `${provider.path}: ${weak}version \`${version.name}' not found (required by ${map.path})`,
            ),
            exitStatus: version.weak ? null : 1,
          });
        }
      }
    }
    const relr = relrProblem(map, session, phrasing);
    if (relr !== null) problems.push(relr);
  }
  return problems;
}
