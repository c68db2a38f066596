import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchNode, holder, releases } from './node-releases.ts';

/** Prints the options and aliases that node itself knows, and the numbers of their types. */
const listing = `
  const { internalBinding } = require('internal/test/binding');
  const binding = internalBinding('options');
  const info = (binding.getCLIOptionsInfo || binding.getCLIOptions || binding.getOptions)();
  const aliases = [...info.aliases].map(([name]) => [name.split(/[ =]/)[0], null]);
  const options = [...info.options].map(([name, { type }]) => [name, type]);
  console.log(JSON.stringify([...options, ...aliases]));
`;
/** Types of node's options that take a value: integers, strings, addresses, lists. */
const valuedTypes: readonly unknown[] = [3, 4, 5, 6, 7];

/** A name as it is compared: without its two dashes, underscores as dashes. */
const plainName = (name: string): string => name.replace(/^--/, '').replaceAll('_', '-');

const folder = mkdtempSync(join(tmpdir(), 'libc-check-node-options-'));

/** The program of one release; `LIBC_CHECK_NODES` names a folder that has some as `node-VERSION`. */
function programOf(version: string): string {
  const kept = join(process.env['LIBC_CHECK_NODES'] ?? folder, `node-${version}`);
  if (existsSync(kept)) return kept;
  const program = join(folder, `node-${version}`);
  renameSync(fetchNode(version, folder), program);
  return program;
}

interface Options {
  readonly own: ReadonlySet<string>;
  readonly v8: ReadonlySet<string>;
  readonly valued: readonly string[];
}

function optionsOf(version: string): Options {
  const program = programOf(version);
  const told = execFileSync(program, ['--expose-internals', '-e', listing], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const own: [string, number | null][] = JSON.parse(told);
  const named = own.filter(([name]) => name.startsWith('-'));
  const v8 = execFileSync(program, ['--v8-options'], { encoding: 'utf8' });
  return {
    own: new Set(named.map(([name]) => plainName(name))),
    v8: new Set([...v8.matchAll(/^ {2}(--[\w-]+) \(/gm)].map(([, name = '']) => plainName(name))),
    valued: named.flatMap(([name, type]) => (valuedTypes.includes(type) ? [plainName(name)] : [])),
  };
}

/** `0-3,7-29`: the places, in the list of releases, of those that have a name. */
function placesOf(name: string, sets: readonly ReadonlySet<string>[]): string {
  const ranges: [number, number][] = [];
  for (const [place, set] of sets.entries()) {
    const last = ranges.at(-1);
    if (!set.has(name)) continue;
    if (last !== undefined && last[1] === place - 1) last[1] = place;
    else ranges.push([place, place]);
  }
  return ranges.map(([from, to]) => `${from}-${to}`).join(',');
}

function byPlaces(sets: readonly ReadonlySet<string>[]): Record<string, string> {
  const groups = new Map<string, string[]>();
  for (const name of [...new Set(sets.flatMap((set) => [...set]))].sort()) {
    const places = placesOf(name, sets);
    groups.set(places, [...(groups.get(places) ?? []), name]);
  }
  return Object.fromEntries([...groups].map(([places, names]) => [places, names.join(' ')]));
}

/** Older releases do not list their options. */
const listed = releases.filter(([moduleVersion]) => moduleVersion >= 72);
const seen = listed.flatMap(([, first, last]) => [optionsOf(first), optionsOf(last)]);
rmSync(folder, { recursive: true });
const own = new Set(seen.flatMap((each) => [...each.own]));
const table = {
  source: `the programs of the npm package ${holder}, two releases of each NODE_MODULE_VERSION, made by scripts/node-options.mjs`,
  date: new Date().toISOString().slice(0, 10),
  moduleVersions: listed.flatMap(([version]) => [version, version]),
  valued: [...new Set(seen.flatMap(({ valued }) => valued))].sort().join(' '),
  own: byPlaces(seen.map((each) => new Set([...each.own, ...[...each.v8].filter((name) => own.has(name))]))),
  v8: byPlaces(seen.map((each) => new Set([...each.v8].filter((name) => !own.has(name))))),
};
const file = 'src/loader/scripts/options/node-options.json';
writeFileSync(file, `${JSON.stringify(table, null, 2)}\n`);
execFileSync('npx', ['biome', 'format', '--write', file], { stdio: 'ignore' });
