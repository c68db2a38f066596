import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBinary } from '../../src/binary/binary-file.ts';

interface Release {
  /** `3.9`, or what a snapshot calls itself. */
  readonly alpine: string;
  readonly musl: string;
  readonly exports: ReadonlySet<string>;
}

function readRelease(root: string): Release {
  const { elf } = readBinary(join(root, 'lib/ld-musl-x86_64.so.1'));
  const release = readFileSync(join(root, 'etc/alpine-release'), 'utf8').trim();
  const symbols = elf?.dynamic?.symbols ?? [];
  return {
    alpine: /^\d+\.\d+/.exec(release)?.[0] ?? release,
    musl: elf?.libcText?.muslVersion ?? '',
    exports: new Set(symbols.filter(({ defined, name }) => defined && name !== '').map(({ name }) => name)),
  };
}

const releases = process.argv.slice(2).map(readRelease);
const [first] = releases;
if (first === undefined) throw new Error('name the folders of the releases, oldest first');

const known = new Set(first.exports);
const added = releases.slice(1).flatMap(({ alpine, musl, exports }) => {
  const adds = [...exports].filter((name) => !known.has(name)).sort();
  for (const name of adds) known.add(name);
  return adds.length === 0 ? [] : [{ alpine, musl, adds }];
});

const table = {
  provenance: {
    date: new Date().toISOString().slice(0, 10),
    madeFrom: `Made by scripts/musl-symbols.mjs from the exports of /lib/ld-musl-x86_64.so.1 in the mini root file systems of Alpine ${releases.map(({ alpine }) => alpine).join(', ')}: what each release exports that none before it did.`,
  },
  first: { alpine: first.alpine, musl: first.musl },
  added,
};
writeFileSync('src/rules/musl-symbols.json', `${JSON.stringify(table, null, 2)}\n`);
