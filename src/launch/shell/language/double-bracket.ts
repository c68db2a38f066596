import { type Command, ShellSyntaxError, type Word } from './syntax.ts';
import type { Tokens } from './tokens.ts';

/** A piece of `[[ … ]]`. */
interface Condition {
  readonly words: Word[];
  isRead: boolean;
}

/** `[[ … ]]`: what `||` and `&&` join are conditions of their own, and one that holds brackets is not read. */
export function readDoubleBracket(tokens: Tokens): Command {
  const { line } = tokens.take();
  const alternatives: Condition[][] = [[{ words: [], isRead: true }]];
  let [current] = alternatives[0] ?? [];
  while (tokens.reserved() !== ']]') {
    const token = tokens.take();
    if (token.kind === 'end') throw new ShellSyntaxError(line, '[[ is never closed');
    if (token.kind === 'word') current?.words.push(token.word);
    else if (token.text === '&&' || token.text === '||') {
      current = { words: [], isRead: true };
      if (token.text === '||') alternatives.push([current]);
      else alternatives.at(-1)?.push(current);
    } else if (token.text !== '\n' && current !== undefined) current.isRead = false;
  }
  tokens.take();
  const isRead = alternatives.every((each) => each.every(({ isRead: isPlain }) => isPlain));
  const hasBrackets = !isRead && alternatives.flat().length > 1;
  if (hasBrackets) return { kind: 'opaque', line, what: '[[' };
  return conditionOf(alternatives, line);
}

function conditionOf(alternatives: readonly (readonly Condition[])[], line: number): Command {
  const pieceOf = ({ words, isRead }: Condition): Command =>
    isRead ? { kind: 'condition', line, words } : { kind: 'opaque', line, what: '[[' };
  const joined = (commands: readonly Command[], operator: '&&' | '||'): Command => {
    const [first = { kind: 'opaque', line, what: '[[' }, ...others] = commands;
    if (others.length === 0) return first;
    return { kind: 'and-or', line, first, rest: others.map((command) => ({ operator, command })) };
  };
  const whole = joined(
    alternatives.map((each) => joined(each.map(pieceOf), '&&')),
    '||',
  );
  return whole.kind === 'and-or' ? { kind: 'group', line, body: [whole], subshell: false } : whole;
}
