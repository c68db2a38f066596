import type { Fields, Value } from '../state.ts';
import type { Truth } from '../truth.ts';

/** What `test` asks of a path: null where it is not known. */
export type FileTest = (operator: string, path: string) => Truth;

const negated = (truth: Truth): Truth => (truth === null ? null : !truth);
const and = (a: Truth, b: Truth): Truth =>
  a === false || b === false ? false : a === null || b === null ? null : true;
const or = (a: Truth, b: Truth): Truth => negated(and(negated(a), negated(b)));

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '-eq': (a, b) => a === b,
  '-ne': (a, b) => a !== b,
  '-gt': (a, b) => a > b,
  '-ge': (a, b) => a >= b,
  '-lt': (a, b) => a < b,
  '-le': (a, b) => a <= b,
};

function compared(left: Value, operator: string, right: Value): Truth {
  if (left === null || right === null) return null;
  if (operator === '=' || operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  const numbers = /^-?\d{1,15}$/;
  const compare = comparisons[operator];
  return compare === undefined || !numbers.test(left) || !numbers.test(right)
    ? null
    : compare(Number(left), Number(right));
}

function single(operator: string, operand: Value, fileTest: FileTest): Truth {
  if (operand === null) return null;
  if (operator === '-n') return operand !== '';
  if (operator === '-z') return operand === '';
  return /^-[a-zA-Z]$/.test(operator) ? fileTest(operator, operand) : null;
}

/** `test` of up to three operands, whose number decides (POSIX.1-2017, test). */
function few(operands: readonly Value[], fileTest: FileTest): Truth {
  const [first = null, second = null, third = null] = operands;
  if (operands.length === 0) return false;
  if (operands.length === 1) return first === null ? null : first !== '';
  if (first === '!') return negated(few(operands.slice(1), fileTest));
  if (operands.length === 2) return first === null ? null : single(first, second, fileTest);
  if (operands.length === 3 && second !== null) return compared(first, second, third);
  return null;
}

function split(operands: readonly Value[], at: string): readonly (readonly Value[])[] {
  const pieces: Value[][] = [[]];
  for (const operand of operands) {
    if (operand === at) pieces.push([]);
    else pieces.at(-1)?.push(operand);
  }
  return pieces;
}

/** What `test` or `[` with these operands gives. */
export function testOf({ values, open }: Fields, fileTest: FileTest): Truth {
  if (open || values.includes('(')) return null;
  if (values.length <= 3) return few(values, fileTest);
  return split(values, '-o')
    .map((piece) => split(piece, '-a').map((each) => few(each, fileTest)))
    .map((conjunction) => conjunction.reduce<Truth>(and, true))
    .reduce<Truth>(or, false);
}
