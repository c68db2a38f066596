import type { Trick } from '../trick.ts';
import { only } from '../wire/answers.ts';
import { callEngine } from './fake-engine.ts';

/** Engines that stop in the middle of a conversation. */
export const hanging: readonly Trick[] = [
  {
    name: 'export: nothing, and the engine answers no other question either',
    prepare: (folder) => callEngine(folder, { export: only(), ping: only() }),
    status: [3],
    bounds: { seconds: 60 },
  },
];
