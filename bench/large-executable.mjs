// An executable of 100 MB: prediction-api with zeros behind it, which its hash covers.
import { copyFileSync, existsSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { dataFolder, predictionApi } from './machine.mjs';

/** Its path; made once. */
export async function largeExecutable() {
  const path = join(dataFolder, 'large-executable');
  if (existsSync(path)) return path;
  copyFileSync(predictionApi, path);
  truncateSync(path, 100 * 1000 ** 2);
  // Of files that changed a moment ago nothing is remembered.
  await setTimeout(5000);
  return path;
}
