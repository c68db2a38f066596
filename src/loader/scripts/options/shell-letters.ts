import type { Shell } from '../shells.ts';

/** Letters that a shell takes, each tried in Debian 11 to 14, Alpine 3.6 to edge and Docker's busybox; `o` takes a name. */
export const letters: Readonly<Record<Shell, string>> = {
  dash: 'abcefilmnopsuvxCEIV',
  bash: 'abcefhiklmnoprstuvxBCDEHPTO',
  busybox: 'abcefilmnosuvxCEI',
};

const common = 'allexport errexit ignoreeof monitor noclobber noexec noglob notify nounset verbose vi xtrace';
/** Names for `-o`, tried in the same images. */
export const optionNames: Readonly<Record<Shell, ReadonlySet<string>>> = {
  dash: new Set(`${common} debug emacs interactive nolog privileged stdin`.split(' ')),
  bash: new Set(
    (
      `${common} braceexpand emacs errtrace functrace hashall histexpand history interactive-comments keyword nolog ` +
      'onecmd physical pipefail posix privileged'
    ).split(' '),
  ),
  busybox: new Set(`${common} errtrace interactive pipefail stdin`.split(' ')),
};

/** Letters that `set` takes in a script; the three refuse others in their own ways (Debian 12 and 13, Alpine 3.20). */
export const lettersOfSet: Readonly<Record<Shell, string>> = {
  dash: 'abefimnopsuvxCEIV',
  bash: 'abefhkmnoprtuvxBCEHPT',
  busybox: 'abefmnouvxCEI',
};

/** The names of the letters that have one. */
export const namesOfLetters: ReadonlyMap<string, string> = new Map([
  ['a', 'allexport'],
  ['c', 'command'],
  ['e', 'errexit'],
  ['f', 'noglob'],
  ['i', 'interactive'],
  ['l', 'login'],
  ['n', 'noexec'],
  ['s', 'stdin'],
  ['u', 'nounset'],
]);

/** Long options of bash (`long_args` of shell.c); those of two take a file. */
export const longOfBash =
  /^(?:debug|debugger|dump-po-strings|dump-strings|help|login|noediting|noprofile|norc|posix|pretty-print|protected|restricted|verbose|version|wordexp)$/;
export const longWithFile = /^(?:init-file|rcfile)$/;

/** What a shell says of a letter that it does not take, behind its name. */
export function illegalLetter(shell: Shell, option: string): string {
  if (shell === 'bash') return `${option}: invalid option`;
  return shell === 'dash' ? `Illegal option ${option}` : `illegal option ${option}`;
}

/** What a shell says of a name for `-o` that it does not know, behind its name. */
export const illegalName = (shell: Shell, name: string): string =>
  shell === 'bash' ? `${name}: invalid option name` : illegalLetter(shell, `-o ${name}`);

/** What a shell says of a name for `-o` on its command line; busybox goes on to end with 0. */
export function unknownOptionName(
  shell: Shell,
  argv0: string,
  name: string,
): { readonly said: string; readonly exitStatus: number } {
  const said = illegalName(shell, name);
  switch (shell) {
    case 'dash':
      return { said: `${argv0}: 0: ${said}`, exitStatus: 2 };
    case 'busybox':
      return { said: `${argv0}: ${said}`, exitStatus: 0 };
    case 'bash':
      return { said: `${argv0}: line 0: ${argv0}: ${said}`, exitStatus: 2 };
  }
}
