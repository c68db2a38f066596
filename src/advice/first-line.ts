import { runningCredentials } from '../container/process-start.ts';
import { lookUpCommand } from '../loader/kernel/path-lookup.ts';
import type { Remedy } from '../rules/finding.ts';
import { type AdviceFacts, nameOf, remedy } from './binary-facts.ts';
import { proved } from './proof.ts';

/** Another first line for the script, after it was examined; null where it makes nothing better. */
export function firstLine(script: string, line: string, action: string, facts: AdviceFacts): Remedy | null {
  return proved(remedy(action, line, { kind: 'first-line', path: script, line }), facts);
}

/** The same remedy in a list: all but the first begin with this word. */
export const joinedBy = (word: 'And' | 'Or', one: Remedy): Remedy => ({
  ...one,
  action: `${word} ${one.action.charAt(0).toLowerCase()}${one.action.slice(1)}`,
});

const alternatives = (offered: readonly (Remedy | null)[]): readonly Remedy[] =>
  offered.flatMap((one) => one ?? []).map((one, at) => (at === 0 ? one : joinedBy('Or', one)));

/** Where a command of the container's PATH lies; the path itself where it is one and there. Null where it is not. */
export function placeOfCommand(name: string, { container, rootfs }: AdviceFacts): string | null {
  if (name.includes('/')) return rootfs.lookup(name, { cwd: container.start.cwd }).ok ? name : null;
  const found = lookUpCommand(container, name, runningCredentials(container.start));
  return found.kind === 'found' ? found.path : null;
}

/** Interpreters whose options of one letter may stand in one word. */
const joins = /^(?:sh|ash|dash|bash|zsh|ksh|mksh|perl|python[\d.]*|ruby[\d.]*|sed|php[\d.]*)$/;

function joined(interpreter: string, options: readonly string[]): string | null {
  if (options.length === 1) return options[0] ?? null;
  const isShort = options.every((option) => /^-[A-Za-z]+$/.test(option));
  return isShort && joins.test(nameOf(interpreter))
    ? `-${options.map((one) => one.slice(1)).join('')}`
    : null;
}

/** Variables that set what an interpreter's options set. */
const insteadOf: readonly (readonly [
  command: RegExp,
  options: RegExp,
  variable: (options: string) => string,
])[] = [
  [/^node(?:js)?$/, /^--/, (options) => `NODE_OPTIONS="${options}"`],
  [/^python[\d.]*$/, /^-u$/, () => 'PYTHONUNBUFFERED=1'],
  [/^ruby[\d.]*$/, /^-/, (options) => `RUBYOPT="${options}"`],
  [/^perl$/, /^-/, (options) => `PERL5OPT="${options}"`],
];

function dropOptions(name: string, options: string): string {
  const match = insteadOf.find(([command, known]) => command.test(nameOf(name)) && known.test(options));
  const instead = match === undefined ? '' : `, and set ENV ${match[2](options)} in its place`;
  return `Name ${name} alone${instead}.`;
}

/** What a first line names: `env`, and behind it a command with options. */
export interface OneWord {
  readonly script: string;
  readonly env: string;
  /** This `env` has -S. */
  readonly splits: boolean;
  readonly words: readonly string[];
}

/** What `env -S` reads as more than a word. */
const isSpecial = /["'\\$#]/;

/**
 * Remedies for a first line of several words behind `env`, which are one to it (K3): -S where that is known to this `env`, the
 * interpreter itself, which then gets one argument, or no options. All of them are examined.
 */
export function adviseOnOneWord(
  { script, env, splits, words }: OneWord,
  facts: AdviceFacts,
): readonly Remedy[] {
  const [name = '', ...options] = words;
  const path = placeOfCommand(name, facts);
  const argument = path === null ? null : joined(name, options);
  const text = words.join(' ');
  return alternatives([
    splits && !isSpecial.test(text)
      ? firstLine(script, `#!${env} -S ${text}`, 'Have env take the line apart.', facts)
      : null,
    path === null || argument === null
      ? null
      : firstLine(script, `#!${path} ${argument}`, 'Name the interpreter itself: it gets the option.', facts),
    options.length === 0 || path === null
      ? null
      : firstLine(script, `#!${env} ${name}`, dropOptions(name, options.join(' ')), facts),
    path === null ? remedy(dropOptions(name, options.join(' ')), `#!${env} ${name}`) : null,
  ]);
}

/** Remedies for an interpreter that gets its options as one word: letters in one word, or an `env` that takes them apart. */
export function adviseOnJoinedOptions(
  script: string,
  interpreter: string,
  argument: string,
  facts: AdviceFacts,
): readonly Remedy[] {
  const options = argument.split(/[ \t]+/).filter((word) => word !== '');
  const word = joined(interpreter, options);
  const hasEnv = facts.rootfs.lookup('/usr/bin/env').ok && !isSpecial.test(argument);
  const bySplitting = hasEnv
    ? firstLine(
        script,
        `#!/usr/bin/env -S ${interpreter} ${argument}`,
        'Have env take the line apart.',
        facts,
      )
    : null;
  return alternatives([
    word === null || options.length < 2
      ? null
      : firstLine(script, `#!${interpreter} ${word}`, 'Join the letters.', facts),
    bySplitting?.proven === true ? bySplitting : null,
  ]);
}
