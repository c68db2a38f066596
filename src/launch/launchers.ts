import type { Wording } from '../loader/scripts/handed-over.ts';

/** A program whose arguments are a command that it executes. */
interface Launcher {
  /** Options that take the next word; a word that holds their value is one word. */
  readonly valued: readonly string[];
  /** Words before the command: the user of gosu, the duration of timeout. */
  readonly operands: number;
  readonly wording: Wording;
}

const init = (wording: Wording, valued: readonly string[]): Launcher => ({ valued, operands: 0, wording });

/** By the name that it is called by. Read from the manual and the source of each. */
const launchers: Readonly<Record<string, Launcher>> = {
  tini: init('tini', ['-p', '-e']),
  'tini-static': init('tini', ['-p', '-e']),
  'dumb-init': init('dumb-init', ['-r', '--rewrite']),
  gosu: { valued: [], operands: 1, wording: 'gosu' },
  'su-exec': { valued: [], operands: 1, wording: 'su-exec' },
  nice: init('coreutils', ['-n', '--adjustment']),
  timeout: { valued: ['-k', '--kill-after', '-s', '--signal'], operands: 1, wording: 'coreutils-run' },
  nohup: init('coreutils-run', []),
  stdbuf: init('coreutils-run', ['-i', '-o', '-e', '--input', '--output', '--error']),
};

/** What a launcher is told to execute. */
export interface Launch {
  readonly argv: readonly string[];
  readonly wording: Wording;
  /** For gosu and su-exec: as the image's User is written. */
  readonly user: string | null;
}

/** Reads the arguments of a launcher; null where the program is none, or is given no command. */
export function readLaunch(name: string, argv: readonly string[], isBusybox: boolean): Launch | null {
  const launcher = Object.hasOwn(launchers, name) ? launchers[name] : undefined;
  if (launcher === undefined) return null;
  let at = 1;
  for (let word = argv[at]; word?.startsWith('-') === true; word = argv[at]) {
    at++;
    if (word === '--') break;
    if (launcher.valued.includes(word)) at++;
  }
  const command = argv.slice(at + launcher.operands);
  if (command.length === 0) return null;
  const isUser = launcher.wording === 'gosu' || launcher.wording === 'su-exec';
  return {
    argv: command,
    wording: isBusybox ? 'busybox' : launcher.wording,
    user: isUser ? (argv[at] ?? null) : null,
  };
}
