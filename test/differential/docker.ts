import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';

import { promisify } from 'node:util';
import type { DiskBinary } from './binaries.ts';
import type { Comparison } from './compare.ts';
import type { DiskImage } from './images.ts';
import { phaseOfWords } from './loader-words.ts';
import { type NoOutcome, type Outcome, unknownNames } from './outcome.ts';
import { compareAnswers } from './pairs.ts';
import { inParallel } from './work-together.ts';

export interface DockerInput {
  readonly images: readonly DiskImage[];
  readonly binaries: readonly DiskBinary[];
  /** What was compared with the loaders; the same pairs are asked. */
  readonly compared: readonly Comparison[];
  readonly pairs: number;
  readonly say: (line: string) => void;
}

const execute = promisify(execFile);
const lot = ({ image, binary }: Comparison): string =>
  createHash('sha256').update(`docker\0${image}\0${binary}`).digest('hex');

/** Imports a root file system as an image of the engine. Throws Error when the engine refuses it. */
function importImage(image: DiskImage): string {
  const name = `libc-check-differential/${image.name.toLowerCase()}:${process.pid}`;
  const changes = image.env.flatMap((line) => ['--change', `ENV ${line.replace('=', '="')}"`]);
  const script = 'set -o pipefail; root=$1; shift; tar --numeric-owner -C "$root" -c . | docker import "$@"';
  const result = spawnSync('bash', ['-c', script, 'import', image.path, ...changes, '-', name], {
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`docker import: ${result.stderr.trim()}`);
  return name;
}

/**
 * What `docker run` of a program shows: a start is all output that is not a message of engine, kernel or loader. It is made of
 * its two halves, create and start, so that the time for making the container is not the program's.
 */
async function dockerOutcome(image: string, binary: DiskBinary): Promise<Outcome | NoOutcome> {
  const mount = `type=bind,source=${binary.path},target=${binary.at},readonly`;
  const create = ['create', '--network', 'none', '--mount', mount, image, binary.at, '--version'];
  const id = (await execute('docker', create, { encoding: 'latin1' })).stdout.trim();
  try {
    await execute('docker', ['start', '--attach', id], {
      timeout: 20_000,
      encoding: 'latin1',
      maxBuffer: 1 << 26,
    });
    return { phase: 'starts', missing: unknownNames, said: '' };
  } catch (error) {
    const { code, stderr = '', killed } = error as { code?: number; stderr?: string; killed?: boolean };
    if (killed !== true)
      return { phase: phaseOfRun(code ?? 0, stderr), missing: unknownNames, said: stderr.trim() };
    const state = await execute('docker', ['inspect', '--format', '{{.State.Running}}', id]);
    if (state.stdout.trim() === 'true') return { phase: 'starts', missing: unknownNames, said: 'still runs' };
    return { phase: null, reason: 'the engine took too long', said: stderr };
  } finally {
    spawnSync('docker', ['rm', '--force', id]);
  }
}

function phaseOfRun(status: number, said: string): Outcome['phase'] {
  if (/^exec \S+: exec format error/m.test(said)) return 'exec';
  if (/^exec \S+: /m.test(said)) return 'interpreter';
  const words = phaseOfWords(said);
  if (words !== null && (status === 127 || status === 1)) return words;
  return [132, 134, 135, 136, 139].includes(status) ? 'crash' : 'starts';
}

/** Asks a Docker Engine for a sample of the programs of this machine's own architecture. */
export async function compareWithDocker(input: DockerInput): Promise<Comparison[]> {
  const { images, binaries, compared, pairs, say } = input;
  const native = compared.filter(({ question, machine }) => question === 'start' && machine === 'amd64');
  const sample = [...native].sort((a, b) => (lot(a) < lot(b) ? -1 : 1)).slice(0, pairs);
  const imported: string[] = [];
  const comparisons: Comparison[] = [];
  try {
    for (const image of images) {
      const these = sample.filter((comparison) => comparison.image === image.name);
      if (these.length === 0) continue;
      const name = importImage(image);
      imported.push(name);
      const answers = await inParallel(these, availableParallelism(), async (comparison) => {
        const binary = binaries.find(({ label }) => label === comparison.binary);
        if (binary === undefined) throw new Error(`${comparison.binary} is gone`);
        const truth = await dockerOutcome(name, binary);
        return compareAnswers({ ...comparison, image: `docker ${image.name}`, truth });
      });
      say(`docker run in ${image.name}: ${answers.length} pairs`);
      comparisons.push(...answers);
    }
  } finally {
    if (imported.length > 0) spawnSync('docker', ['image', 'rm', '--force', ...imported]);
  }
  return comparisons;
}
