import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DifferentialArguments, readArguments, usage } from './arguments.ts';
import { findBinaries, symbolsOfHosts } from './binaries.ts';
import type { Comparison } from './compare.ts';
import { buildCorpus } from './corpus/build.ts';
import { DlopenHosts } from './dlopen-hosts.ts';
import { compareWithDocker } from './docker.ts';
import { findImages } from './images.ts';
import { comparePairs } from './pairs.ts';
import { Probe } from './probe.ts';
import { replayCorpus } from './replay.ts';
import { describeDisagreements, disagreementsOf, tablesOf } from './tables.ts';
import { TruthFinder } from './truth.ts';

const secondsForOneStart = 30;
const probeSources = join(process.cwd(), 'test/differential/probe');

const say = (line: string): void => console.error(line);

async function askLoaders(
  args: DifferentialArguments,
  rootfs: string,
  files: string,
  folder: string,
): Promise<Comparison[]> {
  const images = findImages(rootfs);
  const binaries = findBinaries(files);
  say(`${images.length} root file systems, ${binaries.length} binaries`);
  const probe = new Probe(probeSources, folder, secondsForOneStart);
  const finder = new TruthFinder(probe, new DlopenHosts(probeSources, folder, symbolsOfHosts(binaries)));
  const { perImage, only } = args;
  const compared = await comparePairs({ images, binaries, finder, folder, perImage, only, say });
  if (!args.docker) return compared;
  return [
    ...compared,
    ...(await compareWithDocker({ images, binaries, compared, pairs: args.dockerPairs, say })),
  ];
}

function tell(title: string, comparisons: readonly Comparison[]): string {
  const apart = describeDisagreements(comparisons);
  const text = `## ${title}\n\n${tablesOf(comparisons)}`;
  console.log(apart === '' ? text : `${text}\nDisagreements:\n\n${apart}\n`);
  return text;
}

const readable = (_: string, value: unknown): unknown => (value instanceof Set ? [...value] : value);

async function main(words: readonly string[]): Promise<number> {
  const args = readArguments(words);
  const parent = args.build ?? tmpdir();
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'libc-check-differential-'));
  try {
    const comparisons: Comparison[] = [];
    const texts: string[] = [];
    const corpus = args.build ?? (args.rootfs === null && args.corpus === null ? folder : null);
    if (corpus !== null) buildCorpus(corpus, args.small, say);
    const rootfs = args.rootfs ?? (corpus === null ? null : join(corpus, 'rootfs'));
    const binaries = args.binaries ?? (corpus === null ? null : join(corpus, 'binaries'));
    if (rootfs !== null && binaries !== null) {
      const compared = await askLoaders(args, rootfs, binaries, folder);
      const [loaders, docker] = [
        compared.filter(({ image }) => !image.startsWith('docker ')),
        compared.filter(({ image }) => image.startsWith('docker ')),
      ];
      texts.push(tell('The real loaders', loaders));
      if (docker.length > 0) texts.push(tell('docker run', docker));
      comparisons.push(...compared);
    }
    if (args.corpus !== null && args.corpusFiles !== null) {
      const replayed = await replayCorpus(args.corpus, args.corpusFiles, args.only, say);
      texts.push(tell('Recorded outcomes', replayed));
      comparisons.push(...replayed);
    }
    if (args.markdown !== null) writeFileSync(args.markdown, texts.join('\n'));
    if (args.json !== null) writeFileSync(args.json, JSON.stringify(comparisons, readable, 1));
    if (comparisons.every(({ differences }) => differences === null))
      throw new Error('nothing could be compared');
    return disagreementsOf(comparisons).length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    if (process.env['DEBUG'] !== undefined) console.error(error);
    console.error(`\n${usage}`);
    process.exitCode = 2;
  },
);
