import type { EarlierCommand } from '../../loader/scripts/handed-over.ts';
import { type FileTest, type Truth, testOf } from './conditions.ts';
import { expandText, expandWords, patternOf, type Surroundings } from './expand.ts';
import { parseScript } from './parse.ts';
import type { Fields, ShellState, Value } from './state.ts';
import type { Command } from './syntax.ts';

/** Where a script ends, as far as its text tells. */
export type ScriptEnd =
  /** It executes a command in its place (`exec`), or runs one as its last. */
  | {
      readonly kind: 'command';
      readonly line: number;
      readonly argv: Fields;
      readonly isExec: boolean;
      readonly state: ShellState;
    }
  /** It ends by itself. */
  | { readonly kind: 'ends' }
  | { readonly kind: 'unknown'; readonly line: number; readonly reason: string };

/** What a script needs of the container. */
export interface ShellWorld extends Surroundings {
  /** The script; null for the argument of `-c`. */
  readonly file: string | null;
  /** What `test` asks of a path, as FileTest, in a working directory. */
  fileTest(operator: string, path: string, cwd: Value): Truth;
  /** Whether a name is a program of PATH in this state; null where that is not known. */
  isProgram(name: string, state: ShellState): Truth;
}

type Flow =
  | { readonly kind: 'goes on'; readonly truth: Truth }
  | { readonly kind: 'exits'; readonly failed: boolean | null }
  | ScriptEnd;

const goesOn = (truth: Truth): Flow => ({ kind: 'goes on', truth });
const unknown = (line: number, reason: string): Flow => ({ kind: 'unknown', line, reason });

const maxCalls = 32;
const maxSteps = 20_000;

/** Builtins that change nothing that is followed here, and succeed. */
const quiet = new Set([
  ':',
  'true',
  'echo',
  'printf',
  'umask',
  'ulimit',
  'trap',
  'alias',
  'hash',
  'times',
  'jobs',
  'kill',
  'wait',
]);
/** Programs that change no file that a later command could be. */
const harmless = new Set([
  ...[
    'basename',
    'cat',
    'chmod',
    'chown',
    'chgrp',
    'cut',
    'date',
    'df',
    'dirname',
    'env',
    'expr',
    'find',
    'free',
    'getent',
  ],
  ...[
    'grep',
    'egrep',
    'head',
    'hostname',
    'id',
    'ls',
    'mkdir',
    'nproc',
    'printenv',
    'ps',
    'pwd',
    'readlink',
    'realpath',
  ],
  ...[
    'sed',
    'seq',
    'sleep',
    'sort',
    'stat',
    'sync',
    'sysctl',
    'tail',
    'touch',
    'tr',
    'tty',
    'uname',
    'uniq',
    'wc',
    'which',
    'whoami',
  ],
]);

/** A shell that reads its script without running it. */
class Follower {
  readonly #world: ShellWorld;
  #calls = 0;
  #steps = 0;

  constructor(world: ShellWorld) {
    this.#world = world;
  }

  /** `isTail`: behind the last command the shell ends. `isTested`: errexit does not count. */
  list(commands: readonly Command[], state: ShellState, isTail: boolean, isTested = false): Flow {
    let flow: Flow = goesOn(true);
    for (const [i, command] of commands.entries()) {
      flow = this.#command(command, state, isTail && i === commands.length - 1, isTested);
      if (flow.kind !== 'goes on') return flow;
      if (flow.truth === false && state.errexit && !isTested && mayExit(command))
        return { kind: 'exits', failed: true };
    }
    return flow;
  }

  #command(command: Command, state: ShellState, isTail: boolean, isTested: boolean): Flow {
    if (++this.#steps > maxSteps) return unknown(command.line, 'it is too long to be followed');
    switch (command.kind) {
      case 'simple':
        return this.#simple(command, state, isTail, isTested);
      case 'group':
        if (!command.subshell) return this.list(command.body, state, isTail, isTested);
        return this.#aside(command.body, state, command.line, isTail);
      case 'if':
        return this.#if(command, state, isTail, isTested);
      case 'case':
        return this.#case(command, state, isTail, isTested);
      case 'and-or':
        return this.#andOr(command, state, isTail, isTested);
      case 'loop':
        return this.#loop(command, state);
      case 'pipeline':
        return this.#pipeline(command, state, isTail, isTested);
      case 'function':
        state.functions.set(command.name, command.body);
        return goesOn(true);
      case 'background':
        return this.#aside([command.command], state, command.line, false);
      case 'opaque':
        return goesOn(null);
    }
  }

