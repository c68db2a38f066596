import { cache } from './cache/tricks.ts';
import { cli } from './cli/tricks.ts';
import { engine } from './engine/tricks.ts';
import { files } from './files/tricks.ts';
import { images } from './images/tricks.ts';
import { programs } from './programs/tricks.ts';
import { registry } from './registry/tricks.ts';
import type { Trick } from './trick.ts';

/** Where hostile input comes from, with the tricks of each. */
export const subjects: ReadonlyMap<string, readonly Trick[]> = new Map([
  ['cache', cache],
  ['cli', cli],
  ['engine', engine],
  ['files', files],
  ['images', images],
  ['programs', programs],
  ['registry', registry],
]);
