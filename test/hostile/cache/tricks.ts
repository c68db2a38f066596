import type { Trick } from '../trick.ts';
import { compiledCode } from './compiled-code.ts';
import { unusable } from './unusable.ts';

export const cache: readonly Trick[] = [...compiledCode, ...unusable];
