import type { Wording } from '../loader/scripts/handed-over.ts';

/** A program whose arguments are a command that it executes. */
interface Launcher {
  /** Options that take the next word; a word that holds their value is one word. */
  readonly valued: readonly string[];
  /** Words before the command: the user of gosu, the duration of timeout. */
  readonly operands: number;
  readonly wording: Wording;
  /** The option, or the operand by its place, that names the user. */
  readonly user?: string | 0;
  /** Options behind which it does something else. */
  readonly refused?: readonly string[];
}

const init = (wording: Wording, valued: readonly string[]): Launcher => ({ valued, operands: 0, wording });

/** By the name that it is called by. Read from the manual and the source of each. */
const launchers: Readonly<Record<string, Launcher>> = {
  tini: init('tini', ['-p', '-e']),
  'tini-static': init('tini', ['-p', '-e']),
  'dumb-init': init('dumb-init', ['-r', '--rewrite']),
  gosu: { valued: [], operands: 1, wording: 'gosu', user: 0 },
  'su-exec': { valued: [], operands: 1, wording: 'su-exec', user: 0 },
  setuidgid: { valued: [], operands: 1, wording: 'daemontools', user: 0 },
  chpst: {
    valued: ['-u', '-n', '-m', '-d', '-o', '-p', '-f', '-c', '-t'],
    operands: 0,
    wording: 'runit',
    user: '-u',
    refused: ['-e', '-/', '-U', '-b', '-l', '-L'],
  },
  runuser: {
    valued: ['-u', '--user', '-g', '--group', '-G', '--supp-group', '-w', '--whitelist-environment'],
    operands: 0,
    wording: 'runuser',
    user: '-u',
    refused: ['-', '-l', '--login', '-c', '--command', '-s', '--shell', '-g', '--group', '-P', '--pty'],
  },
  setpriv: {
    valued: (
      '--reuid --regid --ruid --euid --rgid --egid --groups --inh-caps --ambient-caps --bounding-set --securebits ' +
      '--pdeathsig'
    ).split(' '),
    operands: 0,
    wording: 'setpriv',
    user: '--reuid',
    refused: [
      '--dump',
      '-d',
      '--ruid',
      '--euid',
      '--rgid',
      '--egid',
      '--reset-env',
      '--ambient-caps',
      '--inh-caps',
    ],
  },
  catatonit: { valued: [], operands: 0, wording: 'catatonit', refused: ['-P', '-V', '-h'] },
  ionice: {
    valued: ['-c', '--class', '-n', '--classdata'],
    operands: 0,
    wording: 'util-linux',
    refused: ['-p', '-P', '-u'],
  },
  taskset: { valued: [], operands: 1, wording: 'util-linux', refused: ['-p', '--pid', '-a'] },
  chrt: {
    valued: ['-T', '-P', '-D'],
    operands: 1,
    wording: 'util-linux',
    refused: ['-p', '--pid', '-m', '--max'],
  },
  prlimit: { valued: [], operands: 0, wording: 'util-linux', refused: ['-p', '--pid'] },
  time: { valued: ['-f', '--format', '-o', '--output'], operands: 0, wording: 'time' },
  nice: init('coreutils', ['-n', '--adjustment']),
  timeout: { valued: ['-k', '--kill-after', '-s', '--signal'], operands: 1, wording: 'coreutils-run' },
  nohup: init('coreutils-run', []),
  stdbuf: init('coreutils-run', ['-i', '-o', '-e', '--input', '--output', '--error']),
};

/** What a launcher is told to execute. */
export interface Launch {
  readonly argv: readonly string[];
  readonly wording: Wording;
  /** Of one that changes the user: as the image's User is written. */
  readonly user: string | null;
}

/** The user that a launcher changes to; null where it stays. */
function userOf(
  { user }: Launcher,
  given: ReadonlyMap<string, string>,
  operand: string | null,
): string | null {
  if (user === undefined) return null;
  if (user === 0) return operand;
  const name = given.get(user) ?? given.get('--user');
  const group = given.get('--regid');
  if (name === undefined) return null;
  return group === undefined ? name : `${name}:${group}`;
}

/** Whether a program of this name executes a command of its arguments. */
export const isLauncher = (name: string): boolean => Object.hasOwn(launchers, name);

/** Reads the arguments of a launcher; null where the program is none, or is given no command. */
export function readLaunch(name: string, argv: readonly string[], isBusybox: boolean): Launch | null {
  const launcher = Object.hasOwn(launchers, name) ? launchers[name] : undefined;
  if (launcher === undefined) return null;
  const given = new Map<string, string>();
  let at = 1;
  for (let word = argv[at]; word?.startsWith('-') === true; word = argv[at]) {
    at++;
    if (word === '--') break;
    const [option = '', value] = word.startsWith('--') ? word.split(/=(.*)/s) : [word];
    if (launcher.refused?.includes(option) === true) return null;
    if (value !== undefined) given.set(option, value);
    else if (launcher.valued.includes(word)) given.set(option, argv[at++] ?? '');
  }
  const command = argv.slice(at + launcher.operands);
  if (command.length === 0) return null;
  return {
    argv: command,
    wording: isBusybox ? 'busybox' : launcher.wording,
    user: userOf(launcher, given, argv[at] ?? null),
  };
}
