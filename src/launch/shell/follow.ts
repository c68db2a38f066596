import type { EarlierCommand, Touch } from '../../loader/scripts/handed-over.ts';
import { isBuiltin, isQuiet } from './builtins.ts';
import { type Change, changeBy, changeByWriting } from './changes.ts';
import { type FileTest, type Truth, testOf } from './conditions.ts';
import {
  arithmeticTruth,
  expandPattern,
  expandText,
  expandWords,
  type Surroundings,
  UnsetVariable,
} from './expand.ts';
import { nullglob } from './globs.ts';
import { parseScript } from './parse.ts';
import { fitsPattern, matchesExpression } from './patterns.ts';
import type { Fields, RunCommand, ShellState, Value } from './state.ts';
import type { Command, Part, Word } from './syntax.ts';
import { touchedBy, touchedByWriting } from './touches.ts';

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
  /** It ends by itself. `missing`: the first program that did not start, where it ends in failure. */
  | { readonly kind: 'ends'; readonly missing: RunCommand | null }
  | {
      readonly kind: 'unknown';
      readonly line: number;
      readonly reason: string;
      readonly missing: RunCommand | null;
    };

/** A file that `.` reads. `missing`: there is none, whatever ran before. */
export type SourcedText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unread'; readonly reason: string };

/** What a script needs of the container. */
export interface ShellWorld extends Surroundings {
  /** The script; null for the argument of `-c`. */
  readonly file: string | null;
  /** What `test` asks of a path, as FileTest, in a working directory. */
  fileTest(operator: string, path: string, cwd: Value): Truth;
  /** The text of a file that the script reads. */
  textOf(path: string, state: ShellState): SourcedText;
  /** Whether a name is a program of PATH in this state; null where that is not known. */
  isProgram(name: string, state: ShellState): Truth;
  /** Whether a path is a folder of the image. */
  isFolder(path: string): boolean;
  /** Whether a program that the shell runs starts: false where it is missing, or stops while it is loaded. */
  starts(argv: Fields, state: ShellState): Truth;
}

type Flow =
  | { readonly kind: 'goes on'; readonly truth: Truth }
  | { readonly kind: 'exits'; readonly failed: boolean | null }
  | { readonly kind: 'returns'; readonly truth: Truth }
  /** `break` and `continue` of a loop whose rounds are followed one by one. */
  | { readonly kind: 'leaves'; readonly isBreak: boolean }
  | { readonly kind: 'unknown'; readonly line: number; readonly reason: string }
  | Extract<ScriptEnd, { kind: 'command' }>;

/** The end of a function; ends no script. */
type Returned = { readonly truth: Truth; readonly state: ShellState };

const goesOn = (truth: Truth): Flow => ({ kind: 'goes on', truth });
const unknown = (line: number, reason: string): Flow => ({ kind: 'unknown', line, reason });

const depends = 'it depends on what only a running container knows';
const failsOf = (flow: Flow): boolean => flow.kind === 'exits' && flow.failed === true;

/** `export A=1`: their words are read as assignments. */
const declarations = new Set(['export', 'readonly', 'local', 'declare', 'typeset']);

const isSubstitution = (part: Part): boolean => part.kind === 'substitution';

/** A loop whose rounds cannot be followed one by one. */
class UnclearLoop extends Error {
  override readonly name = 'UnclearLoop';
}

const anyFields: Fields = { values: [], open: true };
const maxRounds = 64;
const maxCalls = 32;
const maxSteps = 20_000;
/** Programs whose start is simulated; each takes milliseconds. */
const maxStarts = 200;

