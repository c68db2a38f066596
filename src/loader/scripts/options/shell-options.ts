import type { Shell } from '../shells.ts';
import { type OptionsRead, refused, type WordRead } from './read-options.ts';
import {
  illegalLetter,
  illegalName,
  letters,
  lettersOfSet,
  longOfBash,
  longWithFile,
  namesOfLetters,
  optionNames,
  unknownOptionName,
} from './shell-letters.ts';

/** What a shell's words switch on and off, by name: `errexit`; `command` is `-c`. */
export type ShellSettings = ReadonlyMap<string, boolean>;

/** The words of a shell up to the first that is not an option. */
export type ShellWords =
  | Exclude<OptionsRead, { kind: 'taken' }>
  | { readonly kind: 'taken'; readonly operand: number | null; readonly settings: ShellSettings };

/** Who reads the words, and where they stand. */
interface Reader {
  readonly shell: Shell;
  readonly argv0: string;
  /** Whether this dash has pipefail; null where it is not known. */
  readonly pipefail: boolean | null;
  /** The builtin `set` of a script reads them. */
  readonly isSet: boolean;
}

/** One reading of a shell's words. */
class Reading {
  readonly #reader: Reader;
  readonly #words: readonly string[];
  readonly #settings = new Map<string, boolean>();
  #at = 0;

  constructor(reader: Reader, words: readonly string[]) {
    this.#reader = reader;
    this.#words = words;
  }

  run(): ShellWords {
    for (
      let word = this.#words[0];
      word !== undefined && /^[-+]./s.test(word);
      word = this.#words[this.#at]
    ) {
      this.#at++;
      if (word === '--') break;
      const stop = (this.#reader.isSet ? null : this.#long(word)) ?? this.#bundle(word);
      if (typeof stop !== 'number' && stop !== 'ends') return stop;
    }
    if (this.#words[this.#at] === '-' && !this.#reader.isSet) this.#at++;
    const operand = this.#at < this.#words.length ? this.#at : null;
    return { kind: 'taken', operand, settings: this.#settings };
  }

  /** A long option; null where the word is none. */
  #long(word: string): WordRead | null {
    const name = word.replace(/^--?/, '');
    const { shell } = this.#reader;
    if (shell === 'busybox') return word.startsWith('--') ? 0 : null;
    if (shell === 'bash' && longWithFile.test(name)) this.#at++;
    if (shell === 'bash' && (longOfBash.test(name) || longWithFile.test(name))) {
      this.#settings.set(name, true);
      return 0;
    }
    if (!word.startsWith('--')) return null;
    return this.#illegal(word, shell === 'dash' ? '--' : word);
  }

  #bundle(word: string): WordRead {
    const { shell, isSet } = this.#reader;
    for (const letter of word.slice(1)) {
      if (!(isSet ? lettersOfSet : letters)[shell].includes(letter))
        return this.#illegal(word, this.#shown(word, letter));
      const name = namesOfLetters.get(letter);
      if (name !== undefined) this.#settings.set(name, word.startsWith('-'));
      const stop = letter === 'o' ? this.#name(word) : letter === 'O' ? this.#skip() : 0;
      if (stop !== 0) return stop;
    }
    return 0;
  }

  /** A letter as its message has it: dash shows a dash for `+` too. */
  #shown(word: string, letter: string): string {
    return `${this.#reader.shell === 'dash' ? '-' : word.charAt(0)}${letter}`;
  }

  #skip(): WordRead {
    this.#at++;
    return 0;
  }

  /** The name behind `-o`; without one the shell prints its settings. */
  #name(word: string): WordRead {
    const { shell, argv0, pipefail, isSet } = this.#reader;
    const name = this.#words[this.#at++];
    if (name === undefined) return 0;
    const has = shell === 'dash' && name === 'pipefail' ? pipefail : optionNames[shell].has(name);
    if (has === null)
      return { kind: 'unknown', reason: `whether ${argv0} has pipefail depends on its release` };
    this.#settings.set(name, word.startsWith('-'));
    if (has) return 0;
    if (isSet) return refused(`-o ${name}`, illegalName(shell, name), shell === 'busybox' ? 1 : 2);
    const { said, exitStatus } = unknownOptionName(shell, argv0, name);
    return refused(`${word} ${name}`, said, exitStatus);
  }

  /** Of a letter or a long option. */
  #illegal(word: string, option: string): WordRead {
    const { shell, argv0, isSet } = this.#reader;
    const said = illegalLetter(shell, option);
    if (isSet) return refused(option, said, 2);
    const line = shell === 'dash' ? '0: ' : '';
    return refused(word, `${argv0}: ${line}${said}`, this.#statusOf(2));
  }

  /** Bash under `-e`, which stood before. */
  #statusOf(exitStatus: number): number {
    return this.#reader.shell === 'bash' && this.#settings.get('errexit') === true ? 1 : exitStatus;
  }
}

/** Reads what is handed to a shell. `pipefail`: whether this dash has that; null where it is not known. */
export const readShellOptions = (
  shell: Shell,
  argv0: string,
  words: readonly string[],
  pipefail: boolean | null,
): ShellWords => new Reading({ shell, argv0, pipefail, isSet: false }, words).run();

/** Reads the words behind the builtin `set` of a script. */
export const readSetWords = (shell: Shell, words: readonly string[], pipefail: boolean | null): ShellWords =>
  new Reading({ shell, argv0: shell, pipefail, isSet: true }, words).run();
