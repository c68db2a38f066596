/**
 * How a script is followed, without running it:
 *
 * 1. `language/` reads its text into commands, up to the first that it does not understand.
 * 2. `list` follows them one by one, with a `ShellState`: the values of variables and arguments, the options, the working
 *    directory, and which commands may have changed files. What only a running container knows is null there.
 * 3. Before a command its words are expanded (`words/`).
 * 4. Each kind of command has a function in `commands/`, each builtin one in `builtins/`; `files/` says what a program that
 *    the script runs may do to the container's files. What they ask of the container goes through `ShellWorld`.
 * 5. A command gives a `Flow`: the script goes on, with a status that is true, false or null; or it exits, returns, leaves a
 *    loop, executes a command; or from here on nothing is known, and why.
 * 6. Where a condition is null, each way is followed with a copy of the state; `ways.ts` joins them, and what differs is null.
 *    A loop whose rounds are not known is such a choice as well.
 */

import { followAndOr, followCase, followIf } from './commands/branches.ts';
import { conditionTruth } from './commands/condition.ts';
import { mayExit } from './commands/errexit.ts';
import { followFor, followWhile } from './commands/loops.ts';
import { followAside, followBackground, followPipeline } from './commands/processes.ts';
import { followSimple } from './commands/simple.ts';
import {
  anyFailure,
  type Execution,
  endsByErrexit,
  type FailureCause,
  type Flow,
  failsAt,
  goesOn,
  type Returned,
  unknown,
} from './flow.ts';
import { parseScript, type Script } from './language/parse.ts';
import type { Command } from './language/syntax.ts';
import { lastWords } from './last-words.ts';
import type { Shell, Standing } from './shell.ts';
import type { RunCommand, ShellState } from './state.ts';
import { badSubstitutionAt, unsetAt } from './unset-variable.ts';
import { arithmeticTruth } from './words/expand.ts';
import { BadSubstitution, UnsetVariable } from './words/variables.ts';
import type { ShellWorld } from './world.ts';

/** Where a script ends, as far as its text tells. */
export type ScriptEnd =
  | Execution
  /**
   * It ends by itself. `missing`: the first program that did not start, where it ends in failure; `failed`: the program at
   * whose line it surely ends, since it did not start; `cause`: what else surely ends it in failure.
   */
  | {
      readonly kind: 'ends';
      readonly missing: RunCommand | null;
      readonly failed: RunCommand | null;
      readonly cause: FailureCause | null;
      /** A program before it that may never end, so that it may not come to that. */
      readonly mayStay: string | null;
    }
  | {
      readonly kind: 'unknown';
      readonly line: number;
      readonly reason: string;
      readonly missing: RunCommand | null;
    };

const maxSteps = 20_000;

/** A shell that reads its script without running it. */
class Follower implements Shell {
  readonly world: ShellWorld;
  readonly calls: Returned[][] = [];
  readonly frames: string[] = [];
  readonly rounds: boolean[] = [];
  starts = 0;
  #steps = 0;

  constructor(world: ShellWorld) {
    this.world = world;
  }

  list(commands: readonly Command[], state: ShellState, { isTail, isTested }: Standing): Flow {
    let flow: Flow = goesOn(true);
    for (const [i, command] of commands.entries()) {
      flow = this.command(command, state, { isTail: isTail && i === commands.length - 1, isTested });
      if (flow.kind !== 'goes on') return flow;
      if (flow.truth === false && state.errexit && !isTested && mayExit(command))
        return endsByErrexit(command.line, flow.failure ?? anyFailure);
    }
    return flow;
  }

  command(command: Command, state: ShellState, standing: Standing): Flow {
    if (++this.#steps > maxSteps) return unknown(command.line, 'it is too long to be followed');
    try {
      return this.#run(command, state, standing);
    } catch (error) {
      if (error instanceof BadSubstitution) return badSubstitutionAt(command.line, this);
      if (error instanceof UnsetVariable) return unsetAt(command.line, error, this);
      throw error;
    }
  }

  #run(command: Command, state: ShellState, standing: Standing): Flow {
    switch (command.kind) {
      case 'simple':
        return followSimple(command, state, standing, this);
      case 'group':
        if (!command.subshell) return this.list(command.body, state, standing);
        return followAside(command.body, state, command.line, standing.isTail, this);
      case 'if':
        return followIf(command, state, standing, this);
      case 'case':
        return followCase(command, state, standing, this);
      case 'and-or':
        return followAndOr(command, state, standing, this);
      case 'for':
        return followFor(command, state, standing, this);
      case 'while':
        return followWhile(command, state, standing, this);
      case 'pipeline':
        return followPipeline(command, state, standing, this);
      case 'function':
        state.functions.set(command.name, command.body);
        return goesOn(true);
      case 'background':
        return followBackground(command.command, state, this);
      case 'condition':
        return goesOn(conditionTruth(command.words, state, this));
      case 'arithmetic':
        return goesOn(arithmeticTruth(command.text, state, this.world));
      case 'opaque':
        return goesOn(null);
    }
  }
}

/** The program that did not start at this line or behind it, where there is one. */
function missingFrom(line: number | null, state: ShellState): RunCommand | null {
  const last = state.missing.at(-1);
  return line !== null && last !== undefined && last.line >= line ? last : null;
}

/** The line from which on its text is not understood: by the shell either, or only here. */
function atStop({ line, reason, fault }: NonNullable<Script['stop']>, shell: Shell): Flow {
  if (fault === null) return unknown(line, reason);
  return failsAt('fault', line, reason, { said: lastWords(line, fault, shell), exitStatus: 2 });
}

/** Where a script ends, followed from its first line with the given state. */
export function followScript(text: string, state: ShellState, world: ShellWorld): ScriptEnd {
  const { commands, stop } = parseScript(text, world.shell);
  const follower = new Follower(world);
  const read = follower.list(commands, state, { isTail: stop === null, isTested: false });
  const flow = read.kind === 'goes on' && stop !== null ? atStop(stop, follower) : read;
  const [missing = null] = state.missing;
  if (flow.kind === 'command') return flow;
  if (flow.kind === 'unknown') return { ...flow, missing };
  if (flow.kind === 'exits')
    return {
      kind: 'ends',
      missing: flow.failed === false ? null : missing,
      failed: missingFrom(flow.cause?.line ?? null, state),
      cause: flow.cause,
      mayStay: state.mayStay,
    };
  const fails = flow.kind === 'goes on' && flow.truth === false;
  const last = fails ? (commands.at(-1)?.line ?? null) : null;
  const failed = missingFrom(last, state);
  return { kind: 'ends', missing: fails ? missing : null, failed, cause: null, mayStay: state.mayStay };
}
