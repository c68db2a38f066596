import { archCases } from './arch.ts';
import type { Case } from './case.ts';
import { glibcSearchCases } from './glibc-search.ts';
import { glibcSymbolCases } from './glibc-symbols.ts';
import { imageCases } from './images.ts';
import { kernelCases } from './kernel.ts';
import { muslCases } from './musl.ts';
import { uclibcCases } from './uclibc.ts';

/** Every case of the table. */
export const cases: readonly Case[] = [
  ...kernelCases,
  ...imageCases,
  ...glibcSearchCases,
  ...glibcSymbolCases,
  ...muslCases,
  ...uclibcCases,
  ...archCases,
];
