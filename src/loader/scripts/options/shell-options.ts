import type { Shell } from '../shells.ts';
import { type OptionsRead, refused, type WordRead } from './read-options.ts';

/** Letters that a shell takes, each tried in Debian 11 to 14, Alpine 3.6 to edge and Docker's busybox; `o` takes a name. */
const letters: Readonly<Record<Shell, string>> = {
  dash: 'abcefilmnopsuvxCEIV',
  bash: 'abcefhiklmnoprstuvxBCDEHPTO',
  busybox: 'abcefilmnosuvxCEI',
};

const common = 'allexport errexit ignoreeof monitor noclobber noexec noglob notify nounset verbose vi xtrace';
/** Names for `-o`, tried in the same images. */
const names: Readonly<Record<Shell, ReadonlySet<string>>> = {
  dash: new Set(`${common} debug emacs interactive nolog privileged stdin`.split(' ')),
  bash: new Set(
    (
      `${common} braceexpand emacs errtrace functrace hashall histexpand history interactive-comments keyword nolog ` +
      'onecmd physical pipefail posix privileged'
    ).split(' '),
  ),
  busybox: new Set(`${common} errtrace interactive pipefail stdin`.split(' ')),
};

/** Long options of bash (`long_args` of shell.c); those of two take a file. */
const longOfBash =
  /^(?:debug|debugger|dump-po-strings|dump-strings|help|login|noediting|noprofile|norc|posix|pretty-print|protected|restricted|verbose|version|wordexp)$/;
const longWithFile = /^(?:init-file|rcfile)$/;

/** What a shell says of a name for `-o` that it does not know; busybox goes on to end with 0. */
export function unknownOptionName(
  shell: Shell,
  argv0: string,
  name: string,
): { readonly said: string; readonly exitStatus: number } {
  switch (shell) {
    case 'dash':
      return { said: `${argv0}: 0: Illegal option -o ${name}`, exitStatus: 2 };
    case 'busybox':
      return { said: `${argv0}: illegal option -o ${name}`, exitStatus: 0 };
    case 'bash':
      return { said: `${argv0}: line 0: ${argv0}: ${name}: invalid option name`, exitStatus: 2 };
  }
}

/** What a shell says of a letter. */
function illegal(shell: Shell, argv0: string, option: string): string {
  if (shell === 'bash') return `${argv0}: ${option}: invalid option`;
  return shell === 'dash' ? `${argv0}: 0: Illegal option ${option}` : `${argv0}: illegal option ${option}`;
}

/** One reading of a shell's words. */
class Reading {
  readonly #shell: Shell;
  readonly #argv0: string;
  readonly #pipefail: boolean | null;
  readonly #words: readonly string[];
  #at = 0;
  #errexit = false;

  constructor(shell: Shell, argv0: string, words: readonly string[], pipefail: boolean | null) {
    this.#shell = shell;
    this.#argv0 = argv0;
    this.#words = words;
    this.#pipefail = pipefail;
  }

  run(): OptionsRead {
    for (
      let word = this.#words[0];
      word !== undefined && /^[-+]./s.test(word);
      word = this.#words[this.#at]
    ) {
      this.#at++;
      if (word === '--') break;
      const stop = this.#long(word) ?? this.#bundle(word);
      if (typeof stop !== 'number' && stop !== 'ends') return stop;
    }
    return { kind: 'taken', operand: this.#at < this.#words.length ? this.#at : null };
  }

  /** A long option; null where the word is none. */
  #long(word: string): WordRead | null {
    const name = word.replace(/^--?/, '');
    if (this.#shell === 'busybox') return word.startsWith('--') ? 0 : null;
    if (this.#shell === 'bash' && longWithFile.test(name)) this.#at++;
    if (this.#shell === 'bash' && (longOfBash.test(name) || longWithFile.test(name))) return 0;
    if (!word.startsWith('--')) return null;
    const option = this.#shell === 'dash' ? '--' : word;
    return this.#refused(word, illegal(this.#shell, this.#argv0, option), 2);
  }

  #bundle(word: string): WordRead {
    for (const letter of word.slice(1)) {
      if (!letters[this.#shell].includes(letter))
        return this.#refused(word, illegal(this.#shell, this.#argv0, this.#shown(word, letter)), 2);
      if (letter === 'e') this.#errexit = word.startsWith('-');
      const stop = letter === 'o' ? this.#name(word) : letter === 'O' ? this.#skip() : 0;
      if (stop !== 0) return stop;
    }
    return 0;
  }

  /** A letter as its message has it: dash shows a dash for `+` too. */
  #shown(word: string, letter: string): string {
    return `${this.#shell === 'dash' ? '-' : word.charAt(0)}${letter}`;
  }

  #skip(): WordRead {
    this.#at++;
    return 0;
  }

  /** The name behind `-o`; without one the shell prints its settings. */
  #name(word: string): WordRead {
    const name = this.#words[this.#at++];
    if (name === undefined) return 0;
    const has = this.#shell === 'dash' && name === 'pipefail' ? this.#pipefail : names[this.#shell].has(name);
    if (has === null)
      return { kind: 'unknown', reason: `whether ${this.#argv0} has pipefail depends on its release` };
    if (has) return 0;
    const { said, exitStatus } = unknownOptionName(this.#shell, this.#argv0, name);
    return refused(`${word} ${name}`, said, exitStatus);
  }

  #refused(option: string, said: string, exitStatus: number): WordRead {
    return refused(option, said, this.#shell === 'bash' && this.#errexit ? 1 : exitStatus);
  }
}

/** Reads what is handed to a shell. `pipefail`: whether this dash has that; null where it is not known. */
export const readShellOptions = (
  shell: Shell,
  argv0: string,
  words: readonly string[],
  pipefail: boolean | null,
): OptionsRead => new Reading(shell, argv0, words, pipefail).run();
