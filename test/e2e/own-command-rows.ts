/** An image's own command. The table does not say whether it starts: `docker run` shows it. */
export interface OwnCommandRow {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  /** Scripts of the image, by their path. */
  readonly scripts?: Readonly<Record<string, string>>;
  readonly env?: readonly string[];
  readonly user?: string;
  readonly workingDir?: string;
  /** Arguments of the call. */
  readonly args?: readonly string[];
  /** What is executed last; without it the message and the status alone are compared. */
  readonly last?: string;
  /** Whatever happens, image and arguments do not tell it: the report must say so. */
  readonly isUnknown?: true;
}

const sh = (...lines: string[]): string => ['#!/bin/sh', ...lines, ''].join('\n');
const script = (...lines: string[]) => ({
  entrypoint: ['/entrypoint.sh'],
  cmd: ['app', '--serve'],
  scripts: { '/entrypoint.sh': sh(...lines) },
});
const shellForm = (text: string) => ({ cmd: ['/bin/sh', '-c', text] });

/** By a sentence; every image has `app`, which starts, and `lacking`, which lacks a library, in /usr/bin. */
export const ownCommandRows: Readonly<Record<string, OwnCommandRow>> = {
  'Entrypoint and Cmd are one command': { entrypoint: ['app', 'a'], cmd: ['b'], last: 'app a b' },
  'arguments stand in place of Cmd': { entrypoint: ['app'], cmd: ['b'], args: ['c'], last: 'app c' },
  'neither Entrypoint nor Cmd': { entrypoint: [], cmd: [] },
  'a name in no folder of PATH': { cmd: ['nosuch'] },
  'a PATH of the image': { cmd: ['app'], env: ['PATH=/nosuch'] },
  'a relative path': { cmd: ['./app'], workingDir: '/usr/bin', last: './app' },
  'a user that is not there': { cmd: ['app'], user: 'nosuch' },
  'a program without a library': { cmd: ['lacking'] },
  'a script with an interpreter that is not there': {
    cmd: ['/run.sh'],
    scripts: { '/run.sh': '#!/bin/nosuch\n' },
  },
  'a script that is not there': { entrypoint: ['sh', '/nosuch.sh'] },
  'a script that is not in the working directory': { entrypoint: ['/bin/sh', '-e', 'run.sh'] },
  'the shell form': {
    ...shellForm('app "$MODE" x'),
    env: ['PATH=/usr/bin:/bin', 'MODE=a b'],
    last: 'app a b x',
  },
  'the shell form of what is not there': shellForm('nosuch'),
  'the shell form of a program without a library': shellForm('exec lacking'),
  'the last of several commands': { ...shellForm('true; cd /usr && app x'), last: 'app x' },
  'what stands behind &&': { ...shellForm('app migrate && exec app serve'), last: 'app serve' },
  'exec "$@" of a script': { ...script('set -e', 'exec "$@"'), last: 'app --serve' },
  'options in front of the program': {
    ...script('if [ "${1#-}" != "$1" ]; then set -- app "$@"; fi', 'exec "$@"'),
    args: ['-x'],
    last: 'app -x',
  },
  'a program that the image lacks prints nothing': {
    ...script('[ -z "$(id -u 2>/dev/null)" ] && exec "$@"', 'exec nosuch'),
    last: 'app --serve',
  },
  'a loop over the arguments': {
    ...script(
      'asks_for_help() {',
      '  for word; do case "$word" in --help|-"?") return 0 ;; esac; done',
      '  return 1',
      '}',
      'if asks_for_help "$@"; then exec app help; fi',
      'exec nosuch',
    ),
    args: ['app', '--help'],
    last: 'app help',
  },
  'a loop that is left': {
    ...script('while [ $# -gt 0 ]; do case "$1" in --) shift; break ;; *) shift ;; esac; done', 'exec "$@"'),
    args: ['-a', '-b', '--', 'app', 'rest'],
    last: 'app rest',
  },
  'a file that it reads': {
    ...script('. /lib.sh', 'start "$@"'),
    scripts: {
      '/entrypoint.sh': sh('. /lib.sh', 'start "$@"'),
      '/lib.sh': sh('start() {', '  exec "$@"', '}'),
    },
    last: 'app --serve',
  },
  'every file of a folder': {
    ...script('for f in /hooks/*.sh; do [ -x "$f" ] && . "$f"; done', 'exec "$@" "$HOOK"'),
    scripts: {
      '/entrypoint.sh': sh('for f in /hooks/*.sh; do [ -x "$f" ] && . "$f"; done', 'exec "$@" "$HOOK"'),
      '/hooks/1.sh': sh('HOOK=one'),
    },
    last: 'app --serve one',
  },
  'known text behind eval': { ...script('x=app', 'eval "exec $x y"'), last: 'app y' },
  arithmetic: {
    ...script('n=$((2 * 3 + 1))', '[ $n -eq 7 ] && exec app seven', 'exec nosuch'),
    last: 'app seven',
  },
  'a missing program under set -e': script('set -e', 'nosuch --init', 'exec app'),
  'a launcher that is not there': script('exec gosu worker "$@"'),
  'env in front of what is not there': script('exec env A=1 nosuch'),
  'a program that the script removes': { ...script('rm -f /usr/bin/app', 'exec "$@"'), isUnknown: true },
  'a program that it overwrites': { ...script('echo x > /usr/bin/app', 'exec "$@"'), isUnknown: true },
  'a program that it closes': { ...script('chmod a-x /usr/bin/app', 'exec "$@"'), isUnknown: true },
  'another file that it removes': { ...script('rm -f /var/run/app.pid', 'exec "$@"'), last: 'app --serve' },
};
