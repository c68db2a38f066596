import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Container } from '../../src/container/container.ts';
import { defaultPrivileges } from '../../src/container/privileges.ts';
import { processEnv } from '../../src/container/process-start.ts';
import type { LayerEntry, LayerIndex, Platform } from '../../src/image/image.ts';
import { indexFile, indexFolder } from '../../src/image/layer/folder-layer.ts';
import { openImage } from '../../src/image/open-image.ts';
import { parsePlatform } from '../../src/image/reference/platform.ts';
import { acceptance } from '../../src/loader/kernel/architecture.ts';
import { simulateStart } from '../../src/loader/simulate.ts';
import { simulateDlopen } from '../../src/loader/simulate-dlopen.ts';
import type { LoadTrace } from '../../src/loader/trace/load-trace.ts';
import type { Rootfs } from '../../src/rootfs/rootfs.ts';
import { merged } from '../rootfs/merged.ts';
import type { Comparison } from './compare.ts';
import { type NoOutcome, type Outcome, symbolKey, versionKey } from './outcome.ts';
import { compareAnswers } from './pairs.ts';
import { platforms, type RecordedRow, recordedOutcome, recordedSymbols } from './recorded-row.ts';

interface RecordedFile {
  readonly sha256: string;
  readonly file: string;
  readonly treeDir?: string;
}

function simulatedOutcome({ ending, problems }: LoadTrace, at: string): Outcome | NoOutcome {
  if (ending.kind === 'unknown')
    return { phase: null, reason: `libc-check cannot tell: ${ending.reason}`, said: '' };
  const said = ending.kind === 'starts' ? ending.printed : ending.message;
  const crash = ending.kind === 'stops' && ending.exitStatus === 139;
  return {
    phase: ending.kind === 'starts' ? 'starts' : crash ? 'crash' : ending.stage,
    said,
    missing: {
      libraries: new Set(
        problems.flatMap((problem) =>
          problem.kind === 'library-missing' || (problem.kind === 'library-rejected' && problem.soname !== at)
            ? [problem.soname]
            : [],
        ),
      ),
      versions: new Set(
        problems.flatMap((problem) =>
          problem.kind === 'version-missing'
            ? [versionKey(problem.version, 'its file', problem.neededBy)]
            : [],
        ),
      ),
      symbols: new Set(
        problems.flatMap((problem) =>
          problem.kind === 'symbol-missing' && !problem.fromCaller
            ? [symbolKey(problem.name, problem.version, problem.neededBy)]
            : [],
        ),
      ),
    },
  };
}

const ownedByRoot = (entry: LayerEntry): LayerEntry =>
  entry.type === 'file' ? { ...entry, mode: 0o755, uid: 0, gid: 0 } : entry;

async function entriesAt(folder: string, place: string): Promise<LayerEntry[]> {
  const { entries } = await indexFolder(folder);
  return entries
    .filter(({ path }) => path !== '')
    .map((entry) => ({
      ...entry,
      path: `${place}/${entry.path}`,
      ...(entry.type === 'hardlink' ? { target: `${place}/${entry.target}` } : {}),
    }));
}

/** The npm package of a recorded file, with those that it depends on, as npm lays them. */
async function treeOf(row: RecordedRow, file: RecordedFile, files: string): Promise<LayerEntry[]> {
  const folder = join(files, file.treeDir ?? '', 'package');
  const place = row.target.slice('/c/node_modules/'.length).split('/');
  const name = place[0]?.startsWith('@') ? place.slice(0, 2).join('/') : (place[0] ?? '');
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly optionalDependencies?: Readonly<Record<string, string>>;
  };
  const entries = await entriesAt(folder, `c/node_modules/${name}`);
  for (const [dependency, version] of Object.entries({
    ...manifest.dependencies,
    ...manifest.optionalDependencies,
  })) {
    const unpacked = join(files, 'pkgs/npm', `${dependency.replaceAll('/', '+')}@${version}`, 'package');
    if (existsSync(unpacked)) entries.push(...(await entriesAt(unpacked, `c/node_modules/${dependency}`)));
  }
  return entries;
}

function containerOf(rootfs: Rootfs, platform: Platform): Container {
  const config = { env: [], user: '', workingDir: '', entrypoint: [], cmd: [], healthcheck: [] };
  return {
    rootfs,
    platform,
    config,
    start: {
      env: processEnv(config, []),
      cwd: '/',
      uid: 0,
      gid: 0,
      gids: [0],
      privileges: defaultPrivileges('docker'),
    },
    host: { kernel: [6, 18], cpu: 'x86-64-v4', engine: 'docker', overridesInExec: true },
  };
}

