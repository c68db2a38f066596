import { testOf } from '../builtins/conditions.ts';
import { fileTest } from '../files/file-test.ts';
import type { Word } from '../language/syntax.ts';
import type { Shell } from '../shell.ts';
import type { ShellState } from '../state.ts';
import type { Truth } from '../truth.ts';
import { expandPattern, expandText } from '../words/expand.ts';
import { fitsPattern, matchesExpression } from '../words/patterns.ts';

/** `[[ … ]]`, whose words are not split and whose right side is a pattern. */
export function conditionTruth(words: readonly Word[], state: ShellState, shell: Shell): Truth {
  const { world } = shell;
  if (!world.isBash || words.length > 4) return null;
  const values = words.map((word) => expandText(word, state, world));
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
    return testOf({ values, open: false }, (option, path) => fileTest(option, path, state, shell));
  const fits = fitsPattern(left, expandPattern(right, state, world));
  return fits === null ? null : fits === ((operator !== '!=') !== negates);
}
