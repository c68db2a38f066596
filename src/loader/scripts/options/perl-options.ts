import { type OptionsRead, readLetters, readWords, refused, type WordRead } from './read-options.ts';

/** Switches of perl 5.32 to 5.42 (`Perl_moreswitches` of perl.c); `-g` came with 5.36. */
const letters = {
  flags: 'acfhnpsStTuUwWX',
  valued: 'IeE',
  attached: '0CdDFgilMmvVx',
  ending: '',
  refuse: (_letter: string, at: number, word: string): WordRead =>
    refused(word, `Unrecognized switch: -${word.slice(at)}  (-h will show valid options).`, 29),
};

/** Reads what is handed to perl. */
export function readPerlOptions(words: readonly string[]): OptionsRead {
  const read = readWords(words, (word, place) => readLetters(word, letters, place));
  const isText = words.some((word) => /^-[a-zA-Z]*[eE]/.test(word));
  return read.kind === 'taken' && isText ? { kind: 'taken', operand: null } : read;
}
