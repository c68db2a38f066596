// What the cases of the search share.
import { type Case, glibcStops, notFound } from '../case.ts';

/** A start under glibc 2.36. */
export const searchCase = (
  id: string,
  rules: readonly string[],
  shows: string,
  rest: Omit<Case, 'id' | 'rules' | 'shows' | 'image'> & Partial<Pick<Case, 'image'>>,
): Case => ({ id, rules, shows, image: 'glibc-2.36', ...rest });

export const debianFolder = 'usr/lib/x86_64-linux-gnu';
export const inLib = { LD_LIBRARY_PATH: '/t/lib' } as const;
export const fooMissing = glibcStops('libfoo.so.1', notFound);

/** The loader refuses `directory`/libfoo.so.1 and names it by its path. */
export const refused = (directory: string, words: string) => glibcStops(`/t/${directory}/libfoo.so.1`, words);
/** It refuses it and names it as DT_NEEDED does. */
export const refusedByName = (words: string) => glibcStops('libfoo.so.1', words);
