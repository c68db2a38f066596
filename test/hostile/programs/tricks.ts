import type { Trick } from '../trick.ts';
import { tables } from './tables.ts';

export const programs: readonly Trick[] = [...tables];
