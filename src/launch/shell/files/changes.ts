import { posix } from 'node:path';
import type { EarlierCommand } from '../../../loader/scripts/handed-over.ts';
import type { Fields, Value } from '../state.ts';

/** What a command may change of the container's files; null: nothing that is followed here. */
export type Change = EarlierCommand['changes'] | null;

/** Programs that read, or write to their output alone. */
const readers = new Set(
  (
    'basename cat cut date df dirname expr free getent grep egrep fgrep head hostname id ls nproc printenv ps pwd ' +
    'readlink realpath seq sleep sort stat sync sysctl tail tr tty uname uniq wc which whoami'
  ).split(' '),
);
const pathMakers = new Set(['mkdir', 'touch', 'mkfifo', 'mktemp']);
const permissionMakers = new Set(['chmod', 'chown', 'chgrp']);

/** Programs that read their input, or wait, as long as somebody wants. */
const patient = new Set(['sleep', 'tail', 'sync']);
/** Programs besides that end by themselves. */
const brief = new Set(
  'awk chmod chown chgrp cmp cp cut diff envsubst find gawk id install ln md5sum mv openssl rm rmdir sed sha256sum tee tty unlink xargs'.split(
    ' ',
  ),
);

/** Whether a program surely ends by itself. */
export const isBrief = (command: string | null): boolean => {
  const name = command === null ? '' : posix.basename(command);
  return (readers.has(name) || pathMakers.has(name) || brief.has(name)) && !patient.has(name);
};

/** Where no program, library, loader configuration or account lies. */
const noPrograms =
  /^\/(?:dev|proc|sys|run|var\/(?:run|log|cache|spool))\/|^\/etc\/(?!ld[.-]|passwd$|group$|profile|environment)/;

const isHarmlessPath = (path: Value): boolean =>
  path !== null && noPrograms.test(path) && !/(?:^|\/)\.\.(?:\/|$)/.test(path);

/** What a redirection of output to a file changes. */
export function changeByWriting(path: Value): Change {
  if (path !== null && /^(?:\/dev\/|[0-9-]+$)/.test(path)) return null;
  return isHarmlessPath(path) ? 'paths' : 'anything';
}

function changeByFind({ values, open }: Fields): Change {
  if (open || values.includes(null)) return 'anything';
  const actions = values.filter((_, i) => /^-(?:exec|execdir|ok|okdir)$/.test(values[i - 1] ?? ''));
  if (values.includes('-delete')) return 'anything';
  if (actions.length === 0) return null;
  return actions.every((action) => permissionMakers.has(action ?? '')) ? 'permissions' : 'anything';
}

function changeBySed({ values, open }: Fields): Change {
  if (open || values.includes(null)) return 'anything';
  if (!values.some((word) => /^(?:-[a-zA-Z]*i|--in-place)/.test(word ?? ''))) return null;
  return isHarmlessPath(values.at(-1) ?? null) ? 'paths' : 'anything';
}

/** What a program that a script runs may change, by its name and arguments. */
export function changeBy(command: string, args: Fields): Change {
  const name = posix.basename(command);
  if (readers.has(name)) return null;
  if (pathMakers.has(name)) return 'paths';
  if (permissionMakers.has(name)) return 'permissions';
  if (name === 'find') return changeByFind(args);
  if (name === 'sed') return changeBySed(args);
  return name === 'env' && args.values.length === 0 && !args.open ? null : 'anything';
}
