import { availableParallelism } from 'node:os';
import { binariesFor, type DiskBinary, stage } from './binaries.ts';
import { type Comparison, differencesOf } from './compare.ts';
import { foretell, outcomeOf } from './foretold.ts';
import type { DiskImage } from './images.ts';
import type { NoOutcome, Outcome } from './outcome.ts';
import type { TruthFinder } from './truth.ts';
import { inParallel } from './work-together.ts';

export interface PairsInput {
  readonly images: readonly DiskImage[];
  readonly binaries: readonly DiskBinary[];
  readonly finder: TruthFinder;
  readonly folder: string;
  readonly perImage: number;
  readonly only: RegExp | null;
  readonly say: (line: string) => void;
}

export function compareAnswers(pair: Omit<Comparison, 'differences'>): Comparison {
  const { truth, foretold } = pair;
  const differences = truth.phase === null || foretold.phase === null ? null : differencesOf(truth, foretold);
  return { ...pair, differences };
}

/** Runs each image's binaries under the real loader and through libc-check. */
export async function comparePairs(input: PairsInput): Promise<Comparison[]> {
  const { images, binaries, finder, folder, perImage, only, say } = input;
  const layers = new Map<DiskBinary, string>();
  const layerOf = (binary: DiskBinary): string => {
    const layer = layers.get(binary) ?? stage(binary, folder, layers.size);
    layers.set(binary, layer);
    return layer;
  };
  const comparisons: Comparison[] = [];
  for (const image of images) {
    const chosen = binariesFor(image, binaries, perImage).filter(
      ({ label }) => only === null || only.test(`${image.name} ${label}`),
    );
    if (chosen.length === 0) continue;
    const results = await foretell(image, chosen);
    const compared = await inParallel(chosen, availableParallelism(), async (binary, index) => {
      const layer = layerOf(binary);
      let truth: Outcome | NoOutcome = await finder.find(image, binary, layer);
      const result = results[index];
      if (result === undefined) throw new Error(`libc-check gave no result for ${binary.label}`);
      const foretold = outcomeOf(result);
      // Where libc-check says that the program dies of a signal once its loader has finished, that is compared too.
      if (
        truth.phase === 'starts' &&
        foretold.phase === 'crash' &&
        binary.question === 'start' &&
        (await finder.crashes(image, binary, layer))
      )
        truth = { ...truth, phase: 'crash' };
      return compareAnswers({
        image: image.name,
        binary: binary.label,
        machine: image.machine.debian,
        question: binary.question,
        truth,
        foretold,
      });
    });
    const apart = compared.filter(({ differences }) => differences !== null && differences.length > 0).length;
    say(`${image.name}: ${compared.length} pairs, ${apart} disagreements`);
    comparisons.push(...compared);
  }
  return comparisons;
}
