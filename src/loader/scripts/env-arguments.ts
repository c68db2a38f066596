import type { EnvDialect } from './env-dialect.ts';
import { splitString } from './env-split.ts';

/** The arguments of `env`, parsed. */
export type EnvArguments =
  | {
      readonly kind: 'command';
      /** Empty where nothing is left to run: then `env` prints the variables. */
      readonly words: readonly string[];
      readonly env: ReadonlyMap<string, string>;
      /** What -a gives the command for its own name; null without it. */
      readonly argv0: string | null;
    }
  /** The option that `env` does not support, with its dashes: it ends there. */
  | { readonly kind: 'refused'; readonly option: string }
  /** What `env` says of a -S text that it cannot split: it ends there. */
  | { readonly kind: 'unsplit'; readonly said: string }
  | { readonly kind: 'unknown'; readonly reason: string };

const refused = (option: string): EnvArguments => ({ kind: 'refused', option });
const unknown = (option: string): EnvArguments => ({
  kind: 'unknown',
  reason: `what env does with ${option} is not simulated`,
});

/** The letters of options that are not followed further. */
const unfollowed: Readonly<Record<EnvDialect['kind'], string>> = { coreutils: '0C', busybox: '0', other: '' };

const ofAll: readonly string[] = ['help', 'ignore-environment', 'null', 'unset'];
const since830 = [
  'block-signal',
  'debug',
  'default-signal',
  'env0-from',
  'ignore-signal',
  'list-signal-handling',
  'split-string',
];

/** Long options that an env of its kind may have; each may be cut short. */
function longNames(dialect: EnvDialect): readonly string[] {
  if (dialect.kind === 'other') return [];
  if (dialect.kind === 'busybox') return ofAll;
  const split = dialect.split === 'none' ? [] : since830;
  const argv0 = dialect.hasArgv0 === false ? [] : ['argv0'];
  return [...ofAll, 'chdir', 'version', ...split, ...argv0];
}

/** Long options that are followed, by their short letters. */
const longOptions: ReadonlyMap<string, string> = new Map([
  ['ignore-environment', 'i'],
  ['unset', 'u'],
  ['debug', 'v'],
  ['split-string', 'S'],
  ['argv0', 'a'],
]);

/** A long option: its short letter and what follows `=`. */
function longOption(word: string): { name: string; letter: string | undefined; value: string | null } {
  const [, name = '', value = null] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  return { name, letter: longOptions.get(name), value };
}

/** One reading of a command line, from left to right: options, then NAME=VALUE, then the command. */
class Reading {
  readonly #dialect: EnvDialect;
  #words: readonly string[];
  /** The short options that it follows. */
  readonly #followed: string;
  #isCleared = false;
  #argv0: string | null = null;
  readonly #unset: string[] = [];
  /** The variables that `env` itself was given. */
  readonly #env: ReadonlyMap<string, string>;

  constructor(dialect: EnvDialect, words: readonly string[], env: ReadonlyMap<string, string>) {
    this.#dialect = dialect;
    const splits = dialect.kind === 'coreutils' && dialect.split !== 'none';
    this.#followed = splits ? (dialect.hasArgv0 === false ? 'iuvS' : 'iuvSa') : 'iu';
    this.#words = words;
    this.#env = env;
  }

  /** Reads to the end. */
  run(): EnvArguments {
    for (let word = this.#words[0]; word !== undefined && /^-./s.test(word); word = this.#words[0]) {
      if (this.#dialect.kind === 'other') return unknown(word);
      this.#words = this.#words.slice(1);
      if (word === '--') break;
      const stop = word.startsWith('--') ? this.#long(word) : this.#bundle(word);
      if (stop !== null) return stop;
    }
    if (this.#words[0] === '-') {
      this.#isCleared = true;
      this.#words = this.#words.slice(1);
    }
    return this.#assign(new Map(this.#isCleared ? [] : this.#env));
  }

  #long(word: string): EnvArguments | null {
    const { name, letter, value } = longOption(word);
    if (!longNames(this.#dialect).some((known) => known.startsWith(name))) return refused(word);
    const isKnown = letter !== undefined && this.#followed.includes(letter);
    if (!isKnown || (value !== null && 'iv'.includes(letter))) return unknown(word);
    return this.#option(letter, value);
  }

  /** `-ivS…`: letters without a value, then perhaps one whose value is the rest of the word or the next word. */
  #bundle(word: string): EnvArguments | null {
    for (let at = 1; at < word.length; at++) {
      const letter = word.charAt(at);
      const takesValue = 'uSa'.includes(letter) && this.#followed.includes(letter);
      const stop = this.#option(letter, takesValue && at + 1 < word.length ? word.slice(at + 1) : null);
      if (stop !== null || takesValue) return stop;
    }
    return null;
  }

  #option(letter: string, given: string | null): EnvArguments | null {
    if (unfollowed[this.#dialect.kind].includes(letter)) return unknown(`-${letter}`);
    if (!this.#followed.includes(letter)) return refused(`-${letter}`);
    if (letter === 'i') {
      this.#isCleared = true;
      return null;
    }
    if (letter === 'v') return null;
    const value = given ?? this.#words[0];
    if (value === undefined) return refused(`-${letter}`);
    if (given === null) this.#words = this.#words.slice(1);
    if (letter === 'S') return this.#split(value);
    if (letter === 'a') return this.#name(value);
    if (this.#dialect.kind !== 'busybox' && (value === '' || value.includes('=')))
      return refused(`-${letter}`);
    this.#unset.push(value);
    return null;
  }

  /** -a, which older releases refuse. */
  #name(value: string): EnvArguments | null {
    this.#argv0 = value;
    const isKnown = this.#dialect.kind === 'coreutils' && this.#dialect.hasArgv0 !== null;
    const reason = 'env has -a since coreutils 9.5, and which release this is is unknown';
    return isKnown ? null : { kind: 'unknown', reason };
  }

  /** -S: its words are read in place of the option. */
  #split(value: string): EnvArguments | null {
    const release = this.#dialect.kind === 'coreutils' ? this.#dialect.split : null;
    const split = splitString(value, this.#env, release === 'none' ? null : release);
    if (split.kind === 'refused') return { kind: 'unsplit', said: split.said };
    if (split.kind === 'unknown') return split;
    this.#words = [...split.words, ...this.#words];
    return null;
  }

  #assign(env: Map<string, string>): EnvArguments {
    for (const name of this.#unset) env.delete(name);
    for (const [at, word] of this.#words.entries()) {
      const equals = word.indexOf('=');
      if (equals === 0) return unknown(word);
      if (equals < 0) return { kind: 'command', words: this.#words.slice(at), env, argv0: this.#argv0 };
      env.set(word.slice(0, equals), word.slice(equals + 1));
    }
    return { kind: 'command', words: [], env, argv0: this.#argv0 };
  }
}

/**
 * Reads the arguments of `env` as main of coreutils' src/env.c and env_main of busybox's coreutils/env.c do; only the former
 * knows -S, from version 8.30 on.
 */
export function readEnvArguments(
  dialect: EnvDialect,
  argv: readonly string[],
  env: ReadonlyMap<string, string>,
): EnvArguments {
  return new Reading(dialect, argv.slice(1), env).run();
}
