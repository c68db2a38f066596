import { readBinary } from '../src/binary/binary-file.ts';
import { defaultHost } from '../src/container/host.ts';
import { defaultPrivileges } from '../src/container/privileges.ts';
import type { DynamicSymbol, ElfFile, SymbolReference } from '../src/elf/elf-file.ts';
import type { LayerEntry, LayerIndex } from '../src/image/image.ts';
import { decodeImageContent, encodeImageContent } from '../src/image/index-file/index-file.ts';
import { simulateStart } from '../src/loader/simulate.ts';
import type { Rootfs } from '../src/rootfs/rootfs.ts';
import { squash } from '../src/rootfs/squash.ts';

const owned = { mode: 0o755, uid: 0, gid: 0 };
const platform = { os: 'linux', architecture: 'amd64', variant: null };
const config = { env: [], user: '', workingDir: '', entrypoint: [], cmd: [], healthcheck: [] };

/** The median of some runs, in milliseconds. */
function timed(work: () => void, runs = 9): number {
  work();
  const taken = Array.from({ length: runs }, () => {
    const start = process.hrtime.bigint();
    work();
    return Number(process.hrtime.bigint() - start) / 1e6;
  }).sort((one, other) => one - other);
  return taken[runs >> 1] ?? 0;
}

function table(title: string, counts: readonly number[], measure: (count: number) => () => void): void {
  const lines = counts.map((count) => {
    const milliseconds = timed(measure(count));
    const each = (milliseconds * 1e6) / count;
    return `${String(count).padStart(9)}  ${milliseconds.toFixed(2).padStart(9)} ms  ${each.toFixed(0).padStart(8)} ns each`;
  });
  process.stdout.write(`${title}\n${lines.map((line) => `    ${line}`).join('\n')}\n`);
}

function layerOf(fileCount: number, layer: number): LayerIndex {
  const entries = Array.from({ length: fileCount }, (_, file): LayerEntry => {
    const path = `usr/share/${file % 100}/${layer}-${file}`;
    return { ...owned, path, type: 'file', size: 1, content: { kind: 'other' }, capability: null };
  });
  return { diffID: null, entries };
}

table('merging of layers, 500 files each, by layers', [10, 20, 40, 80, 120], (count) => {
  const layers = Array.from({ length: count }, (_, layer) => layerOf(500, layer));
  return () => squash(layers, 'followed').rootfs;
});

table('reading of an index file, by files', [10_000, 20_000, 40_000, 80_000, 160_000], (count) => {
  const bytes = encodeImageContent({ platform, config, layers: [layerOf(count, 0)], provenance: null }, 1);
  return () => squash(decodeImageContent(bytes).layers, 'followed').rootfs;
});

const loaderPath = '/lib64/ld-linux-x86-64.so.2';
const program = readBinary('fixtures/prediction-api').elf;
if (program === null || program.dynamic === null)
  throw new Error('fixtures/prediction-api is no dynamic program');
const model = { ...program, dynamic: program.dynamic };

function elfWith(names: {
  soname: string | null;
  needed: string[];
  defined: string[];
  wanted: string[];
}): ElfFile {
  const { soname, needed, defined, wanted } = names;
  const symbol = (name: string, isDefined: boolean): DynamicSymbol => ({
    name,
    defined: isDefined,
    binding: 1,
    type: 2,
    visibility: 0,
    section: isDefined ? 1 : 0,
    valueIsZero: !isDefined,
    size: 8,
    versionIndex: null,
    versionHidden: false,
    version: null,
    versionFile: null,
  });
  const symbols = [
    ...defined.map((name) => symbol(name, true)),
    ...wanted.map((name) => symbol(name, false)),
  ];
  const references = wanted.map(
    (_, index): SymbolReference => ({
      symbol: defined.length + index,
      table: 'data',
      types: [6],
      copy: false,
      lazy: false,
    }),
  );
  const dynamic = {
    ...model.dynamic,
    needed,
    soname,
    runpath: null,
    rpath: null,
    flags1: 0,
    verneed: [],
    verdef: [],
    hasVersym: false,
    symbols,
    relocations: { ...model.dynamic.relocations, references },
  };
  return { ...model, interp: soname === null ? model.interp : null, dynamic };
}

const symbolNames = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `symbol_number_${index}`);

function rootfsOf(files: Readonly<Record<string, ElfFile>>): Rootfs {
  const entries = Object.entries(files).map(([path, elf]): LayerEntry => {
    return {
      ...owned,
      path: path.slice(1),
      type: 'file',
      size: elf.size,
      content: { kind: 'elf', elf },
      capability: null,
    };
  });
  return squash([{ diffID: null, entries }], 'followed').rootfs;
}

function start(rootfs: Rootfs, path: string): void {
  const process = {
    env: new Map<string, string>(),
    cwd: '/',
    uid: 0,
    gid: 0,
    gids: [0],
    privileges: defaultPrivileges('docker'),
  };
  const { ending } = simulateStart({ rootfs, platform, config, start: process, host: defaultHost }, path);
  if (ending.kind !== 'starts')
    throw new Error(`the model of the growth table does not start: ${JSON.stringify(ending)}`);
}

const loader = elfWith({ soname: 'ld-linux-x86-64.so.2', needed: [], defined: [], wanted: [] });

table('verdicts over one library of 2,000 symbols, by binaries', [500, 1000, 2000, 4000], (count) => {
  const names = symbolNames(2000);
  const wanted = names.slice(0, 100);
  const binaries = Array.from({ length: count }, (_, index) => [
    `/app/${index}`,
    elfWith({ soname: null, needed: ['libmodel.so'], defined: [], wanted }),
  ]);
  const library = elfWith({ soname: 'libmodel.so', needed: [], defined: names, wanted: [] });
  const rootfs = rootfsOf({
    [loaderPath]: loader,
    '/lib64/libmodel.so': library,
    ...Object.fromEntries(binaries),
  });
  return () => {
    for (let index = 0; index < count; index++) start(rootfs, `/app/${index}`);
  };
});

table('one verdict, by symbols that are looked up', [2000, 4000, 8000, 16_000, 32_000], (count) => {
  const names = symbolNames(count);
  return () => {
    const library = elfWith({ soname: 'libmodel.so', needed: [], defined: names, wanted: [] });
    const main = elfWith({ soname: null, needed: ['libmodel.so'], defined: [], wanted: names });
    start(rootfsOf({ [loaderPath]: loader, '/lib64/libmodel.so': library, '/app/main': main }), '/app/main');
  };
});