  /** Commands in a process of their own, beside the script or before it goes on. */
  #aside(commands: readonly Command[], state: ShellState, line: number, isTail: boolean): Flow {
    if (isTail) return unknown(line, 'the last command runs in a process of its own');
    const apart = state.copy();
    const flow = this.list(commands, apart, false, true);
    const known = flow.kind === 'goes on' || flow.kind === 'exits';
    state.changed(...apart.changedBy, ...(known ? [] : [this.#earlier('a process of its own', line)]));
    return goesOn(null);
  }

  /** The flow of several ways, of which one is taken: what is the same in all of them stays known. */
  #oneOf(ways: readonly (readonly [Flow, ShellState])[], state: ShellState, line: number): Flow {
    const going = ways.filter(([flow]) => flow.kind === 'goes on');
    const stopping = ways.filter(
      ([flow]) => !(flow.kind === 'goes on' || (flow.kind === 'exits' && flow.failed === true)),
    );
    if (stopping.length > 0) return unknown(line, 'it depends on what only a running container knows');
    const [first, ...others] = going;
    if (first === undefined) return { kind: 'exits', failed: true };
    state.take(first[1]);
    for (const [, other] of others) state.merge(other);
    const truths = new Set(going.map(([flow]) => (flow.kind === 'goes on' ? flow.truth : null)));
    return goesOn(truths.size === 1 && first[0].kind === 'goes on' ? first[0].truth : null);
  }

  #if(command: Command & { kind: 'if' }, state: ShellState, isTail: boolean, isTested: boolean): Flow {
    const ways: (readonly [Flow, ShellState])[] = [];
    for (const { condition, body } of command.arms) {
      const flow = this.list(condition, state, false, true);
      if (flow.kind !== 'goes on') return flow;
      if (flow.truth === false) continue;
      if (flow.truth === true && ways.length === 0) return this.list(body, state, isTail, isTested);
      const way = state.copy();
      ways.push([this.list(body, way, isTail, isTested), way]);
      if (flow.truth === true) return this.#oneOf(ways, state, command.line);
    }
    if (ways.length === 0) return this.list(command.otherwise, state, isTail, isTested);
    const way = state.copy();
    ways.push([this.list(command.otherwise, way, isTail, isTested), way]);
    return this.#oneOf(ways, state, command.line);
  }

  #case(command: Command & { kind: 'case' }, state: ShellState, isTail: boolean, isTested: boolean): Flow {
    const subject = expandText(command.subject, state, this.#world);
    const ways: (readonly [Flow, ShellState])[] = [];
    for (const { patterns, body } of command.items) {
      const fits = patterns.map((pattern) => fitsPattern(subject, expandText(pattern, state, this.#world)));
      const truth = fits.includes(true) ? true : fits.includes(null) ? null : false;
      if (truth === false) continue;
      if (truth === true && ways.length === 0) return this.list(body, state, isTail, isTested);
      const way = state.copy();
      ways.push([this.list(body, way, isTail, isTested), way]);
      if (truth === true) return this.#oneOf(ways, state, command.line);
    }
    if (ways.length === 0) return goesOn(true);
    ways.push([goesOn(true), state.copy()]);
    return this.#oneOf(ways, state, command.line);
  }

  #andOr(command: Command & { kind: 'and-or' }, state: ShellState, isTail: boolean, isTested: boolean): Flow {
    const { first, rest, line } = command;
    let flow = this.#command(first, state, false, true);
    for (const [i, { operator, command: next }] of rest.entries()) {
      if (flow.kind !== 'goes on') return flow;
      const isLast = i === rest.length - 1;
      const runs: Truth = flow.truth === null ? null : flow.truth === (operator === '&&');
      if (runs === false) continue;
      if (runs === true) {
        flow = this.#command(next, state, isTail && isLast, isTested || !isLast);
        continue;
      }
      const way = state.copy();
      const taken = this.#command(next, way, isTail && isLast, true);
      flow = this.#oneOf(
        [
          [taken.kind === 'goes on' ? goesOn(null) : taken, way],
          [goesOn(null), state.copy()],
        ],
        state,
        line,
      );
    }
    return flow;
  }

  /** The body of a loop may run or not: what it sets is not known any more. */
  #loop({ body, variable, line }: Command & { kind: 'loop' }, state: ShellState): Flow {
    const before = state.copy();
    const way = state.copy();
    if (variable !== null) way.set(variable, null);
    for (const name of assignedIn(body)) way.set(name, null);
    const flow = this.list(body, way, false, true);
    if (flow.kind !== 'goes on' && !(flow.kind === 'exits' && flow.failed === true))
      return unknown(line, 'a loop decides it');
    state.take(before);
    state.merge(way);
    return goesOn(null);
  }

