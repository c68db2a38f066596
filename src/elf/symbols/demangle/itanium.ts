import { Cursor, NotMangled } from './cursor.ts';

const builtins: Readonly<Record<string, string>> = {
  v: 'void',
  w: 'wchar_t',
  b: 'bool',
  c: 'char',
  a: 'signed char',
  h: 'unsigned char',
  s: 'short',
  t: 'unsigned short',
  i: 'int',
  j: 'unsigned int',
  l: 'long',
  m: 'unsigned long',
  x: 'long long',
  y: 'unsigned long long',
  n: '__int128',
  o: 'unsigned __int128',
  f: 'float',
  d: 'double',
  e: 'long double',
  g: '__float128',
  z: '...',
};

const builtinsOfD: Readonly<Record<string, string>> = {
  Dn: 'decltype(nullptr)',
  Di: 'char32_t',
  Ds: 'char16_t',
  Du: 'char8_t',
  Da: 'auto',
};

const abbreviations: Readonly<Record<string, string>> = {
  a: 'std::allocator',
  b: 'std::basic_string',
  s: 'std::string',
  i: 'std::istream',
  o: 'std::ostream',
  d: 'std::iostream',
};

/** Endings of literals by their type. */
const suffixes: Readonly<Record<string, string>> = { j: 'u', l: 'l', m: 'ul', x: 'll', y: 'ull' };

const operators: Readonly<Record<string, string>> = {
  nw: ' new',
  na: ' new[]',
  dl: ' delete',
  da: ' delete[]',
  ps: '+',
  ng: '-',
  ad: '&',
  de: '*',
  co: '~',
  pl: '+',
  mi: '-',
  ml: '*',
  dv: '/',
  rm: '%',
  an: '&',
  or: '|',
  eo: '^',
  aS: '=',
  pL: '+=',
  mI: '-=',
  mL: '*=',
  dV: '/=',
  rM: '%=',
  aN: '&=',
  oR: '|=',
  eO: '^=',
  ls: '<<',
  rs: '>>',
  lS: '<<=',
  rS: '>>=',
  eq: '==',
  ne: '!=',
  lt: '<',
  gt: '>',
  le: '<=',
  ge: '>=',
  ss: '<=>',
  nt: '!',
  aa: '&&',
  oo: '||',
  pp: '++',
  mm: '--',
  cm: ',',
  pm: '->*',
  pt: '->',
  cl: '()',
  ix: '[]',
};

const special: readonly (readonly [string, string])[] = [
  ['TV', 'vtable for '],
  ['TT', 'VTT for '],
  ['TI', 'typeinfo for '],
  ['TS', 'typeinfo name for '],
  ['GV', 'guard variable for '],
];

/** The last component of a scoped name, without its template arguments. */
function lastComponent(name: string): string {
  let depth = 0;
  let end = name.length;
  for (let at = name.length - 1; at >= 0; at--) {
    const letter = name[at];
    if (letter === '>') depth++;
    else if (letter === '<' && --depth === 0) end = at;
    else if (letter === ':' && depth === 0) return name.slice(at + 1, end);
  }
  return name.slice(0, end);
}

/** Substitutions double a name with few letters. */
const longestPart = 2000;

/** Itanium C++ ABI, 5.1: names and types, without expressions, local names and parameters of templates. */
class Names {
  readonly #cursor: Cursor;
  readonly #known: string[] = [];

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** The name of an object or function. */
  encoding(): string {
    const cursor = this.#cursor;
    for (const [mark, words] of special) if (cursor.take(mark)) return words + this.type();
    const name = this.#name();
    return cursor.ended || cursor.peek() === '.' ? name : `${name}()`;
  }

  #remember(name: string): string {
    if (this.#known.length > 500 || name.length > longestPart) throw new NotMangled();
    this.#known.push(name);
    return name;
  }

