import type { CheckReport } from '../../examine/check-report.ts';
import { printable } from '../printable.ts';
import { counted } from './headline.ts';

const nouns: Readonly<Record<CheckReport['skipped'][number]['reason'], (count: number) => string>> = {
  'object-file': (count) => counted(count, 'object file'),
  'other-platform': (count) => `${counted(count, 'file')} for other platforms`,
  'other-libc': (count) => `${counted(count, 'file')} for another libc`,
  'name-not-utf8': (count) => `${counted(count, 'name')} that ${count === 1 ? 'is' : 'are'} not UTF-8`,
};

/** One line for each folder and archive of which files were skipped: how many, and why. */
export function skippedLines({ skipped }: CheckReport): string[] {
  const byPath = new Map<string, string[]>();
  for (const { path, reason, count } of skipped) {
    const words = byPath.get(path) ?? [];
    words.push(nouns[reason](count));
    byPath.set(path, words);
  }
  return [...byPath].map(([path, words]) => `skipped in ${printable(path)}: ${words.join(', ')}`);
}
