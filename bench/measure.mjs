// How the rows measure: whole processes, side by side in one run (A B A B …), after a warm-up; the ratio is the median of
// the pairs' ratios, so that what slows the machine for a while slows both.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

export function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Milliseconds that one process takes. `command` is { argv, statuses, input, env, cwd }; another exit status is an error. */
export function timeOf({ argv, statuses = [0], input = null, env = {}, cwd }) {
  const stdin = input === null ? 'ignore' : openSync(input, 'r');
  const [program, ...args] = argv;
  const start = process.hrtime.bigint();
  const { status, error, stderr } = spawnSync(program, args, {
    stdio: [stdin, 'ignore', 'pipe'],
    env: { ...process.env, ...env },
    cwd,
    maxBuffer: 64 * 1024 * 1024,
  });
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  if (stdin !== 'ignore') closeSync(stdin);
  if (error) throw error;
  if (!statuses.includes(status)) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`);
  return milliseconds;
}

/** The two in turns. `prepare` runs before each measured process, outside the measurement. */
export function compare({ ours, theirs, pairs, prepare = () => {} }) {
  for (const command of [theirs, ours]) {
    prepare();
    timeOf(command);
  }
  const taken = { ours: [], theirs: [] };
  for (let pair = 0; pair < pairs; pair++) {
    prepare();
    taken.theirs.push(timeOf(theirs));
    prepare();
    taken.ours.push(timeOf(ours));
  }
  return summaryOf(taken);
}

/** What a row shows of the milliseconds that both took, pair by pair. */
export function summaryOf({ ours, theirs }) {
  const ratios = ours
    .map((milliseconds, pair) => milliseconds / theirs[pair])
    .sort((one, other) => one - other);
  return {
    ours: median(ours),
    theirs: median(theirs),
    ratio: median(ratios),
    quartiles: [ratios[Math.floor(ratios.length / 4)], ratios[Math.floor((ratios.length * 3) / 4)]],
  };
}

/** Of 100 ms and more whole ones, of less than one whole microseconds. */
export function milliseconds(value) {
  if (value < 1) return `${Math.round(value * 1000)} µs`;
  return value >= 100 ? `${Math.round(value)} ms` : `${value.toFixed(1)} ms`;
}

/** One row. `bar` is the largest ratio that is asked for; null where none is. */
export function tellComparison(what, against, bar, { ours, theirs, ratio, quartiles }) {
  const [lower, upper] = quartiles.map((quartile) => quartile.toFixed(2));
  const asked = bar === null ? '' : `, at most ${bar}: ${ratio <= bar ? 'met' : 'NOT MET'}`;
  process.stdout.write(
    `${what}\n    ${milliseconds(ours)}, ${against}: ${milliseconds(theirs)}; ratio ${ratio.toFixed(2)} ` +
      `(half of the pairs: ${lower} to ${upper})${asked}\n`,
  );
}

export function leftOut(what, reason) {
  process.stdout.write(`${what}\n    skipped: ${reason}\n`);
}
