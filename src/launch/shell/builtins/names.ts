import type { Shell } from '../../../loader/scripts/shells.ts';

/** Builtins that change nothing that is followed here, and succeed. */
const quiet: ReadonlySet<string> = new Set(': true echo umask ulimit times jobs'.split(' '));

/** Builtins whose effect is followed, or stops what is known. */
const others: ReadonlySet<string> = new Set(
  (
    '. [ alias hash bg break cd command continue eval exec exit export false fg getopts kill printf read readonly return set trap ' +
    'shift test type unset wait local'
  ).split(' '),
);

/** Builtins of some shells: what the others take for the name of a program (Debian 12, Alpine 3.20). */
const ofSome: Readonly<Record<Shell, ReadonlySet<string>>> = {
  dash: new Set(),
  busybox: new Set(['source', 'let', '[[']),
  bash: new Set(
    'source let declare typeset mapfile readarray shopt pushd popd dirs builtin caller enable'.split(' '),
  ),
};

/** Whether it is a builtin of another shell than this one. */
export const isForeign = (name: string, shell: Shell): boolean =>
  !ofSome[shell].has(name) && (ofSome.bash.has(name) || ofSome.busybox.has(name));

/** Of no effect but their output. */
export const isQuiet = (name: string): boolean => quiet.has(name);

/** Whether the shell has it built in. */
export const isBuiltin = (name: string, shell: Shell): boolean =>
  quiet.has(name) || others.has(name) || ofSome[shell].has(name);
