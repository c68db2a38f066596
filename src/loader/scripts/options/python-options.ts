import { type OptionsRead, readLetters, readWords, refused, type WordRead } from './read-options.ts';

/** Letters and long options by release, as `getopt` of Python/getopt.c and each of 2.7 and 3.6 to 3.13 takes them (seen). */
function lettersOf(release: number): { flags: string; valued: string } {
  if (release < 300) return { flags: 'bBdEhiORsStuUvVx3?', valued: 'QWX' };
  return { flags: `bBdEhiIOqRsStuvVx?${release >= 311 ? 'P' : ''}`, valued: 'WX' };
}

/** The last release whose options were seen; a later one may have others. */
const lastSeen = 313;

function longOption(word: string, release: number): WordRead {
  if (release < 307) return /^--(?:help|version)$/.test(word) ? 0 : refused('--', 'Unknown option: --', 2);
  if (/^--(?:help|version)$/.test(word)) return 0;
  if (word === '--check-hash-based-pycs') return 1;
  if (release >= 311 && /^--help-(?:all|env|xoptions)$/.test(word)) return 0;
  return refused(word, `unknown option ${word}`, 2);
}

/** Reads what is handed to CPython. `release` is 311 for 3.11. */
export function readPythonOptions(words: readonly string[], release: number): OptionsRead {
  const letters = {
    ...lettersOf(release),
    attached: '',
    ending: 'cm',
    refuse: (letter: string, _at: number, word: string): WordRead => {
      if (release > lastSeen)
        return { kind: 'unknown', reason: `options of a CPython as new as this are not known: ${word}` };
      if (letter === 'J') return refused(word, '-J is reserved for Jython', 2);
      return refused(word, `Unknown option: -${letter}`, 2);
    },
  };
  return readWords(words, (word, place) =>
    word.startsWith('--') ? longOption(word, Math.min(release, lastSeen)) : readLetters(word, letters, place),
  );
}