  #name(): string {
    return this.#cursor.within(() => {
      const cursor = this.#cursor;
      if (cursor.take('N')) return this.#nested();
      if (cursor.peek() === 'S' && cursor.peek(2) !== 'St') return this.#substitution() + this.#arguments();
      const name = cursor.take('St') ? `std::${this.#unqualified('')}` : this.#unqualified('');
      if (cursor.peek() !== 'I') return name;
      this.#remember(name);
      return name + this.#arguments();
    });
  }

  #nested(): string {
    const cursor = this.#cursor;
    cursor.match(/[rVK]*[RO]?/y);
    let name = '';
    while (!cursor.take('E')) {
      const next = cursor.peek();
      if (next === 'S' && name === '') {
        name = cursor.take('St') ? 'std' : this.#substitution();
        continue;
      }
      if (next === 'I') name += this.#arguments();
      else name = name === '' ? this.#unqualified('') : `${name}::${this.#unqualified(name)}`;
      this.#remember(name);
    }
    if (name === '') throw new NotMangled();
    return name;
  }

  #unqualified(scope: string): string {
    const cursor = this.#cursor;
    cursor.take('L');
    let name: string;
    if (/\d/.test(cursor.peek())) name = this.#source();
    else if (cursor.match(/C[1-5]/y) !== '') name = lastComponent(scope);
    else if (cursor.match(/D[0-5]/y) !== '') name = `~${lastComponent(scope)}`;
    else name = this.#operator();
    while (cursor.take('B')) name += `[abi:${this.#source()}]`;
    if (name === '') throw new NotMangled();
    return name;
  }

  #source(): string {
    const name = this.#cursor.next(Number(this.#cursor.match(/\d{1,4}/y)));
    return name.startsWith('_GLOBAL__N') ? '(anonymous namespace)' : name;
  }

  #operator(): string {
    const code = this.#cursor.next(2);
    if (code === 'cv') return `operator ${this.type()}`;
    const symbol = Object.hasOwn(operators, code) ? operators[code] : undefined;
    if (symbol === undefined) throw new NotMangled();
    return `operator${symbol}`;
  }

  #substitution(): string {
    const cursor = this.#cursor;
    if (!cursor.take('S')) throw new NotMangled();
    const short = cursor.match(/[absiod]/y);
    if (short !== '') return abbreviations[short] ?? '';
    const digits = cursor.match(/[0-9A-Z]{0,4}/y);
    if (!cursor.take('_')) throw new NotMangled();
    const known = this.#known[digits === '' ? 0 : Number.parseInt(digits, 36) + 1];
    if (known === undefined) throw new NotMangled();
    return known;
  }

  #arguments(): string {
    if (!this.#cursor.take('I')) throw new NotMangled();
    const list = this.#list();
    if (list.reduce((length, one) => length + one.length, 0) > longestPart) throw new NotMangled();
    return `<${list.join(', ')}>`;
  }

  #list(): string[] {
    return this.#cursor.within(() => {
      const cursor = this.#cursor;
      const list: string[] = [];
      while (!cursor.take('E')) {
        if (cursor.take('J')) list.push(...this.#list());
        else list.push(cursor.take('L') ? this.#literal() : this.type());
      }
      return list;
    });
  }

  #literal(): string {
    const cursor = this.#cursor;
    const letter = cursor.peek();
    const type = this.type();
    const value = cursor.match(/n?\d+/y).replace('n', '-');
    if (value === '' || !cursor.take('E')) throw new NotMangled();
    if (letter === 'b') return value === '0' ? 'false' : 'true';
    return letter === 'i' || suffixes[letter] !== undefined
      ? `${value}${suffixes[letter] ?? ''}`
      : `(${type})${value}`;
  }

  type(): string {
    return this.#cursor.within(() => {
      const cursor = this.#cursor;
      const builtin = builtins[cursor.peek()];
      if (builtin !== undefined) {
        cursor.next();
        return builtin;
      }
      const qualifiers = cursor.match(/[rVK]+/y);
      if (qualifiers !== '') return this.#remember(this.#qualified(this.type(), qualifiers));
      const pointer = cursor.match(/[PRO]/y);
      if (pointer !== '') return this.#remember(this.#pointer(this.type(), pointer));
      if (cursor.take('F')) return this.#remember(this.#function());
      if (cursor.take('Dp')) return this.type();
      const ofD = builtinsOfD[cursor.peek(2)];
      if (ofD !== undefined) {
        cursor.next(2);
        return ofD;
      }
      return this.#class();
    });
  }

  #class(): string {
    const cursor = this.#cursor;
    const next = cursor.peek();
    if (next === 'N') return this.#name();
    if (next === 'S' && cursor.peek(2) !== 'St') {
      const known = this.#substitution();
      return cursor.peek() === 'I' ? this.#remember(known + this.#arguments()) : known;
    }
    if (next !== 'S' && !/\d/.test(next)) throw new NotMangled();
    return this.#remember(this.#name());
  }

  #qualified(type: string, qualifiers: string): string {
    const words = [...qualifiers].reverse().map((one) => ({ K: 'const', V: 'volatile' })[one] ?? 'restrict');
    return `${type} ${words.join(' ')}`;
  }

  #pointer(type: string, mark: string): string {
    const sign = { P: '*', R: '&', O: '&&' }[mark] ?? '';
    return / \(.*\)$/.test(type) ? type.replace(' (', ` (${sign})(`) : type + sign;
  }

  #function(): string {
    const cursor = this.#cursor;
    const result = this.type();
    const parameters: string[] = [];
    while (!cursor.take('E')) parameters.push(this.type());

    return `${result} (${parameters.filter((one) => one !== 'void').join(', ')})`;
  }
}

/** A C++ name without the types of its parameters; throws NotMangled for what it does not read. */
export function itaniumName(mangled: string): string {
  return new Names(new Cursor(mangled, '_Z'.length)).encoding();
}
