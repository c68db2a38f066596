import { type Flow, goesOn, unknown } from '../flow.ts';
import type { Word } from '../language/syntax.ts';
import type { Shell } from '../shell.ts';
import type { ShellState } from '../state.ts';
import { expandText } from '../words/expand.ts';

/** Builtins whose words are read as assignments: `export A=1`. */
export const declarations: ReadonlySet<string> = new Set([
  'export',
  'readonly',
  'local',
  'declare',
  'typeset',
]);

/** `export` and the like: what is declared by a word that names no variable is not known. */
export function followDeclaration(
  name: string,
  words: readonly Word[],
  line: number,
  state: ShellState,
  shell: Shell,
): Flow {
  for (const { parts } of words) {
    const literal = parts.findIndex((part) => part.kind !== 'text');
    const text = (literal < 0 ? parts : parts.slice(0, literal))
      .map((part) => (part.kind === 'text' ? part.text : ''))
      .join('');
    if (/^[-+]\w*$/.test(text) && literal < 0) continue;
    const [, variable, equals] = /^([A-Za-z_]\w*)(\+?=|$)/.exec(text) ?? [];
    if (variable === undefined || equals === undefined || (equals === '' && literal >= 0)) {
      if (!declareNamed(name, { parts }, state, shell))
        return unknown(line, `what ${name} sets is not known`);
      continue;
    }
    const value = { parts: parts.slice(variable.length + equals.length) };
    if (equals === '=') state.set(variable, expandText(value, state, shell.world));
    else if (equals !== '') state.set(variable, null);
    if (name === 'export') state.exported.add(variable);
  }
  return goesOn(true);
}

/** `export "$NAME=$VALUE"`; false where the name is not known. */
function declareNamed(name: string, { parts }: Word, state: ShellState, { world }: Shell): boolean {
  const end = parts.findIndex((part) => part.kind === 'text' && part.text === '=');
  const variable = expandText({ parts: end < 0 ? parts : parts.slice(0, end) }, state, world);
  if (variable === null || !/^[A-Za-z_]\w*$/.test(variable)) return false;
  if (end >= 0) state.set(variable, expandText({ parts: parts.slice(end + 1) }, state, world));
  if (name === 'export') state.exported.add(variable);
  return true;
}