  #pipeline(
    command: Command & { kind: 'pipeline' },
    state: ShellState,
    isTail: boolean,
    isTested: boolean,
  ): Flow {
    const [only] = command.commands;
    if (command.commands.length === 1 && only !== undefined) {
      const flow = this.#command(only, state, false, isTested || command.negated);
      return flow.kind === 'goes on' ? goesOn(flow.truth === null ? null : !flow.truth) : flow;
    }
    return this.#aside(command.commands, state, command.line, isTail);
  }

  #simple(
    command: Command & { kind: 'simple' },
    state: ShellState,
    isTail: boolean,
    isTested: boolean,
  ): Flow {
    const { words, assignments, line } = command;
    const fields = expandWords(words, state, this.#world);
    const assigned = assignments.map(
      ({ name, value }) => [name, expandText(value, state, this.#world)] as const,
    );
    const [name] = fields.values;
    if (words.length === 0) {
      for (const [variable, value] of assigned) state.set(variable, value);
      return goesOn(
        assignments.some(({ value }) => value.parts.some(({ kind }) => kind === 'substitution'))
          ? null
          : true,
      );
    }
    if (name === undefined && !fields.open) return goesOn(true);
    if (name == null)
      return isTail ? unknown(line, 'the command is not known') : this.#changed('a command', line, state);
    const args: Fields = { values: fields.values.slice(1), open: fields.open };
    const body = state.functions.get(name);
    if (body !== undefined) return this.#call(body, args, state, line, isTail, isTested);
    const builtin = this.#builtin(name, args, line, state, assigned);
    return builtin ?? this.#program(fields, name, line, state, assigned, isTail, isTested);
  }

  #call(
    body: Command,
    args: Fields,
    state: ShellState,
    line: number,
    isTail: boolean,
    isTested: boolean,
  ): Flow {
    if (this.#calls >= maxCalls) return unknown(line, 'its functions call each other too many times');
    const { positional } = state;
    this.#calls++;
    state.positional = args;
    const flow = this.#command(body, state, isTail, isTested);
    state.positional = positional;
    this.#calls--;
    return flow;
  }

  #earlier(name: string, line: number): EarlierCommand {
    return { name, file: this.#world.file, line };
  }

  #changed(name: string, line: number, state: ShellState): Flow {
    state.changed(this.#earlier(name, line));
    return goesOn(null);
  }

  /** A program that the script runs and waits for, or, at its end, all that it is there for. */
  #program(
    argv: Fields,
    name: string,
    line: number,
    state: ShellState,
    assigned: readonly (readonly [string, Value])[],
    isTail: boolean,
    isTested: boolean,
  ): Flow {
    const isMissing = state.changedBy.length === 0 && this.#world.isProgram(name, state) === false;
    if (!isTail && !(isMissing && state.errexit && !isTested)) {
      if (isMissing) return goesOn(false);
      return harmless.has(name) ? goesOn(null) : this.#changed(name, line, state);
    }
    return { kind: 'command', line, argv, isExec: false, state: withExports(state, assigned) };
  }

  /** A builtin of the shell; null for any other command. */
  #builtin(
    name: string,
    { values, open }: Fields,
    line: number,
    state: ShellState,
    assigned: readonly (readonly [string, Value])[],
  ): Flow | null {
    if (quiet.has(name)) return goesOn(name === 'wait' || name === 'kill' ? null : true);
    switch (name) {
      case 'false':
        return goesOn(false);
      case '[':
      case 'test': {
        const operands = name === '[' && !open ? values.slice(0, -1) : values;
        const isKnown: FileTest = (operator, path) =>
          state.changedBy.length === 0 ? this.#world.fileTest(operator, path, state.cwd) : null;
        return goesOn(testOf({ values: operands, open }, isKnown));
      }
      case 'exec': {
        if (open && values.length === 0) return unknown(line, 'what it executes is not known');
        if (values.length === 0) return goesOn(true);
        if (values[0]?.startsWith('-') === true) return unknown(line, `exec ${values[0]} is not followed`);
        return {
          kind: 'command',
          line,
          argv: { values, open },
          isExec: true,
          state: withExports(state, assigned),
        };
      }
      case 'exit':
        return { kind: 'exits', failed: values[0] == null ? null : values[0] !== '0' };
      case 'return':
        return unknown(line, 'return is not followed');
      case 'set':
        return this.#set(values, open, state);
      case 'shift': {
        const count = values[0] === undefined ? 1 : Number(values[0] ?? Number.NaN);
        if (Number.isNaN(count)) return unknown(line, 'how far it shifts is not known');
        const { positional } = state;
        state.positional = { values: positional.values.slice(count), open: positional.open };
        return goesOn(true);
      }
      case 'export':
      case 'readonly':
      case 'local':
      case 'declare':
      case 'typeset':
        for (const word of values) {
          const [, variable = '', value] = /^([A-Za-z_]\w*)(?:=(.*))?$/s.exec(word ?? '') ?? [];
          if (variable === '') continue;
          if (value !== undefined) state.set(variable, value);
          if (name === 'export') state.exported.add(variable);
        }
        return open || values.includes(null) ? unknown(line, `what ${name} sets is not known`) : goesOn(true);
      case 'unset':
        for (const variable of values) if (variable !== null) state.variables.delete(variable);
        return open || values.includes(null) ? unknown(line, 'what is unset is not known') : goesOn(true);
      case 'cd': {
        const [to = null] = values;
        state.cwd =
          to?.startsWith('/') === true ? to : to !== null && state.cwd !== null ? `${state.cwd}/${to}` : null;
        return goesOn(null);
      }
      case 'read':
      case 'getopts':
      case 'mapfile':
        for (const variable of values) if (variable !== null) state.set(variable, null);
        return goesOn(null);
      case 'command':
      case 'type':
        return this.#command_(name, values, open, line, state);
      case '.':
      case 'source':
        return unknown(line, `it reads ${values[0] ?? 'a file'}, whose text is not followed`);
      case 'eval':
      case 'shopt':
      case 'builtin':
      case 'break':
      case 'continue':
        return name === 'shopt' || name === 'break' || name === 'continue'
          ? goesOn(null)
          : unknown(line, `${name} is not followed`);
      default:
        return null;
    }
  }

  /** `command -v NAME` asks for a program. */
  #command_(name: string, values: readonly Value[], open: boolean, line: number, state: ShellState): Flow {
    const [option, wanted] = name === 'type' ? ['-v', values[0]] : values;
    if (open || option !== '-v') return unknown(line, `${name} is not followed`);
    if (wanted == null) return goesOn(null);
    if (state.functions.has(wanted)) return goesOn(true);
    if (/^(?:exec|exit|set|cd|export|test|echo|printf|read|command|type)$/.test(wanted)) return goesOn(true);
    return goesOn(state.changedBy.length === 0 ? this.#world.isProgram(wanted, state) : null);
  }

  #set(values: readonly Value[], open: boolean, state: ShellState): Flow {
    const dashes = values.indexOf('--');
    const options = dashes < 0 ? values : values.slice(0, dashes);
    const operand = options.findIndex(
      (word, i) => word === null || (!/^[-+]/.test(word) && !/o$/.test(options[i - 1] ?? '')),
    );
    for (const word of operand < 0 ? options : options.slice(0, operand)) {
      if (word !== null && /^-\w*e/.test(word) && word !== '-e-') state.errexit = true;
      if (word !== null && /^\+\w*e/.test(word)) state.errexit = false;
    }
    if (options.includes('errexit')) state.errexit = options[options.indexOf('errexit') - 1] !== '+o';
    if (dashes >= 0) state.positional = { values: values.slice(dashes + 1), open };
    else if (operand >= 0 || open)
      state.positional = { values: operand < 0 ? [] : options.slice(operand), open };
    return goesOn(true);
  }
}

