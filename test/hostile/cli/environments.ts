import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Call, Trick } from '../trick.ts';
import { image, program, soon } from './wordings.ts';

const plain = [program, ...image];

/** The same check in an environment that must not change what it says. */
const under = (name: string, env: Call['env'] & {}, changes: Partial<Trick> = {}): Trick => ({
  name: `a check under ${name}`,
  prepare: () => ({ argv: plain, env }),
  status: [0],
  says: /starts in profile:debian:12/,
  errorLines: 0,
  bounds: soon,
  ...changes,
});

const variables: readonly Trick[] = [
  under('no HOME', { HOME: null }),
  under('an empty HOME', { HOME: '' }),
  under('a HOME that is a file', { HOME: '/etc/passwd' }, { small: true }),
  under('a HOME below /proc', { HOME: '/proc/self/x' }),
  under('a TMPDIR that is not there', { TMPDIR: '/no/such' }),
  under('a TMPDIR that is a device', { TMPDIR: '/dev/null' }),
  under('a cache that is no path', { XDG_CACHE_HOME: 'relative' }),
  under('no PATH', { PATH: '' }),
  under('a language that is none', { LANG: '\x1b[2J', LC_ALL: 'xx_YY.utf9' }),
  under('a terminal that is none', { TERM: '\x1b]0;x\x07' }),
  ...['0', '1', '-5', '1e9', 'abc', '99999999999999999999'].map((columns) =>
    under(`${columns} columns`, { COLUMNS: columns, LINES: columns }),
  ),
  under('no colours', { NO_COLOR: '1', CLICOLOR_FORCE: '1' }),
  under('a proxy that is none', { HTTPS_PROXY: '::::', HTTP_PROXY: 'ftp://x' }),
  under('an engine that is none', { DOCKER_HOST: 'carrier-pigeon://x' }),
  under('configuration of Docker that is a file', { DOCKER_CONFIG: '/etc/passwd' }),
  under('10,000 variables', Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`V${at}`, 'x']))),
];

/** The shell executes the rest of its words after a command that changes what the process is given. */
const after = (name: string, command: string, changes: Partial<Trick> = {}): Trick => ({
  name: `a check ${name}`,
  prepare: () => ({ argv: plain, through: ['/bin/sh', '-c', `${command} && exec "$@"`, 'sh'] }),
  status: [0],
  errorLines: 0,
  bounds: soon,
  ...changes,
});

/** What the command keeps for such a HOME lies below the folder that it is started in: the trick's own. */
const relativeHome: Trick = {
  name: 'a check under a HOME that is no path',
  prepare: (folder) => ({
    argv: [resolve(program), ...image],
    cwd: folder,
    env: { HOME: 'relative/home' },
  }),
  status: [0],
  says: /starts in profile:debian:12/,
  errorLines: 0,
  bounds: soon,
};

const limits: readonly Trick[] = [
  after('with 40 open files', 'ulimit -n 40'),
  after('with files of no size', 'ulimit -f 0'),
  after('without core dumps', 'ulimit -c 0'),
  after('with a small stack', 'ulimit -s 1024'),
  after('with 5 seconds of processor time', 'ulimit -t 5'),
  after('with signals ignored', "trap '' PIPE INT TERM HUP"),
  after('with a mask of everything', 'umask 777'),
];

const gone: Trick = {
  name: 'a check in a folder that was removed',
  prepare: (folder) => {
    mkdirSync(join(folder, 'gone'));
    return {
      argv: plain,
      cwd: join(folder, 'gone'),
      through: ['/bin/sh', '-c', 'rmdir "$PWD" && exec "$@"', 'sh'],
    };
  },
  status: [2, 3],
  bounds: soon,
};

export const environments: readonly Trick[] = [...variables, relativeHome, ...limits, gone];
