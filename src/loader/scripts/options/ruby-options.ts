import { type OptionsRead, readLetters, readWords, refused, type WordRead } from './read-options.ts';

/** Long options that some release may have; compilers come and go with it. */
const longNames =
  /^--(?:copyright|debug|debug-frozen-string-literal|disable|enable|encoding|external-encoding|internal-encoding|help|verbose|version|yydebug|dump|backtrace-limit|parser|crash-report|[a-z]*jit)(?:[-=]|$)/;

/** Reads what is handed to ruby (`proc_options` of ruby.c; seen of 3.1). */
export function readRubyOptions(words: readonly string[], argv0: string): OptionsRead {
  const invalid = (option: string, word: string): WordRead =>
    refused(word, `${argv0}: invalid option ${option}  (-h will show valid options) (RuntimeError)`, 1);
  const letters = {
    flags: 'acdhlnpsSUvwy',
    valued: 'CeEIr',
    attached: '0FiKTWxX',
    ending: '',
    refuse: (letter: string, _at: number, word: string): WordRead => invalid(`-${letter}`, word),
  };
  const read = readWords(words, (word, place) => {
    if (!word.startsWith('--')) return readLetters(word, letters, place);
    if (!longNames.test(word)) return invalid(word, word);
    return /^--(?:encoding|external-encoding|internal-encoding|backtrace-limit|dump)$/.test(word) ? 1 : 0;
  });
  const isText = words.some((word) => /^-[a-zA-Z]*e/.test(word));
  return read.kind === 'taken' && isText ? { kind: 'taken', operand: null } : read;
}
