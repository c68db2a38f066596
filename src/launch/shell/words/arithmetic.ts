/** What an expression gives and sets; a null value is not known. */
export interface Evaluated {
  readonly value: number | null;
  readonly sets: readonly (readonly [string, number | null])[];
}

const tokens = /\s*(\d+|[A-Za-z_]\w*|\$\{?\w+\}?|\$#|\+\+|--|&&|\|\||[-+*/%<>=!]=|[-+*/%<>=!()?:,])/y;
const longest = 1024;

const levels: readonly Readonly<Record<string, (a: number, b: number) => number>>[] = [
  { '||': (a, b) => Number(a !== 0 || b !== 0) },
  { '&&': (a, b) => Number(a !== 0 && b !== 0) },
  { '==': (a, b) => Number(a === b), '!=': (a, b) => Number(a !== b) },
  {
    '<': (a, b) => Number(a < b),
    '>': (a, b) => Number(a > b),
    '<=': (a, b) => Number(a <= b),
    '>=': (a, b) => Number(a >= b),
  },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => Math.trunc(a / b), '%': (a, b) => a % b },
];

function tokensOf(text: string): readonly string[] | null {
  if (text.length > longest) return null;
  const found: string[] = [];
  tokens.lastIndex = 0;
  for (let at = 0; at < text.trimEnd().length; at = tokens.lastIndex) {
    const [, token] = tokens.exec(text) ?? [];
    if (token === undefined) return null;
    found.push(token);
  }
  return found;
}

const assigning = /^(?:=|[-+*/%]=)$/;

/** A descent over whole numbers (POSIX.1-2017, 2.6.4). Null is what is not known. */
class Evaluator {
  readonly #tokens: readonly string[];
  readonly #lookUp: (name: string) => string | null;
  readonly sets: [string, number | null][] = [];
  #at = 0;

  constructor(list: readonly string[], lookUp: (name: string) => string | null) {
    this.#tokens = list;
    this.#lookUp = lookUp;
  }

  whole(): number | null {
    const value = this.#binary(0);
    return this.#at === this.#tokens.length ? value : null;
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? '';
  }

  #binary(level: number): number | null {
    const operators = levels[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (let operator = operators[this.#peek()]; operator !== undefined; operator = operators[this.#peek()]) {
      this.#at++;
      const right = this.#binary(level + 1);
      const value = left === null || right === null ? null : operator(left, right);
      left = value === null || !Number.isSafeInteger(value) ? null : value;
    }
    return left;
  }

  #unary(): number | null {
    const token = this.#tokens[this.#at++] ?? '';
    if (token === '-' || token === '+' || token === '!') {
      const value = this.#unary();
      if (value === null) return null;
      return token === '!' ? Number(value === 0) : token === '-' ? -value : value;
    }
    if (token === '(') {
      const value = this.#binary(0);
      return this.#tokens[this.#at++] === ')' ? value : null;
    }
    if (token === '++' || token === '--') {
      const name = this.#tokens[this.#at++] ?? '';
      return this.#set(name, this.#added(name, token));
    }
    if (/^\d+$/.test(token)) return /^0\d/.test(token) ? null : Number(token);
    return /^[A-Za-z_$]/.test(token) ? this.#variable(token.replace(/^\$\{?(.*?)\}?$/, '$1')) : null;
  }

  #variable(name: string): number | null {
    const next = this.#peek();
    if (next === '++' || next === '--') {
      this.#at++;
      const before = this.#number(name);
      this.#set(name, this.#added(name, next));
      return before;
    }
    if (!assigning.test(next)) return this.#number(name);
    this.#at++;
    const value = this.#binary(0);
    return this.#set(name, next === '=' ? value : null);
  }

  #added(name: string, operator: string): number | null {
    const value = this.#number(name);
    return value === null ? null : value + (operator === '++' ? 1 : -1);
  }

  #set(name: string, value: number | null): number | null {
    this.sets.push([name, value]);
    return value;
  }

  #number(name: string): number | null {
    const [, last] = this.sets.findLast(([each]) => each === name) ?? [];
    if (last !== undefined) return last;
    const value = this.#lookUp(name);
    if (value === '') return 0;
    return value !== null && /^-?(?:0|[1-9]\d{0,14})$/.test(value) ? Number(value) : null;
  }
}

/** Evaluates the text of `$(( … ))` or `(( … ))`; `lookUp` gives '' for what is not set and null for what is not known. */
export function evaluate(text: string, lookUp: (name: string) => string | null): Evaluated {
  const list = tokensOf(text);
  if (list === null) {
    const names = [...text.slice(0, longest).matchAll(/([A-Za-z_]\w*)\s*(?:[-+*/%&|^<>]*=|\+\+|--)/g)];
    return { value: null, sets: names.map(([, name = '']) => [name, null]) };
  }
  const evaluator = new Evaluator(list, lookUp);
  const value = evaluator.whole();
  return { value, sets: evaluator.sets };
}
