import type { Trick } from '../trick.ts';
import { environments } from './environments.ts';
import { paths } from './paths.ts';
import { streams } from './streams.ts';
import { wordings } from './wordings.ts';

/** Command lines that nobody means, environments that nobody has, and streams that end. */
export const cli: readonly Trick[] = [...wordings, ...environments, ...streams, ...paths];
