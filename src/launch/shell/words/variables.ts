import type { ShellState, Value } from '../state.ts';
import type { Surroundings } from './surroundings.ts';

/** Variables that shells and engines set themselves, to what no file tells. */
const setElsewhere =
  /^(?:HOME|HOSTNAME|TERM|PWD|OLDPWD|IFS|PPID|PS\d|OPTIND|RANDOM|SECONDS|LINENO|SHLVL|UID|EUID|GROUPS|_|BASH\w*|SHELL|MACHTYPE|OSTYPE|HOSTTYPE|DIRSTACK|FUNCNAME|LC_\w+|LANG)$/;

/** Those of bash alone. */
const ofBash = /^(?:UID|EUID|GROUPS|BASH\w*|MACHTYPE|OSTYPE|HOSTTYPE|SHLVL|DIRSTACK|FUNCNAME)$/;

/** A variable that is not set ends the shell: `set -u`, `${NAME:?}`. The message is the variable. */
export class UnsetVariable extends Error {
  override readonly name = 'UnsetVariable';
  /** What the shell says of it, behind the line; null where that is not known. */
  readonly said: string | null;

  constructor(variable: string, said: string | null) {
    super(variable);
    this.said = said;
  }
}

/** A `${…}` that the shell does not have ends it. */
export class BadSubstitution extends Error {
  override readonly name = 'BadSubstitution';
}

/** The value of a variable; `''` for one that is not set, which `isSet` tells. */
export function lookedUp(
  name: string,
  state: ShellState,
  around: Surroundings,
): { value: Value; isSet: boolean | null } {
  const { name: zero } = around;
  if (name === '0') return { value: zero, isSet: true };
  if (name === 'BASH_SOURCE' && around.isBash)
    return { value: state.variables.get(name) ?? zero, isSet: true };
  if (name.startsWith('!') && name.length > 1) {
    const { value: pointer } = lookedUp(name.slice(1), state, around);
    if (pointer === null || !/^(?:[A-Za-z_]\w*|\d+|[#@*])$/.test(pointer))
      return { value: null, isSet: null };
    return /^[@*]$/.test(pointer) ? { value: null, isSet: null } : lookedUp(pointer, state, around);
  }
  if (name === 'PWD' && state.cwd !== null) return { value: state.cwd, isSet: true };
  if ((name === 'UID' || name === 'EUID') && around.isBash) return { value: around.uid, isSet: true };
  if (name === '#')
    return { value: state.positional.open ? null : String(state.positional.values.length), isSet: true };
  if (/^\d+$/.test(name)) {
    const { values, open } = state.positional;
    const value = values[Number(name) - 1];
    if (value !== undefined) return { value, isSet: true };
    return open ? { value: null, isSet: null } : { value: '', isSet: false };
  }
  if (/^[?$!-]$/.test(name)) return { value: null, isSet: true };
  const value = state.variables.get(name);
  if (value === undefined)
    return setElsewhere.test(name) && !(ofBash.test(name) && !around.isBash)
      ? { value: null, isSet: null }
      : { value: '', isSet: false };
  return { value, isSet: value === null ? null : true };
}

/** Seen of Debian 12's and Alpine 3.20's shells, as those of `${NAME:?}`. */
function unboundWords(name: string, { isBash }: Surroundings): string {
  if (!isBash) return `${name}: parameter not set`;
  return `${/^\d/.test(name) ? '$' : ''}${name}: unbound variable`;
}

/** The value of a variable that must be set under `set -u`. Throws UnsetVariable. */
export function variable(name: string, state: ShellState, around: Surroundings): Value {
  const { value, isSet } = lookedUp(name, state, around);
  if (isSet === false && state.nounset) throw new UnsetVariable(name, unboundWords(name, around));
  return value;
}
