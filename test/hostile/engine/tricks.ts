import type { Trick } from '../trick.ts';
import { engineExports } from './exports.ts';
import { hanging } from './hanging.ts';
import { inspections } from './inspections.ts';
import { locations } from './locations.ts';
import { versions } from './versions.ts';

/** Engines that answer what no engine should. */
export const engine: readonly Trick[] = [
  ...inspections,
  ...versions,
  ...engineExports,
  ...hanging,
  ...locations,
];
