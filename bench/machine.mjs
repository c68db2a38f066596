// What of the machine the rows use: its programs, a place for data, the built command.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { arch, cpus, release, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const command = join(root, 'dist', 'cli', 'main.js');
export const predictionApi = join(root, 'fixtures', 'prediction-api');

/** Data that the benchmark makes for itself, kept for its next run. */
export const dataFolder = join(root, 'node_modules', '.cache', 'libc-check-bench');
mkdirSync(dataFolder, { recursive: true });

/** The path of a program, or null. */
export function find(program) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return join(folder, program);
    } catch {}
  }
  return null;
}

/** Runs a program that must succeed; gives what it printed. */
export function run(argv, options = {}) {
  const [program, ...args] = argv;
  const result = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1024 ** 3, ...options });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`${argv.join(' ')} ended with ${result.status}: ${result.stderr}`);
  return result.stdout;
}

/** True when the program can be run and ends well. */
export function works(argv) {
  const [program, ...args] = argv;
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

export const libcCheck = (...args) => [process.execPath, command, ...args];

export function describeMachine() {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${memory} GiB, Linux ${release()} ${arch()}, Node ${process.version}`;
}