/** Under errexit a command whose status is tested does not end the shell. */
const mayExit = ({ kind }: Command): boolean => kind === 'simple' || kind === 'group';

function fitsPattern(subject: Value, pattern: Value): Truth {
  if (pattern === '*') return true;
  if (subject === null || pattern === null) return null;
  return patternOf(pattern)?.test(subject) ?? null;
}

function withExports(state: ShellState, assigned: readonly (readonly [string, Value])[]): ShellState {
  const started = state.copy();
  for (const [name, value] of assigned) {
    started.set(name, value);
    started.exported.add(name);
  }
  return started;
}

/** Names of the variables that commands assign, wherever they stand in them. */
function assignedIn(commands: readonly Command[]): readonly string[] {
  return [...JSON.stringify(commands).matchAll(/"name":"([A-Za-z_]\w*)","value"/g)].map(
    ([, name = '']) => name,
  );
}

/** Where a script ends, followed from its first line with the given state. */
export function followScript(text: string, state: ShellState, world: ShellWorld): ScriptEnd {
  const { commands, stop } = parseScript(text);
  const flow = new Follower(world).list(commands, state, stop === null);
  if (flow.kind === 'command' || flow.kind === 'unknown') return flow;
  if (flow.kind === 'exits') return { kind: 'ends' };
  return stop === null ? { kind: 'ends' } : { kind: 'unknown', line: stop.line, reason: stop.reason };
}
