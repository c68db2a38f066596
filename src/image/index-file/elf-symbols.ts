import type { DynamicSymbol, SymbolReference } from '../../elf/elf-file.ts';
import {
  type ByteReader,
  type ByteWriter,
  type Codec,
  CodecError,
  flag,
  list,
  number,
} from './binary-codec.ts';

/**
 * Symbol tables in columns: all names in one string, what repeats (attributes, versions) once in a table and then by
 * number. A table of a thousand symbols unpacks in well under a millisecond.
 */

type Attributes = Omit<DynamicSymbol, 'name' | 'size'>;

/** Symbols of the same number mostly have the same attributes. */
const attributeHash = (s: DynamicSymbol): number =>
  (s.versionIndex ?? -1) * 2 ** 24 + s.section * 2 ** 8 + s.binding * 16 + s.type;

const haveSameAttributes = (one: Attributes, other: Attributes): boolean =>
  one.section === other.section &&
  one.binding === other.binding &&
  one.type === other.type &&
  one.versionIndex === other.versionIndex &&
  one.versionHidden === other.versionHidden &&
  one.visibility === other.visibility &&
  one.valueIsZero === other.valueIsZero &&
  one.defined === other.defined &&
  one.version === other.version &&
  one.versionFile === other.versionFile;

/** The distinct attributes in the order in which the symbols have them. */
class AttributeTable {
  readonly all: Attributes[] = [];
  readonly #byHash = new Map<number, number[]>();

  /** The place of the symbol's attributes in `all`, where they are put if they are new. */
  indexOf(symbol: DynamicSymbol): number {
    const hash = attributeHash(symbol);
    const candidates = this.#byHash.get(hash);
    for (const index of candidates ?? []) {
      const known = this.all[index];
      if (known !== undefined && haveSameAttributes(known, symbol)) return index;
    }
    const index = this.all.push(symbol) - 1;
    if (candidates === undefined) this.#byHash.set(hash, [index]);
    else candidates.push(index);
    return index;
  }
}

function optionalText(w: ByteWriter, value: string | null): void {
  flag.write(w, value !== null);
  if (value !== null) w.text(value);
}

function writeAttributes(w: ByteWriter, s: Attributes): void {
  flag.write(w, s.defined);
  number.write(w, s.binding);
  number.write(w, s.type);
  number.write(w, s.visibility);
  number.write(w, s.section);
  flag.write(w, s.valueIsZero);
  number.write(w, s.versionIndex ?? -1);
  flag.write(w, s.versionHidden);
  optionalText(w, s.version);
  optionalText(w, s.versionFile);
}

function readAttributes(r: ByteReader): Attributes {
  const defined = flag.read(r);
  const binding = number.read(r);
  const type = number.read(r);
  const visibility = number.read(r);
  const section = number.read(r);
  const valueIsZero = flag.read(r);
  const versionIndex = number.read(r);
  const versionHidden = flag.read(r);
  const version = flag.read(r) ? r.text() : null;
  const versionFile = flag.read(r) ? r.text() : null;
  return {
    defined,
    binding,
    type,
    visibility,
    section,
    valueIsZero,
    versionIndex: versionIndex < 0 ? null : versionIndex,
    versionHidden,
    version,
    versionFile,
  };
}

/** Strings without NUL as one text. */
export function writeNames(w: ByteWriter, names: readonly string[]): void {
  for (const name of names) if (name.includes('\0')) throw new CodecError('holds a name with a NUL byte');
  w.text(names.join('\0'));
}

export function readNames(r: ByteReader, count: number): string[] {
  const joined = r.text();
  const names = count === 0 && joined === '' ? [] : joined.split('\0');
  if (names.length !== count) throw new CodecError('holds a wrong number of names');
  return names;
}

export const symbols: Codec<readonly DynamicSymbol[]> = {
  write: (w, table) => {
    const attributes = new AttributeTable();
    const column = table.map((symbol) => attributes.indexOf(symbol));
    w.varint(table.length);
    w.varint(attributes.all.length);
    for (const distinct of attributes.all) writeAttributes(w, distinct);
    for (const index of column) w.varint(index);
    for (const symbol of table) number.write(w, symbol.size);
    writeNames(
      w,
      table.map((symbol) => symbol.name),
    );
  },
  read: (r) => {
    const count = r.count(2);
    const kinds: Attributes[] = [];
    for (let left = r.count(); left > 0; left--) kinds.push(readAttributes(r));
    const column: Attributes[] = [];
    for (let i = 0; i < count; i++) {
      const kind = kinds[r.varint()];
      if (kind === undefined) throw new CodecError('holds a symbol of an unknown kind');
      column.push(kind);
    }
    const sizes: number[] = [];
    for (let i = 0; i < count; i++) sizes.push(number.read(r));
    return readNames(r, count).map((name, i) => symbolOf(name, sizes[i] ?? 0, column[i]));
  },
};

function symbolOf(name: string, size: number, kind: Attributes | undefined): DynamicSymbol {
  if (kind === undefined) throw new CodecError('holds a symbol of an unknown kind');
  return {
    name,
    defined: kind.defined,
    binding: kind.binding,
    type: kind.type,
    visibility: kind.visibility,
    section: kind.section,
    valueIsZero: kind.valueIsZero,
    size,
    versionIndex: kind.versionIndex,
    versionHidden: kind.versionHidden,
    version: kind.version,
    versionFile: kind.versionFile,
  };
}

const numbers = list(number);

/** References: the symbol, then table, copy and lazy in one byte, then the types. */
export const references: Codec<readonly SymbolReference[]> = {
  write: (w, table) => {
    w.varint(table.length);
    for (const reference of table) {
      w.varint(reference.symbol);
      w.byte((reference.table === 'plt' ? 1 : 0) | (reference.copy ? 2 : 0) | (reference.lazy ? 4 : 0));
      numbers.write(w, reference.types);
    }
  },
  read: (r) => {
    const table: SymbolReference[] = [];
    for (let left = r.count(3); left > 0; left--) {
      const symbol = r.varint();
      const bits = r.byte();
      const types = numbers.read(r);
      if (bits > 7) throw new CodecError('holds a reference of an unknown kind');
      table.push({
        symbol,
        table: (bits & 1) === 1 ? 'plt' : 'data',
        types,
        copy: (bits & 2) !== 0,
        lazy: (bits & 4) !== 0,
      });
    }
    return table;
  },
};
