import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bufferSource } from '../../src/elf/bytes/byte-sources.ts';
import { readElf } from '../../src/elf/read-elf.ts';
import { fetchNode, holder, releases } from './node-releases.ts';

/** A prefix or namespace counts from so many names on; fewer stand by themselves. */
const enough = 3;
const enoughOfNamespace = 20;
const marksOfEach = 2;

/** The names that one release of node exports. */
function exportsOf(version: string, folder: string): ReadonlySet<string> {
  const elf = readElf(bufferSource(readFileSync(fetchNode(version, folder))));
  const symbols = elf.dynamic?.symbols ?? [];
  return new Set(symbols.filter(({ defined, binding }) => defined && binding !== 0).map(({ name }) => name));
}

/** `SSL_` of `SSL_new`, `_ares_` of `_ares_init`; the whole of a name without an underscore inside of it. */
const prefixOf = (name: string): string => /^_*[A-Za-z0-9]+_/.exec(name)?.[0] ?? name;

/** Of the libc, libstdc++ and libgcc: node exports some by accident; and prefixes that are words of any program. */
const ofTheSystem =
  /^(_?_?(cxa|gxx|gcc|libc|Unwind|IO|dso)_|_|data_start$|main$|std|environ$|timezone$|tzname$|in6addr_|inet_|res_|rand_r$|get_|do_)/;

/** Functions of V8's and node's own interface: what compilers, their libraries and V8's inside export changes with the build. */
const isInterface = (name: string): boolean =>
  /^_ZNK?(2v8|4node)\d+[A-Z]/.test(name) && !/8internal|St7__cxx11|[CD][0-2]E/.test(name);

/** Rust's names carry a hash, so that no addon can ask for them. */
const isRust = (name: string): boolean => /^_ZN.*17h[0-9a-f]{16}E$/.test(name);

function grouped(names: Iterable<string>): { prefixes: string[]; names: string[] } {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const group = groups.get(prefixOf(name)) ?? [];
    group.push(name);
    groups.set(prefixOf(name), group);
  }
  const byPrefix = [...groups].filter(([prefix, group]) => group.length >= enough && prefix.endsWith('_'));
  const prefixes = new Set(byPrefix.map(([prefix]) => prefix));
  return {
    prefixes: [...prefixes].sort(),
    names: [...groups].flatMap(([prefix, group]) => (prefixes.has(prefix) ? [] : group)).sort(),
  };
}

/** `2v8` of `_ZN2v8…`; null for a name outside of a namespace, and for the standard library's. */
const namespaceOf = (name: string): string | null =>
  /^_Z(?:T[VIS])?NK?(\d+[a-zA-Z_]\w*)/.exec(name)?.[1] ?? null;

function namespaces(names: Iterable<string>): string[] {
  const counts = new Map<string, number>();
  for (const name of names) {
    const rest = isRust(name) ? null : namespaceOf(name);
    const length = rest === null ? 0 : Number.parseInt(rest, 10);
    if (rest === null || length > 40) continue;
    const namespace = rest.slice(0, String(length).length + length);
    counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
  }
  return [...counts].flatMap(([name, count]) => (count >= enoughOfNamespace ? [name] : [])).sort();
}

const folder = mkdtempSync(join(tmpdir(), 'libc-check-node-exports-'));
const exported = releases.map(([moduleVersion, first, last]) => ({
  moduleVersion,
  first,
  last,
  sets: [first, last].map((version) => exportsOf(version, folder)),
}));
rmSync(folder, { recursive: true });

const all = new Set(exported.flatMap(({ sets }) => sets.flatMap((set) => [...set])));
const plain = [...all].filter((name) => !name.startsWith('_Z') && !ofTheSystem.test(name));
/** What a release of this version or a later one exports, and none before. */
const marks = exported.map(({ moduleVersion, first, last, sets }, index) => {
  const before = exported.slice(0, index).flatMap((each) => each.sets);
  const after = exported.slice(index + 1).flatMap((each) => each.sets);
  const [some = new Set<string>()] = sets;
  const since = [...some].filter(
    (name) =>
      isInterface(name) &&
      [...sets, ...after].every((set) => set.has(name)) &&
      before.every((set) => !set.has(name)),
  );
  const shortest = since.sort((a, b) => a.length - b.length || (a < b ? -1 : 1)).slice(0, marksOfEach);
  return { moduleVersion, releases: `${first} to ${last}`, since: shortest };
});
const table = {
  source: `the programs of the npm package ${holder}, two releases of each NODE_MODULE_VERSION, made by scripts/node-exports.mjs`,
  date: new Date().toISOString().slice(0, 10),
  moduleVersions: marks,
  namespaces: namespaces(all),
  ...grouped(plain),
};
const file = 'src/loader/callers/node-exports.json';
writeFileSync(file, `${JSON.stringify(table, null, 2)}\n`);
execFileSync('npx', ['biome', 'format', '--write', file], { stdio: 'ignore' });
