import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { binariesFor, findBinaries, stage, symbolsOfHosts } from '../binaries.ts';
import { DlopenHosts } from '../dlopen-hosts.ts';
import { foretell } from '../foretold.ts';
import { findImages } from '../images.ts';
import { Probe } from '../probe.ts';
import { Trials } from '../trial.ts';
import { inParallel } from '../work-together.ts';
import { readArguments, usage } from './arguments.ts';
import { cleared } from './carry-out.ts';
import { Installer } from './packages.ts';
import { describeFailures, tablesOf, wronglyProven } from './tables.ts';
import { type Treated, treat } from './treat.ts';

const secondsForOneStart = 10;
const probeSources = join(process.cwd(), 'test/differential/probe');

const say = (line: string): void => console.error(line);

async function main(words: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'libc-check-cures-'));
  try {
    const args = readArguments(words, join(folder, 'packages'));
    const images = findImages(args.rootfs);
    const binaries = findBinaries(args.binaries);
    say(`${images.length} root file systems, ${binaries.length} binaries`);
    const probe = new Probe(probeSources, folder, secondsForOneStart);
    const trials = new Trials(probe, new DlopenHosts(probeSources, folder, symbolsOfHosts(binaries)), false);
    const installer = new Installer(join(folder, 'installed'), args.packages);
    const treated: Treated[] = [];
    let staged = 0;
    for (const image of images) {
      const chosen = binariesFor(image, binaries, args.perImage).filter(
        ({ label }) => args.only === null || args.only.test(`${image.name} ${label}`),
      );
      if (chosen.length === 0) continue;
      const results = await foretell(image, chosen);
      const failing = chosen.flatMap((binary, i) => {
        const result = results[i];
        return result === undefined || result.verdict !== 'fails' ? [] : [{ binary, result }];
      });
      const these = await inParallel(failing, availableParallelism(), async ({ binary, result }) => {
        const number = staged++;
        const workshop = { images, installer, folder: join(folder, 'workshop', String(number)) };
        const layer = stage(binary, folder, number);
        const done = await treat({ image, binary, layer }, result, trials, workshop);
        cleared(workshop);
        return done;
      });
      const cured = these.filter(({ result }) => result === 'cured').length;
      const failed = these.filter(({ result }) => result === 'not cured').length;
      say(`${image.name}: ${these.length} fail, ${cured} cured, ${failed} not cured`);
      treated.push(...these);
      if (args.json !== null) writeFileSync(args.json, JSON.stringify(treated, null, 1));
    }
    const text = tablesOf(treated);
    console.log(`${text}\n\n${describeFailures(treated)}`);
    if (args.markdown !== null) writeFileSync(args.markdown, `${text}\n`);
    return wronglyProven(treated).length === 0 ? 0 : 1;
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