/** What a recorded shared object does: a process that could load it must run at all. */
function load(container: Container, path: string): LoadTrace {
  const found = container.rootfs.lookup(path);
  if (!found.ok || found.inode.type !== 'file' || found.inode.content?.kind !== 'elf')
    throw new Error(`no ELF file at ${path}`);
  const { elf } = found.inode.content;
  if (acceptance(elf, container.platform) !== 'refused') return simulateDlopen(container, path, elf, null);
  return {
    executed: [],
    loader: null,
    objects: [],
    problems: [],
    ending: { kind: 'stops', stage: 'exec', message: '', isWhole: true, exitStatus: 255 },
  };
}

/** Null when that image was not built. */
async function rootfsOf(files: string, name: string): Promise<Rootfs | null> {
  const path = ['.tar.gz', '.tar']
    .map((end) => join(files, 'images', `${name}${end}`))
    .find((file) => existsSync(file));
  if (path === undefined) return null;
  const { content } = await openImage(`tar:${path}`, { platform: null, fitting: null, env: {} });
  return merged(content.layers);
}

/**
 * Compares libc-check with every recorded outcome; those that depend on the kernel or processor, and those of files and images
 * that could not be built again, are counted only.
 */
export async function replayCorpus(
  corpus: string,
  files: string,
  only: RegExp | null,
  say: (line: string) => void,
): Promise<Comparison[]> {
  const lines = gunzipSync(readFileSync(join(corpus, 'truth.jsonl.gz')))
    .toString('utf8')
    .trim()
    .split('\n');
  const rows = lines
    .map((line) => JSON.parse(line) as RecordedRow)
    .filter(({ image, binary }) => only === null || only.test(`${image} ${binary}`));
  const recorded = JSON.parse(readFileSync(join(corpus, 'binaries.json'), 'utf8')) as readonly RecordedFile[];
  const layers = new Map<string, LayerIndex>();
  const layerOf = async (row: RecordedRow): Promise<LayerIndex | null> => {
    const key = `${row.sha256} ${row.variant}`;
    const known = layers.get(key);
    if (known !== undefined) return known;
    const file = recorded.find(({ sha256 }) => sha256 === row.sha256);
    if (file === undefined) throw new Error(`binaries.json lacks ${row.binary}`);
    if (!existsSync(join(files, row.variant === 'alone' ? file.file : (file.treeDir ?? '')))) return null;
    const entries =
      row.variant === 'alone'
        ? (await indexFile(join(files, file.file), row.target.slice(1))).entries
        : await treeOf(row, file, files);
    const layer = { diffID: null, entries: entries.map(ownedByRoot) };
    layers.set(key, layer);
    return layer;
  };
  const comparisons: Comparison[] = [];
  for (const name of [...new Set(rows.map(({ image }) => image))].sort()) {
    const base = await rootfsOf(files, name);
    for (const row of rows.filter(({ image }) => image === name)) {
      const machine = row.host.replace('qemu-', '');
      const pair = {
        image: name,
        binary: `${row.binary} ${row.variant}`,
        machine,
        question: row.kind === 'executable' ? 'start' : 'load',
      } as const;
      const layer = row.hostDependent === null ? await layerOf(row) : null;
      if (base === null || layer === null) {
        const reason = row.hostDependent ?? 'the image or the file could not be built again';
        const left = { phase: null, reason, said: '' } as const;
        comparisons.push(compareAnswers({ ...pair, truth: left, foretold: left }));
        continue;
      }
      const container = containerOf(
        base.withLayer(layer),
        parsePlatform(`linux/${platforms[machine] ?? machine}`),
      );
      const trace =
        row.kind === 'executable' ? simulateStart(container, row.target) : load(container, row.target);
      const foretold = simulatedOutcome(trace, row.target);
      const compared = compareAnswers({ ...pair, truth: recordedOutcome(row), foretold });
      const differs =
        row.symbolsExact &&
        row.missingSymbolsCount > recordedSymbols &&
        foretold.phase !== null &&
        foretold.missing.symbols?.size !== row.missingSymbolsCount;
      comparisons.push(
        differs
          ? {
              ...compared,
              differences: [...(compared.differences ?? []), `symbols: really ${row.missingSymbolsCount}`],
            }
          : compared,
      );
    }
    say(`replayed ${name}`);
  }
  return comparisons;
}
