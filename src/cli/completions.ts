import { formOf, imageSourceNames } from '../image/sources/image-sources.ts';
import { type CommandName, commandNames } from './command-names.ts';
import { completionShells } from './completion-scripts.ts';
import type { Option } from './options/option.ts';
import { choicesOf, optionGroupsOf } from './options/options.ts';

/** What could stand in place of an unfinished word. */
export interface Completions {
  readonly candidates: readonly string[];
  /** Whether the name of a file could stand there too. */
  readonly files: boolean;
}

type Offer = () => Completions | Promise<Completions>;

const filesOnly: Completions = { candidates: [], files: true };
const nothing: Completions = { candidates: [], files: false };
const only = (candidates: readonly string[]): Completions => ({ candidates, files: false });

async function profileNames(): Promise<string[]> {
  const { listProfiles } = await import('../image/profiles/profile-catalog.ts');
  return listProfiles().map(({ name }) => name);
}

/** Sources by their prefix, embedded profiles whole. */
async function images(): Promise<Completions> {
  const prefixes = imageSourceNames
    .map(formOf)
    .filter((form) => form.includes(':'))
    .map((form) => form.slice(0, form.indexOf(':') + 1));
  const profiles = (await profileNames()).map((name) => `profile:${name}`);
  const candidates = prefixes.flatMap((prefix) => (prefix === 'profile:' ? profiles : [prefix]));
  return { candidates: [...candidates, 'scratch'], files: true };
}

async function rules(): Promise<Completions> {
  const { rules: all } = await import('../rules/index.ts');
  return only(all.map(({ id }) => id));
}

const commandsBesideCheck = commandNames.filter((name) => name !== 'check');

async function profileWords([action]: readonly string[]): Promise<Completions> {
  if (action === undefined) return only(['list', 'show', 'build']);
  if (action === 'build') return images();
  return action === 'show' ? { candidates: await profileNames(), files: true } : nothing;
}

/** What the words of a command are; `before` are those that stand already. */
const wordsOf: Readonly<Record<CommandName, (before: readonly string[]) => ReturnType<Offer>>> = {
  check: (before) => (before.length === 0 ? { candidates: commandsBesideCheck, files: true } : filesOnly),
  inspect: () => filesOnly,
  profile: profileWords,
  cache: (before) => (before.length === 0 ? only(['info', 'prune', 'clear']) : nothing),
  explain: (before) => (before.length === 0 ? rules() : nothing),
  completion: (before) => (before.length === 0 ? only(completionShells) : nothing),
  version: () => nothing,
  help: (before) => (before.length === 0 ? only(commandsBesideCheck) : nothing),
};

const fileValues: readonly (string | undefined)[] = ['FILE', 'FOLDER', 'SRC:DEST', 'PATH', 'PROGRAM'];

function valuesOf(option: Option, command: CommandName): ReturnType<Offer> {
  const choices = choicesOf(option, command);
  if (choices !== null) return only(choices);
  if (option.value === 'IMAGE') return images();
  return fileValues.includes(option.value) ? filesOnly : nothing;
}

/** A command line before its unfinished word. */
interface Typed {
  readonly command: CommandName;
  /** Without the command's name. */
  readonly words: readonly string[];
  /** The option that still lacks its value. */
  readonly open: Option | null;
  readonly afterDashes: boolean;
}

function readTyped(before: readonly string[]): Typed {
  const command = commandsBesideCheck.find((name) => name === before[0]) ?? 'check';
  const options = optionGroupsOf(command).flatMap((group) => group.options);
  const words: string[] = [];
  let open: Option | null = null;
  for (const word of before.slice(command === 'check' ? 0 : 1)) {
    if (open !== null) {
      open = null;
    } else if (word === '--') {
      return { command, words, open, afterDashes: true };
    } else if (word.startsWith('-')) {
      const option = options.find(({ name, short }) => word === `--${name}` || word === `-${short}`);
      open = option === undefined || option.kind === 'flag' ? null : option;
    } else {
      words.push(word);
    }
  }
  return { command, words, open, afterDashes: false };
}

async function unfiltered(typed: Typed, word: string): Promise<Completions> {
  const { command, words, open, afterDashes } = typed;
  if (afterDashes) return filesOnly;
  if (open !== null) return valuesOf(open, command);
  if (!word.startsWith('-')) return wordsOf[command](words);
  const options = optionGroupsOf(command).flatMap((group) => group.options);
  const equals = word.indexOf('=');
  if (equals < 0) return only(options.map(({ name }) => `--${name}`));
  const given = word.slice(0, equals);
  const option = options.find(({ name, kind }) => given === `--${name}` && kind !== 'flag');
  if (option === undefined) return nothing;
  const { candidates, files } = await valuesOf(option, command);
  return { candidates: candidates.map((value) => `${given}=${value}`), files };
}

/** What could stand in place of the last of `words`, which are those of a command line after `libc-check`. */
export async function completionsOf(words: readonly string[]): Promise<Completions> {
  const word = words.at(-1) ?? '';
  const { candidates, files } = await unfiltered(readTyped(words.slice(0, -1)), word);
  return { candidates: candidates.filter((candidate) => candidate.startsWith(word)), files };
}
