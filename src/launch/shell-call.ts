import type { Container } from '../container/container.ts';
import type { Executed } from '../loader/kernel/execve.ts';
import { dashHasPipefail } from '../loader/scripts/options/dash-pipefail.ts';
import { readShellOptions, type ShellSettings } from '../loader/scripts/options/shell-options.ts';
import type { Shell } from '../loader/scripts/shells.ts';
import { unknownWord } from '../loader/scripts/unknown-word.ts';
import { keptScript } from './kept-script.ts';
import type { Fields } from './shell/state.ts';

/** The text that a shell reads, its `$0` and its arguments. */
export interface ShellCall {
  readonly kind: 'script';
  readonly text: string;
  readonly name: string;
  readonly args: Fields;
  /** Null for `-c`. */
  readonly file: string | null;
  readonly settings: ShellSettings;
}

/** What a shell reads: a script, nothing that is followed (it reads its input), or what is not known. */
export type ReadCall =
  | ShellCall
  | { readonly kind: 'input' }
  | { readonly kind: 'unknown'; readonly reason: string };

const unknown = (reason: string): ReadCall => ({ kind: 'unknown', reason });

/** Whether a word of a command is known before it runs. */
export const isKnown = (word: string): boolean => !word.includes(unknownWord);

/** Words as a running program has them; more may follow one at the end that is not known. */
function fieldsOf(words: readonly string[]): Fields {
  const open = words.length > 0 && !isKnown(words.at(-1) ?? '');
  const values = words.map((word) => (isKnown(word) ? word : null));
  return { values: open ? values.slice(0, -1) : values, open };
}

/** What a shell reads before its script: the files of a login, of an interactive shell, of BASH_ENV. */
function readBefore(
  { start }: Container,
  shell: Shell,
  argv0: string,
  settings: ShellSettings,
): string | null {
  const isOn = (name: string): boolean => settings.get(name) === true;
  if (isOn('login') || argv0.startsWith('-')) return 'the profile that a login shell reads is not followed';
  if (isOn('interactive') || isOn('noexec')) return `what ${argv0} reads first is not followed`;
  const first = start.env.get('BASH_ENV') ?? '';
  return shell === 'bash' && first !== '' && !isOn('posix') && !/(?:^|\/)sh$/.test(argv0)
    ? `BASH_ENV makes ${argv0} read ${first} first, which is not followed`
    : null;
}

/** The arguments of a shell: its options, then `-c TEXT NAME ARGUMENT…` or FILE ARGUMENT…. */
export function readShellCall(container: Container, shell: Shell, { argv, program }: Executed): ReadCall {
  const [shown = program.path, ...words] = argv;
  const read = readShellOptions(shell, shown, words, dashHasPipefail(container.rootfs));
  if (read.kind !== 'taken') return unknown(`what ${shown} runs is not known`);
  const { operand: at, settings } = read;
  const before = readBefore(container, shell, shown, settings);
  if (before !== null) return unknown(before);
  if (at === null || settings.get('stdin') === true) return { kind: 'input' };
  if (!words.slice(0, at + 1).every(isKnown)) return unknown(`what ${shown} reads is not known`);
  const operand = words[at] ?? '';
  const args = words.slice(at + 1);
  if (settings.get('command') === true) {
    const [name = shown, ...others] = args;
    return { kind: 'script', text: operand, name, args: fieldsOf(others), file: null, settings };
  }
  const text = keptScript(container, operand);
  if (typeof text !== 'string') return unknown(text.unread);
  return { kind: 'script', text, name: operand, args: fieldsOf(args), file: operand, settings };
}
