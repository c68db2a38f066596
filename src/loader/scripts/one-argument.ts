/** What an interpreter says of the argument of a first line that it does not take. */
export interface Refusal {
  /** In its own words; null where they are not known. */
  readonly said: string | null;
  readonly exitStatus: number;
}

type Reader = (argument: string, argv0: string) => Refusal | null;

const saying = (said: string, exitStatus: number): Refusal => ({ said, exitStatus });
const silent = (exitStatus: number): Refusal => ({ said: null, exitStatus });

/** Letters of CPython that take no value; after any other the rest of the word is its value. */
const pythonFlags = /^-[bBdEhiIOPqRsStuvVx?]*/;

const python: Reader = (argument) => {
  const rest = argument.replace(pythonFlags, '');
  if (/^[ \t\r]/.test(rest)) return saying('Unknown option: -', 2);
  if (/^--.*[ \t\r]/.test(argument)) return saying(`unknown option ${argument}`, 2);
  // The rest of the word, with its blank, is the name of the module.
  return /^m[ \t]/.test(rest) ? silent(1) : null;
};

/** Numbers of V8, with the type that it names them by; dashes and underscores are alike. */
const numbersOfV8: readonly (readonly [option: RegExp, type: string])[] = [
  [/^--(?:(?:max|min|initial)-(?:old|semi)-space-size|(?:max|initial)-heap-size)$/, 'size_t'],
  [/^--stack-(?:size|trace-limit)$/, 'int'],
];

/** Options of node whose value is a name that never has a blank, with the status that another value ends with. */
const namesOfNode: readonly (readonly [option: RegExp, exitStatus: number])[] = [
  [/^--(?:unhandled-rejections|input-type|env-file)$/, 9],
  [/^--(?:experimental|es-module)-specifier-resolution$/, 9],
  [/^--disable-proto$/, 12],
  [/^--(?:require|import|loader|experimental-loader|heapsnapshot-signal)$/, 1],
];

/** What follows `=` is the value up to the end of the word. */
function nodeValue(argument: string): Refusal | null {
  const [, option = '', value = ''] = /^(--[^=\s]+)=(.*)$/s.exec(argument) ?? [];
  const [, type = null] = numbersOfV8.find(([name]) => name.test(option.replaceAll('_', '-'))) ?? [];
  if (type !== null && !/^\s*[-+]?\d+$/.test(value))
    return saying(`Error: illegal value for flag ${argument} of type ${type}`, 9);
  const [, status = null] = namesOfNode.find(([name]) => name.test(option)) ?? [];
  return status !== null && /[ \t\r]/.test(value) ? silent(status) : null;
}

const node: Reader = (argument, argv0) =>
  /^-[^=]*[ \t\r]|^-[a-z]=/.test(argument)
    ? saying(`${argv0}: bad option: ${argument}`, 9)
    : nodeValue(argument);

/** gawk's -f and -E take the rest for a file, and its long options take no blank. */
const gawk: Reader = (argument) => {
  if (/^-[bcgInNOMPrsSt]+[ \t\r]|^--[^=]*[ \t\r]/.test(argument)) return silent(1);
  // A variable, or a file of awk or a library of that name.
  return /^-[vil][ \t]|^--(?:include|load)=.*[ \t]/s.test(argument) ? silent(2) : null;
};

const ruby: Reader = (argument, argv0) =>
  /^-[aclnpsSUvwW]+[ \t]/.test(argument)
    ? saying(`${argv0}: invalid option -   (-h will show valid options) (RuntimeError)`, 1)
    : null;

const lua: Reader = (argument, argv0) =>
  /^-[iEvW][ \t\r]/.test(argument) ? saying(`${argv0}: unrecognized option '${argument}'`, 1) : null;

/** Options without a value, and behind them a blank, which is none. */
const getopt =
  (flags: RegExp, exitStatus: number): Reader =>
  (argument) =>
    flags.test(argument) ? silent(exitStatus) : null;

/** By the name of the file that runs; each was seen to say it (Debian 12). */
const readers: readonly (readonly [name: RegExp, reader: Reader])[] = [
  [/^python[\d.]*$/, python],
  [/^node(?:js)?$/, node],
  [/^ruby[\d.]*$/, ruby],
  [/^lua[\d.]*$/, lua],
  [/^php[\d.]*$/, getopt(/^-[aCelnqs]+[ \t\r]/, 1)],
  [/^sed$/, getopt(/^-[nrsuzE]*[ \t\r]|^--[^\s=]*[ \t\r]|^--expression=\S*[ \t]/, 1)],
  [/^gawk$/, gawk],
  [/^(?:mawk|original-awk)$/, getopt(/^-v[ \t]/, 2)],
  [/^(?:zsh|mksh|ksh|fish)[\d]*$/, getopt(/^-[a-zA-Z]*[ \t]|^--\S*[ \t]/, 1)],
];

/**
 * Why an interpreter other than a shell does not take the argument of a first line: the kernel hands over all words as one (K3), so
 * its options hold a blank. `name` is that of the file that runs. Null where it takes the argument, or is not known to refuse it.
 */
export function refusesArgument(name: string, argument: string, argv0: string): Refusal | null {
  return readers.find(([pattern]) => pattern.test(name))?.[1](argument, argv0) ?? null;
}
