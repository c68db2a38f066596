import { type OptionsRead, readLetters, readWords, refused, type WordRead } from './read-options.ts';

/** Long options (`OPTIONS` of sapi/cli/php_cli.c); a value may follow `=`. */
const long =
  /^--(?:interactive|process-begin|no-chdir|php-ini|define|process-end|profile-info|process-file|file|help|info|syntax-check|modules|no-php-ini|no-header|process-code|hide-args|run|syntax-highlight|syntax-highlighting|server|docroot|strip|usage|version|zend-extension|rf|rfunction|rc|rclass|re|rextension|rz|rzendextension|ri|rextinfo|ini|repeat)(?:=|$)/;

/** Short options of the same table. */
const letters = {
  flags: 'aCehiHlmnqsvw?',
  valued: 'cdtz',
  attached: '',
  ending: 'BEFfRrS',
  refuse: (letter: string, at: number, word: string, place: number): WordRead =>
    refused(word, `Error in argument ${place}, char ${at + 1}: option not found ${letter}`, 1),
};

/** Reads what is handed to the command line PHP (seen of 8.2). */
export const readPhpOptions = (words: readonly string[]): OptionsRead =>
  readWords(words, (word, place) => {
    if (!word.startsWith('--')) return readLetters(word, letters, place);
    // Which of them take the next word is not of interest: a text or a mode stands there.
    return long.test(word)
      ? 'ends'
      : refused(word, `Error in argument ${place}, char 1: no argument for option -`, 1);
  });
