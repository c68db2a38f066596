import parse from 'yargs-parser';
import { argumentParts } from './argument-parts.ts';
import { type CommandName, commandNames } from './command-names.ts';
import { suggestion } from './nearest.ts';
import type { Option } from './options/option.ts';
import {
  choicesOf,
  type FlagName,
  hasOption,
  type ListName,
  options,
  type ValueName,
} from './options/options.ts';
import { UsageError } from './usage-error.ts';

/** A command line that was understood. Its options are all known to its command and have their values. */
export interface Arguments {
  readonly command: CommandName;
  /** The words that are not options, without the command's own name and, for `check`, without those after `--`. */
  readonly words: readonly string[];
  /** For `check`, the words after `--`: arguments of the image's command. */
  readonly commandArguments: readonly string[];
  flag(name: FlagName): boolean;
  /** The last one given; null when none was. */
  value(name: ValueName): string | null;
  list(name: ListName): readonly string[];
}

/** The words of a command line mean what they say: no guessing of numbers, dots, negations or groups of values. */
export const parserConfiguration = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  'greedy-arrays': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'populate--': true,
  'strip-aliased': true,
  'unknown-options-as-args': true,
} as const;

const ofKind = (kind: Option['kind']): string[] =>
  options.filter((option) => option.kind === kind).map(({ name }) => name);

function parserOptions(): parse.Options {
  return {
    string: ofKind('value'),
    array: ofKind('list'),
    boolean: ofKind('flag'),
    // A flag takes no value either: `--strict true` must not swallow a binary whose name is `true`.
    narg: Object.fromEntries(options.map(({ name, kind }) => [name, kind === 'flag' ? 0 : 1])),
    alias: Object.fromEntries(
      options.flatMap(({ name, short }) => (short === undefined ? [] : [[name, [short]]])),
    ),
    configuration: parserConfiguration,
  };
}

function dashed(name: string): string {
  return `--${name}`;
}

function unknownOption(token: string): UsageError {
  const [name = token] = token.split('=');
  const meant = suggestion(
    `--${name.replace(/^-+/, '')}`,
    options.map((option) => dashed(option.name)),
  );
  const otherwise = ' (libc-check --help lists the options; a file of that name is written ./NAME)';
  return new UsageError(`unknown option ${name}${meant || otherwise}`);
}

/** `name` is an option's name or its one-letter form. */
function missingValue(name: string): UsageError {
  const option = options.find((candidate) => candidate.name === name || candidate.short === name);
  const given = dashed(option?.name ?? name);
  return new UsageError(`${given} requires a value, for example: ${given} ${option?.example ?? 'VALUE'}`);
}

/** yargs-parser names the option that has too few or too many values only in its message. */
function parserError(error: Error): UsageError {
  const tooFew = /^Not enough arguments following: (.+)$/.exec(error.message);
  if (tooFew?.[1] !== undefined) return missingValue(tooFew[1]);
  const tooMany = /^Argument unexpected for: (.+)$/.exec(error.message);
  if (tooMany?.[1] !== undefined) return new UsageError(`${dashed(tooMany[1])} takes no value`);
  return new UsageError(error.message);
}

/** `-image` is a slip for `--image`, not the options i, m, a, g and e. */
function refuseSingleDashes(argv: readonly string[]): void {
  for (const token of argv) {
    if (token === '--') return;
    const slip = /^-([a-z][a-z-]+)(=|$)/.exec(token)?.[1];
    if (slip !== undefined && options.some(({ name }) => name === slip)) throw unknownOption(token);
  }
}

function valuesOf(parsed: unknown): string[] {
  return (Array.isArray(parsed) ? parsed : [parsed]).map(String);
}

function checkValue(option: Option, command: CommandName, value: string): void {
  const { name } = option;
  if (value === '' && option.mayBeEmpty !== true) throw missingValue(name);
  const choices = choicesOf(option, command);
  if (choices !== null && !choices.includes(value)) {
    const meant = suggestion(value, choices) || `; it is one of ${choices.join(', ')}`;
    throw new UsageError(`${dashed(name)} cannot be ${value}${meant}`);
  }
}

function isCommandName(word: string | undefined): word is CommandName {
  return (commandNames as readonly (string | undefined)[]).includes(word);
}

const names = new Set(options.map(({ name }) => dashed(name)));
const isOption = (word: string): boolean => names.has(word.split('=', 1)[0] ?? '');

/** What yargs-parser finds in a command line. */
interface Parsed {
  /** The values of each option, by its name or its one-letter form. */
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly beforeDashes: readonly string[];
  readonly afterDashes: readonly string[];
  readonly error: Error | null;
}

function parseAll(argv: readonly string[]): Parsed {
  const given = new Map<string, string[]>();
  const beforeDashes: string[] = [];
  const afterDashes: string[] = [];
  let firstError: Error | null = null;
  const byOptions = parserOptions();
  for (const part of argumentParts(argv, isOption)) {
    const { argv: found, error } = parse.detailed([...part], byOptions);
    firstError ??= error;
    for (const [name, values] of Object.entries(found)) {
      const known = name === '_' ? beforeDashes : name === '--' ? afterDashes : (given.get(name) ?? []);
      for (const value of valuesOf(values)) known.push(value);
      if (known !== beforeDashes && known !== afterDashes) given.set(name, known);
    }
  }
  return { given, beforeDashes, afterDashes, error: firstError };
}

/** The options by name, each with its values in order (none for a flag). */
function readOptions(parsed: Parsed['given'], command: CommandName): ReadonlyMap<string, readonly string[]> {
  const given = new Map<string, readonly string[]>();
  for (const [name, found] of parsed) {
    const option = options.find((candidate) => candidate.name === name);
    if (option === undefined) throw unknownOption(name.length === 1 ? `-${name}` : dashed(name));
    if (!hasOption(command, option)) {
      throw new UsageError(`${dashed(name)} is not an option of libc-check ${command}`);
    }
    const values = option.kind === 'flag' ? [] : found;
    for (const value of values) checkValue(option, command, value);
    given.set(name, values);
  }
  return given;
}

/**
 * Reads a command line (without node and script). The first word that is a command's name is the command, otherwise `check`.
 * Throws UsageError for an unknown option, a value that is missing or not among the choices, and an option of another command.
 */
export function readArguments(argv: readonly string[]): Arguments {
  refuseSingleDashes(argv);
  const { given: found, beforeDashes, afterDashes, error } = parseAll(argv);
  const stray = beforeDashes.find((word) => /^-./.test(word));
  if (stray !== undefined) throw unknownOption(stray);
  if (error !== null) throw parserError(error);
  const [first] = beforeDashes;
  const command = isCommandName(first) ? first : 'check';
  const given = readOptions(found, command);
  const words = isCommandName(first) ? beforeDashes.slice(1) : beforeDashes;
  const isCheck = command === 'check';
  return {
    command,
    words: isCheck ? words : [...words, ...afterDashes],
    commandArguments: isCheck ? afterDashes : [],
    flag: (name) => given.has(name),
    value: (name) => given.get(name)?.at(-1) ?? null,
    list: (name) => given.get(name) ?? [],
  };
}
