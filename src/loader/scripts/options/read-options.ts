/** What the words of a command line up to the first that is not an option mean. */
export type OptionsRead =
  /** All are taken. `operand`: the place of the word that names the program's text; null where that is not known, or none is read. */
  | { readonly kind: 'taken'; readonly operand: number | null }
  /** `said`: the first line of its message, null where that is not known. */
  | {
      readonly kind: 'refused';
      readonly option: string;
      readonly said: string | null;
      readonly exitStatus: number;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

/** What one word means: how many words behind it are its values, that the program's text stands in it, or that it is refused. */
export type WordRead = number | 'ends' | Exclude<OptionsRead, { kind: 'taken' }>;

/** The letters of an interpreter, read as getopt reads them. */
export interface Letters {
  /** Those without a value. */
  readonly flags: string;
  /** Those whose value is the rest of the word, or the next word. */
  readonly valued: string;
  /** Those whose value is the rest of the word, which may be empty. */
  readonly attached: string;
  /** Those behind which no option follows. */
  readonly ending: string;
  /** What becomes of any other letter. `at` is its place in the word. */
  readonly refuse: (letter: string, at: number, word: string, place: number) => WordRead;
}

/** Reads `-abc`, letter by letter. */
export function readLetters(word: string, letters: Letters, place: number): WordRead {
  for (let at = 1; at < word.length; at++) {
    const letter = word.charAt(at);
    if (letters.ending.includes(letter)) return 'ends';
    if (letters.attached.includes(letter)) return 0;
    if (letters.valued.includes(letter)) return at + 1 === word.length ? 1 : 0;
    if (!letters.flags.includes(letter)) return letters.refuse(letter, at, word, place);
  }
  return 0;
}

/** Reads words from left to right: `read` says what one that begins with a dash means. Words count from 1, as in argv. */
export function readWords(
  words: readonly string[],
  read: (word: string, place: number) => WordRead,
): OptionsRead {
  for (let at = 0; at < words.length; ) {
    const word = words[at] ?? '';
    if (!/^-./s.test(word)) return { kind: 'taken', operand: word === '-' ? null : at };
    if (word === '--') return { kind: 'taken', operand: at + 1 < words.length ? at + 1 : null };
    const meaning = read(word, at + 1);
    if (meaning === 'ends') return { kind: 'taken', operand: null };
    if (typeof meaning !== 'number') return meaning;
    at += 1 + meaning;
  }
  return { kind: 'taken', operand: null };
}

export const refused = (option: string, said: string | null, exitStatus: number): WordRead => ({
  kind: 'refused',
  option,
  said,
  exitStatus,
});