/** A shell that reads its script without running it. */
class Follower {
  readonly #world: ShellWorld;
  /** The ways in which each function that is being run has returned so far. */
  readonly #calls: Returned[][] = [];
  /** The functions and files that are being run, outermost first. */
  readonly #frames: string[] = [];
  /** Of each loop that is being run, whether its rounds are followed one by one. */
  readonly #rounds: boolean[] = [];
  #steps = 0;
  #starts = 0;

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
    try {
      return this.#run(command, state, isTail, isTested);
    } catch (error) {
      if (error instanceof UnsetVariable) return { kind: 'exits', failed: true };
      throw error;
    }
  }

  #run(command: Command, state: ShellState, isTail: boolean, isTested: boolean): Flow {
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
      case 'for':
        return this.#for(command, state, isTested);
      case 'while':
        return this.#while(command, state, isTested);
      case 'pipeline':
        return this.#pipeline(command, state, isTail, isTested);
      case 'function':
        state.functions.set(command.name, command.body);
        return goesOn(true);
      case 'background':
        return this.#background(command.command, state);
      case 'condition':
        return goesOn(this.#condition(command.words, state));
      case 'arithmetic':
        return goesOn(arithmeticTruth(command.text, state, this.#world));
      case 'opaque':
        return goesOn(null);
    }
  }

  /** `[[ … ]]`, whose words are not split and whose right side is a pattern. */
  #condition(words: readonly Word[], state: ShellState): Truth {
    if (!this.#world.isBash || words.length > 4) return null;
    const values = words.map((word) => expandText(word, state, this.#world));
    const negates = values[0] === '!' && words.length > 1;
    const operands = negates ? values.slice(1) : values;
    const [left = null, operator] = operands;
    const right = words.at(-1);
    if (operands.length === 3 && operator === '=~') {
      const matches = matchesExpression(left, operands[2] ?? null);
      return matches === null ? null : matches !== negates;
    }
    const isPattern = operands.length === 3 && /^(?:==?|!=)$/.test(operator ?? '');
    if (operands.length > 3) return null;
    if (!isPattern || right === undefined)
      return testOf({ values, open: false }, (option, path) => this.#fileTest(option, path, state));
    const fits = fitsPattern(left, expandPattern(right, state, this.#world));
    return fits === null ? null : fits === ((operator !== '!=') !== negates);
  }

  /** Commands in a process of their own, beside the script or before it goes on. */
  #aside(commands: readonly Command[], state: ShellState, line: number, isTail: boolean): Flow {
    const apart = state.copy();
    this.#rounds.push(false);
    const flow = this.list(commands, apart, false, true);
    this.#rounds.pop();
    state.missing = apart.missing;
    if (isTail) return unknown(line, 'the last command runs in a process of its own');
    const known = flow.kind === 'goes on' || flow.kind === 'exits';
    state.changed(
      ...apart.changedBy,
      ...(known ? [] : [this.#earlier('a process of its own', 'anything', line)]),
    );
    return goesOn(null);
  }

  #background(command: Command, state: ShellState): Flow {
    if (command.kind === 'simple') {
      const apart = state.copy();
      const argv = expandWords(command.words, apart, this.#world);
      const assigned = this.#assigned(command, apart);
      const background = { line: command.line, argv, state: withExports(apart, assigned) };
      state.background = [...state.background, background];
    }
    this.#aside([command], state, command.line, false);
    return goesOn(true);
  }

  /** The flow of several ways, of which one is taken: what is the same in all of them stays known. */
  #oneOf(ways: readonly (readonly [Flow, ShellState])[], state: ShellState, line: number): Flow {
    const going = ways.filter(([flow]) => flow.kind === 'goes on');
    const stopping = ways.filter(
      ([flow]) => flow.kind !== 'goes on' && flow.kind !== 'returns' && !failsOf(flow),
    );
    if (ways.some(([flow]) => flow.kind === 'leaves')) throw new UnclearLoop();
    const returned = this.#calls.at(-1);
    for (const [flow, way] of ways)
      if (flow.kind === 'returns') returned?.push({ truth: flow.truth, state: way });
    const [only] = stopping;
    if (
      only !== undefined &&
      stopping.length + ways.filter(([flow]) => failsOf(flow)).length === ways.length
    ) {
      if (stopping.length > 1) return unknown(line, depends);
      state.take(only[1]);
      return only[0];
    }
    if (only !== undefined) return unknown(line, depends);
    const [first, ...others] = going;
    if (first === undefined) {
      const last = ways.some(([flow]) => flow.kind === 'returns') ? returned?.pop() : undefined;
      if (last === undefined) return { kind: 'exits', failed: true };
      state.take(last.state);
      return { kind: 'returns', truth: last.truth };
    }
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
      const fits = patterns.map((pattern) =>
        fitsPattern(subject, expandPattern(pattern, state, this.#world)),
      );
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
      const decides = taken.kind === 'goes on' && taken.truth === (operator === '||') ? taken.truth : null;
      const failsBefore = isTail && isLast && operator === '&&';
      flow = this.#oneOf(
        [
          [taken.kind === 'goes on' ? goesOn(decides) : taken, way],
          [failsBefore ? { kind: 'exits', failed: true } : goesOn(decides), state.copy()],
        ],
        state,
        line,
      );
    }
    return flow;
  }

  #for(command: Command & { kind: 'for' }, state: ShellState, isTested: boolean): Flow {
    const { variable, words, body, line } = command;
    const rounds = words === null ? state.positional : expandWords(words, state, this.#world);
    if (rounds.open || rounds.values.length > maxRounds)
      return this.#someRounds([], body, variable, state, line);
    let flow: Flow | null = null;
    for (const value of rounds.values) {
      state.set(variable, value);
      flow = this.#round(body, state, isTested);
      if (flow === null) return this.#someRounds([], body, variable, state, line);
      if (flow.kind === 'leaves' && flow.isBreak) return goesOn(true);
      if (flow.kind !== 'goes on' && flow.kind !== 'leaves') return flow;
    }
    return goesOn(flow?.kind === 'goes on' ? flow.truth : true);
  }

  #while(command: Command & { kind: 'while' }, state: ShellState, isTested: boolean): Flow {
    const { condition, until, body, line } = command;
    for (let round = 0; round < maxRounds; round++) {
      const before = state.copy();
      const asked = this.list(condition, state, false, true);
      if (asked.kind !== 'goes on') return asked;
      if (asked.truth !== null && asked.truth === until) return goesOn(true);
      if (asked.truth === null) {
        state.take(before);
        return this.#someRounds(condition, body, null, state, line);
      }
      const flow = this.#round(body, state, isTested);
      if (flow === null) return this.#someRounds(condition, body, null, state, line);
      if (flow.kind === 'leaves' && flow.isBreak) return goesOn(true);
      if (flow.kind !== 'goes on' && flow.kind !== 'leaves') return flow;
    }
    return this.#someRounds(condition, body, null, state, line);
  }

  /** One round of a loop; null, with the state as it was, where only a running container knows whether it is left. */
  #round(body: readonly Command[], state: ShellState, isTested: boolean): Flow | null {
    const before = state.copy();
    const returned = this.#calls.at(-1);
    const [calls, returns, frames] = [this.#calls.length, returned?.length ?? 0, this.#frames.length];
    this.#rounds.push(true);
    const rounds = this.#rounds.length;
    try {
      return this.list(body, state, false, isTested);
    } catch (error) {
      if (!(error instanceof UnclearLoop)) throw error;
      this.#calls.length = calls;
      this.#frames.length = frames;
      if (returned !== undefined) returned.length = returns;
      state.take(before);
      return null;
    } finally {
      this.#rounds.length = rounds - 1;
    }
  }

  /** The body of a loop may run or not: what it sets is not known any more. */
  #someRounds(
    condition: readonly Command[],
    body: readonly Command[],
    variable: string | null,
    state: ShellState,
    line: number,
  ): Flow {
    const way = state.copy();
    if (variable !== null) way.set(variable, null);
    for (const name of assignedIn([...condition, ...body])) way.set(name, null);
    if (/"(?:shift|set|getopts)"/.test(JSON.stringify([condition, body].map(textOf))))
      way.positional = anyFields;
    this.#rounds.push(false);
    const flow = this.list([...condition, ...body], way, false, true);
    this.#rounds.pop();
    if (flow.kind !== 'goes on' && !failsOf(flow)) return unknown(line, 'a loop decides it');
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
    const { words, line } = command;
    const fields = expandWords(words, state, this.#world);
    const assigned = this.#assigned(command, state);
    this.#write(command, state);
    const [name] = fields.values;
    if (words.length === 0) {
      for (const [variable, value] of assigned) state.set(variable, value);
      const substitutes = command.assignments.some(({ value }) => value.parts.some(isSubstitution));
      return goesOn(substitutes ? null : true);
    }
    if (name === undefined && !fields.open) return goesOn(true);
    if (name == null)
      return isTail
        ? unknown(line, 'the command is not known')
        : this.#changed('a command', 'anything', line, state);
    const args: Fields = { values: fields.values.slice(1), open: fields.open };
    const body = state.functions.get(name);
    if (body !== undefined) return this.#call(name, body, args, state, line, isTail, isTested);
    if (declarations.has(name)) return this.#declare(name, words.slice(1), line, state);
    const plain = name === 'builtin' || (name === 'command' && /^[^-]/.test(args.values[0] ?? '-'));
    if (plain) return this.#plain(args, line, state, assigned, isTail, isTested);
    const builtin = this.#builtin(name, args, line, state, assigned, isTail, isTested);
    return builtin ?? this.#program(fields, line, withExports(state, assigned), state, isTail, isTested);
  }

  #assigned(
    { assignments }: Command & { kind: 'simple' },
    state: ShellState,
  ): readonly (readonly [string, Value])[] {
    return assignments.map(({ name, value }) => [name, expandText(value, state, this.#world)]);
  }

  #write({ writes, words, line }: Command & { kind: 'simple' }, state: ShellState): void {
    for (const word of writes) {
      const path = expandText(word, state, this.#world);
      const [name] = expandWords(words.slice(0, 1), state, this.#world).values;
      const touches = touchedByWriting(path, this.#place(state));
      this.#changed(name ?? 'a redirection', changeByWriting(path), line, state, touches);
    }
  }

  #call(
    name: string,
    body: Command,
    args: Fields,
    state: ShellState,
    line: number,
    isTail: boolean,
    isTested: boolean,
  ): Flow {
    if (this.#calls.length >= maxCalls) return unknown(line, 'its functions call each other too many times');
    const { positional } = state;
    const returned: Returned[] = [];
    this.#calls.push(returned);
    state.positional = args;
    this.#frames.push(name);
    this.#nameFrames(state);
    this.#rounds.push(false);
    const flow = this.#command(body, state, isTail, isTested);
    this.#rounds.pop();
    this.#calls.pop();
    const end = this.#returned(flow, returned, state, line);
    this.#frames.pop();
    state.positional = positional;
    this.#nameFrames(state);
    return end;
  }

  /** FUNCNAME of bash. */
  #nameFrames(state: ShellState): void {
    state.set('FUNCNAME0', this.#frames.at(-1) ?? null);
    state.set('FUNCNAME1', this.#frames.at(-2) ?? (this.#frames.length === 1 ? 'main' : null));
  }

  /** How a function ends that may have returned before. */
  #returned(flow: Flow, returned: readonly Returned[], state: ShellState, line: number): Flow {
    const own = flow.kind === 'returns' ? goesOn(flow.truth) : flow;
    const [first, ...others] = returned;
    if (first === undefined) return own;
    const fails = own.kind === 'exits' && own.failed === true;
    if (own.kind !== 'goes on' && !fails)
      return unknown(line, 'it depends on what only a running container knows');
    if (fails) state.take(first.state);
    else state.merge(first.state);
    for (const other of others) state.merge(other.state);
    const truths = new Set([
      ...returned.map(({ truth }) => truth),
      ...(own.kind === 'goes on' ? [own.truth] : []),
    ]);
    return goesOn(truths.size === 1 ? first.truth : null);
  }

  #earlier(
    name: string,
    changes: EarlierCommand['changes'],
    line: number,
    touches: readonly Touch[] = [],
  ): EarlierCommand {
    return { name, file: this.#world.file, line, changes, touches };
  }

  #changed(
    name: string,
    changes: Change,
    line: number,
    state: ShellState,
    touches: readonly Touch[] = [],
  ): Flow {
    if (changes !== null) state.changed(this.#earlier(name, changes, line, touches));
    return goesOn(null);
  }

  /** What tells which files a command touches. */
  #place({ cwd }: ShellState) {
    return { cwd, isFolder: (path: string) => this.#world.isFolder(path) };
  }

  /** A program that the script runs and waits for, or, at its end, all that it is there for. */
  #program(
    argv: Fields,
    line: number,
    started: ShellState,
    state: ShellState,
    isTail: boolean,
    isTested: boolean,
  ): Flow {
    if (isTail) return { kind: 'command', line, argv, isExec: false, state: started };
    const [name = null, ...values] = argv.values;
    const change = changeBy(name ?? '', { values, open: argv.open });
    const isMissing = ++this.#starts <= maxStarts && this.#world.starts(argv, started) === false;
    const touches = touchedBy(name ?? '', { values, open: argv.open }, this.#place(state));
    if (!isMissing) return this.#changed(name ?? 'a command', change, line, state, touches);
    state.missing = [...state.missing, { line, argv, state: started }];
    return state.errexit && !isTested
      ? { kind: 'command', line, argv, isExec: false, state: started }
      : goesOn(false);
  }

  /** `export` and the like: what is declared by a word that names no variable is not known. */
  #declare(name: string, words: readonly Word[], line: number, state: ShellState): Flow {
    for (const { parts } of words) {
      const literal = parts.findIndex((part) => part.kind !== 'text');
      const text = (literal < 0 ? parts : parts.slice(0, literal))
        .map((part) => (part.kind === 'text' ? part.text : ''))
        .join('');
      if (/^[-+]\w*$/.test(text) && literal < 0) continue;
      const [, variable, equals] = /^([A-Za-z_]\w*)(\+?=|$)/.exec(text) ?? [];
      if (variable === undefined || equals === undefined || (equals === '' && literal >= 0)) {
        if (!this.#declareNamed(name, { parts }, state))
          return unknown(line, `what ${name} sets is not known`);
        continue;
      }
      const value = { parts: parts.slice(variable.length + equals.length) };
      if (equals === '=') state.set(variable, expandText(value, state, this.#world));
      else if (equals !== '') state.set(variable, null);
      if (name === 'export') state.exported.add(variable);
    }
    return goesOn(true);
  }

  /** `export "$NAME=$VALUE"`; false where the name is not known. */
  #declareNamed(name: string, word: Word, state: ShellState): boolean {
    const end = word.parts.findIndex((part) => part.kind === 'text' && part.text === '=');
    const head = end < 0 ? word : { parts: word.parts.slice(0, end) };
    const variable = expandText(head, state, this.#world);
    if (variable === null || !/^[A-Za-z_]\w*$/.test(variable)) return false;
    if (end >= 0) state.set(variable, expandText({ parts: word.parts.slice(end + 1) }, state, this.#world));
    if (name === 'export') state.exported.add(variable);
    return true;
  }

  /** A builtin of the shell; null for any other command. */
  #builtin(
    name: string,
    { values, open }: Fields,
    line: number,
    state: ShellState,
    assigned: readonly (readonly [string, Value])[],
    isTail: boolean,
    isTested: boolean,
  ): Flow | null {
    if (isQuiet(name)) return goesOn(true);
    switch (name) {
      case 'printf':
        if (values[0] === '-v' && values[1] != null) state.set(values[1], null);
        return goesOn(true);
      case 'kill':
      case 'bg':
      case 'fg':
        return goesOn(null);
      case 'false':
        return goesOn(false);
      case '[':
      case 'test': {
        const operands = name === '[' && !open ? values.slice(0, -1) : values;
        const isKnown: FileTest = (operator, path) => this.#fileTest(operator, path, state);
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
        if (this.#calls.length === 0) return unknown(line, 'return is not followed');
        return { kind: 'returns', truth: values[0] == null ? null : values[0] === '0' };
      case 'set':
        return this.#set(values, open, line, state);
      case 'shift': {
        const count = values[0] === undefined ? 1 : Number(values[0] ?? Number.NaN);
        if (Number.isNaN(count)) return unknown(line, 'how far it shifts is not known');
        const { positional } = state;
        if (count > positional.values.length) return unknown(line, 'it shifts more than is there');
        state.positional = { values: positional.values.slice(count), open: positional.open };
        return goesOn(true);
      }
      case 'unset':
        for (const variable of values) if (variable !== null) state.variables.delete(variable);
        return open || values.includes(null) ? unknown(line, 'what is unset is not known') : goesOn(true);
      case 'cd':
        return this.#cd(values, state);
      case 'pushd':
      case 'popd':
        state.cwd = null;
        return goesOn(null);
      case 'read':
      case 'getopts':
      case 'mapfile':
      case 'readarray':
      case 'let':
        for (const variable of values) if (variable !== null) state.set(variable.replace(/\W.*/s, ''), null);
        return open || values.includes(null) ? unknown(line, `what ${name} sets is not known`) : goesOn(null);
      case 'wait':
        return this.#wait(values.length > 0 || open, line, state, isTail);
      case 'hash':
        if (values.length === 0 || values[0]?.startsWith('-') === true) return goesOn(true);
        return this.#command_('type', values, open, line, state);
      case 'command':
      case 'type':
        return this.#command_(name, values, open, line, state);
      case '.':
      case 'source':
        return this.#source(values, open, line, state, isTail, isTested);
      case 'eval': {
        const text = open || values.includes(null) ? null : values.join(' ');
        const script = text === null ? null : parseScript(text, this.#world.isBash);
        if (script === null || script.stop !== null) return unknown(line, 'eval is not followed');
        return this.list(onLine(script.commands, line), state, isTail, isTested);
      }
      case 'alias':
        return unknown(line, `${name} is not followed`);
      case 'shopt':
        if (open || values.includes('nullglob') || values.includes(null))
          state.set(nullglob, values[0] === '-s' ? 'on' : null);
        return goesOn(null);
      case 'break':
      case 'continue':
        if (this.#rounds.at(-1) !== true) return goesOn(null);
        if (values.length > 0 && values[0] !== '1') throw new UnclearLoop();
        return { kind: 'leaves', isBreak: name === 'break' };
      default:
        return null;
    }
  }

  /** `command NAME`: a builtin or a program, whatever functions there are. */
  #plain(
    fields: Fields,
    line: number,
    state: ShellState,
    assigned: readonly (readonly [string, Value])[],
    isTail: boolean,
    isTested: boolean,
  ): Flow {
    const [name = null, ...values] = fields.values;
    if (name === null) return unknown(line, 'the command is not known');
    const args = { values, open: fields.open };
    const builtin = this.#builtin(name, args, line, state, assigned, isTail, isTested);
    return builtin ?? this.#program(fields, line, withExports(state, assigned), state, isTail, isTested);
  }

  /** `.` and `source`: the commands of a file, as if they stood here. */
  #source(
    values: readonly Value[],
    open: boolean,
    line: number,
    state: ShellState,
    isTail: boolean,
    isTested: boolean,
  ): Flow {
    const [file = null, ...args] = values;
    if (file === null || this.#calls.length >= maxCalls)
      return unknown(line, 'it reads a file that is not known');
    const read = this.#world.textOf(file, state);
    if (read.kind === 'missing') {
      if (this.#world.isBash && (isTested || !state.errexit)) return goesOn(false);
      return unknown(line, `it reads ${file}, which is not there`);
    }
    if (read.kind === 'unread') return unknown(line, `it reads ${file}, ${read.reason}`);
    const { commands, stop } = parseScript(read.text, this.#world.isBash);
    if (stop !== null)
      return unknown(line, `it reads ${file}, and there at line ${stop.line} ${stop.reason}`);
    const { positional } = state;
    const before = state.variables.get('BASH_SOURCE');
    if (args.length > 0 || open) state.positional = { values: args, open };
    const returned: Returned[] = [];
    this.#calls.push(returned);
    this.#frames.push('source');
    this.#rounds.push(false);
    state.set('BASH_SOURCE', file);
    const flow = this.list(onLine(commands, line), state, isTail, isTested);
    this.#rounds.pop();
    this.#frames.pop();
    this.#calls.pop();
    const end = this.#returned(flow, returned, state, line);
    if (before === undefined) state.variables.delete('BASH_SOURCE');
    else state.set('BASH_SOURCE', before);
    if (args.length > 0 || open) state.positional = positional;
    return end;
  }

  /** `test` of a path, of which the commands before may have changed something. */
  #fileTest(operator: string, path: string, state: ShellState): Truth {
    const changes = new Set(state.changedBy.map((each) => each.changes));
    if (changes.has('anything') || (changes.has('permissions') && /^-[rwx]$/.test(operator))) return null;
    const truth = this.#world.fileTest(operator, path, state.cwd);
    const isFolderMaker = ({ name }: EarlierCommand): boolean => /(?:^|\/)mkdir$/.test(name);
    const makers = state.changedBy.filter((each) => each.changes === 'paths');
    const mayBeMade = makers.some((each) => !isFolderMaker(each) || !/^-[fsLhp]$/.test(operator));
    return truth === false && mayBeMade ? null : truth;
  }

  #cd(values: readonly Value[], state: ShellState): Flow {
    const [to = null] = values.filter((word) => word !== '--');
    if (to === null || to.startsWith('-')) {
      state.cwd = null;
      return goesOn(null);
    }
    const truth = this.#fileTest('-d', to, state);
    if (truth === false) return goesOn(false);
    state.cwd = to.startsWith('/') ? to : state.cwd === null ? null : `${state.cwd}/${to}`;
    return goesOn(truth);
  }

  /** `wait` behind the last command: what it waits for is what the script is there for. */
  #wait(isNamed: boolean, line: number, state: ShellState, isTail: boolean): Flow {
    const [only, ...others] = state.background;
    if (!isTail || !isNamed || only === undefined) return goesOn(null);
    if (others.length > 0) return unknown(line, 'it waits for one of several programs');
    return { kind: 'command', line: only.line, argv: only.argv, isExec: false, state: only.state };
  }

  /** `command -v NAME` asks for a program. */
  #command_(name: string, values: readonly Value[], open: boolean, line: number, state: ShellState): Flow {
    const [option, wanted] = name === 'type' ? ['-v', values[0]] : values;
    if (open || option !== '-v') return unknown(line, `${name} is not followed`);
    if (wanted == null) return goesOn(null);
    if (state.functions.has(wanted)) return goesOn(true);
    if (isBuiltin(wanted)) return goesOn(true);
    return goesOn(this.#world.isProgram(wanted, state));
  }

  #set(values: readonly Value[], open: boolean, line: number, state: ShellState): Flow {
    const dashes = values.indexOf('--');
    const options = dashes < 0 ? values : values.slice(0, dashes);
    const operand = options.findIndex(
      (word, i) => word === null || (!/^[-+]/.test(word) && !/o$/.test(options[i - 1] ?? '')),
    );
    for (const word of operand < 0 ? options : options.slice(0, operand)) {
      const [, sign, letters = ''] = /^([-+])(\w+)$/.exec(word ?? '') ?? [];
      if (word?.endsWith('\r') === true) return unknown(line, 'its lines end in a carriage return');
      if (letters.includes('e')) state.errexit = sign === '-';
      if (letters.includes('u')) state.nounset = sign === '-';
      if (letters.includes('a')) return unknown(line, 'set -a is not followed');
    }
    if (options.includes('nounset')) state.nounset = options[options.indexOf('nounset') - 1] !== '+o';
    if (options.includes('errexit')) state.errexit = options[options.indexOf('errexit') - 1] !== '+o';
    if (dashes >= 0) state.positional = { values: values.slice(dashes + 1), open };
    else if (operand >= 0 || open)
      state.positional = { values: operand < 0 ? [] : options.slice(operand), open };
    return goesOn(true);
  }
}

/** Under errexit a command whose status is tested does not end the shell. */
const mayExit = ({ kind }: Command): boolean => /^(?:simple|group|condition|arithmetic)$/.test(kind);

/** The commands of another text, as if they stood on this line. */
function onLine(commands: readonly Command[], line: number): readonly Command[] {
  return JSON.parse(JSON.stringify(commands), (key, value) => (key === 'line' ? line : value)) as Command[];
}

function withExports(state: ShellState, assigned: readonly (readonly [string, Value])[]): ShellState {
  const started = state.copy();
  for (const [name, value] of assigned) {
    started.set(name, value);
    started.exported.add(name);
  }
  return started;
}

/** The words of commands that are plain text, wherever they stand. */
function textOf(commands: readonly Command[]): readonly string[] {
  return [
    ...JSON.stringify(commands).matchAll(
      /"words":\[\{"parts":\[((?:\{"kind":"text","text":"[^"]","quoted":false\},?)*)\]/g,
    ),
  ].map(([, parts = '']) => [...parts.matchAll(/"text":"([^"])"/g)].map(([, text = '']) => text).join(''));
}

/** Names of the variables that commands assign, wherever they stand in them. */
function assignedIn(commands: readonly Command[]): readonly string[] {
  return [...JSON.stringify(commands).matchAll(/"name":"([A-Za-z_]\w*)","value"/g)].map(
    ([, name = '']) => name,
  );
}

/** Where a script ends, followed from its first line with the given state. */
export function followScript(text: string, state: ShellState, world: ShellWorld): ScriptEnd {
  const { commands, stop } = parseScript(text, world.isBash);
  const flow = new Follower(world).list(commands, state, stop === null);
  const [missing = null] = state.missing;
  if (flow.kind === 'command') return flow;
  if (flow.kind === 'unknown') return { ...flow, missing };
  if (flow.kind === 'exits') return { kind: 'ends', missing: flow.failed === false ? null : missing };
  if (stop !== null) return { kind: 'unknown', line: stop.line, reason: stop.reason, missing };
  return { kind: 'ends', missing: flow.kind === 'goes on' && flow.truth === false ? missing : null };
}
