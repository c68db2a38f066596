import type { EarlierCommand } from '../../loader/scripts/handed-over.ts';
import type { Command } from './language/syntax.ts';

/** The value of a variable or argument; null where only a running container knows it. */
export type Value = string | null;

/** Fields that words expand to; `open`: more may follow, how many is not known. */
export interface Fields {
  readonly values: readonly Value[];
  readonly open: boolean;
}

/** A program that the script runs, with the state in which it does. */
export interface RunCommand {
  readonly line: number;
  readonly argv: Fields;
  readonly state: ShellState;
}

/** The fields that both have, from the first on. */
function commonFields(one: Fields, other: Fields): Fields {
  if (JSON.stringify(one) === JSON.stringify(other)) return one;
  const differs = one.values.findIndex((value, i) => value !== other.values[i]);
  return { values: differs < 0 ? one.values : one.values.slice(0, differs), open: true };
}

/** What a shell knows at one point of its script. */
export class ShellState {
  /** A variable that is not in the map is unset; one whose value is null may be unset too. */
  readonly variables: Map<string, Value>;
  readonly exported: Set<string>;
  readonly functions: Map<string, Command>;
  positional: Fields;
  cwd: Value;
  errexit: boolean;
  nounset: boolean;
  /** Each variable that is assigned is exported. */
  allexport: boolean;
  /** Programs that run beside the script. */
  background: readonly RunCommand[];
  /** Programs that were run, whatever only a running container knows, and do not start. */
  missing: readonly RunCommand[];
  /** The first program that was run and may never end; null where all that was run surely ends. */
  mayStay: string | null;
  /** Commands that may have changed files of the container, in order. */
  changedBy: readonly EarlierCommand[];

  constructor(from: Omit<ShellState, 'copy' | 'take' | 'merge' | 'set' | 'keep' | 'changed'>) {
    this.variables = new Map(from.variables);
    this.exported = new Set(from.exported);
    this.functions = new Map(from.functions);
    this.positional = from.positional;
    this.cwd = from.cwd;
    this.errexit = from.errexit;
    this.nounset = from.nounset;
    this.allexport = from.allexport;
    this.background = from.background;
    this.missing = from.missing;
    this.mayStay = from.mayStay;
    this.changedBy = from.changedBy;
  }

  copy(): ShellState {
    return new ShellState(this);
  }

  set(name: string, value: Value): void {
    this.variables.set(name, value);
    if (this.allexport) this.exported.add(name);
  }

  /** What the shell itself keeps among the variables, which is never exported. */
  keep(name: string, value: Value): void {
    this.variables.set(name, value);
  }

  /** Notes commands that may have changed files, each once. */
  changed(...commands: readonly EarlierCommand[]): void {
    const keyOf = ({ name, touches }: EarlierCommand): string => JSON.stringify([name, touches]);
    const known = new Set(this.changedBy.map(keyOf));
    this.changedBy = [...this.changedBy, ...commands.filter((command) => !known.has(keyOf(command)))];
  }

  /** Goes on as the other state. */
  take(other: ShellState): void {
    this.#replace(this.variables, other.variables);
    this.#replace(this.functions, other.functions);
    for (const name of other.exported) this.exported.add(name);
    this.positional = other.positional;
    this.cwd = other.cwd;
    this.errexit = other.errexit;
    this.nounset = other.nounset;
    this.allexport = other.allexport;
    this.background = other.background;
    this.missing = other.missing;
    this.mayStay = other.mayStay;
    this.changedBy = other.changedBy;
  }

  /** Goes on as this state or the other: what differs is not known. */
  merge(other: ShellState): void {
    for (const name of new Set([...this.variables.keys(), ...other.variables.keys()]))
      if (this.variables.get(name) !== other.variables.get(name)) this.variables.set(name, null);
    for (const name of other.exported) this.exported.add(name);
    for (const [name, body] of other.functions) if (!this.functions.has(name)) this.functions.set(name, body);
    this.positional = commonFields(this.positional, other.positional);
    if (this.cwd !== other.cwd) this.cwd = null;
    this.errexit &&= other.errexit;
    this.nounset &&= other.nounset;
    this.allexport &&= other.allexport;
    if (this.background.length < other.background.length) this.background = other.background;
    this.missing = this.missing.filter(({ line }) => other.missing.some((each) => each.line === line));
    this.mayStay ??= other.mayStay;
    this.changed(...other.changedBy);
  }

  #replace<V>(map: Map<string, V>, by: ReadonlyMap<string, V>): void {
    map.clear();
    for (const [name, value] of by) map.set(name, value);
  }
}
