/** A number inside a record: where it starts, from the start of the record, and its bytes. */
export interface Field {
  readonly name: string;
  readonly at: number;
  readonly width: 1 | 2 | 4 | 8;
}

/** The part of the file to which a mutation is done; the rows of the table are these. */
export type Kind =
  | 'ELF header'
  | 'program headers'
  | 'dynamic section'
  | 'symbols'
  | 'names'
  | 'SysV hash table'
  | 'GNU hash table'
  | 'relocations'
  | 'PLT relocations'
  | 'RELR'
  | 'symbol versions'
  | 'needed versions'
  | 'defined versions'
  | 'notes'
  | 'interpreter'
  | 'initializers'
  | 'section headers'
  | 'length'
  | 'made by a tool';

/** One entry of one of the tables that the kernel and the loader read. */
export interface ElfRecord {
  readonly kind: Kind;
  readonly name: string;
  /** In the file. */
  readonly offset: number;
  readonly size: number;
  readonly fields: readonly Field[];
}

interface Section {
  readonly name: string;
  readonly type: number;
  readonly offset: number;
  readonly size: number;
}

type Shape = readonly (readonly [name: string, width: 1 | 2 | 4 | 8])[];

const shapes = {
  32: {
    header: [
      ...['magic', 'class', 'data', 'version', 'osabi', 'abiversion'],
      ...['type', 'machine', 'e_version', 'entry', 'phoff', 'shoff', 'flags', 'ehsize', 'phentsize', 'phnum'],
      ...['shentsize', 'shnum', 'shstrndx'],
    ],
    headerWidths: [4, 1, 1, 1, 1, 8, 2, 2, 4, 4, 4, 4, 4, 2, 2, 2, 2, 2, 2],
    segment: [
      ['p_type', 4],
      ['p_offset', 4],
      ['p_vaddr', 4],
      ['p_paddr', 4],
      ['p_filesz', 4],
      ['p_memsz', 4],
      ['p_flags', 4],
      ['p_align', 4],
    ],
    section: [
      ['sh_name', 4],
      ['sh_type', 4],
      ['sh_flags', 4],
      ['sh_addr', 4],
      ['sh_offset', 4],
      ['sh_size', 4],
      ['sh_link', 4],
      ['sh_info', 4],
      ['sh_addralign', 4],
      ['sh_entsize', 4],
    ],
    dynamic: [
      ['d_tag', 4],
      ['d_val', 4],
    ],
    symbol: [
      ['st_name', 4],
      ['st_value', 4],
      ['st_size', 4],
      ['st_info', 1],
      ['st_other', 1],
      ['st_shndx', 2],
    ],
    rel: [
      ['r_offset', 4],
      ['r_type', 1],
      ['r_sym', 1],
    ],
    relSize: 8,
    word: 4,
  },
  64: {
    header: [
      ...['magic', 'class', 'data', 'version', 'osabi', 'abiversion'],
      ...['type', 'machine', 'e_version', 'entry', 'phoff', 'shoff', 'flags', 'ehsize', 'phentsize', 'phnum'],
      ...['shentsize', 'shnum', 'shstrndx'],
    ],
    headerWidths: [4, 1, 1, 1, 1, 8, 2, 2, 4, 8, 8, 8, 4, 2, 2, 2, 2, 2, 2],
    segment: [
      ['p_type', 4],
      ['p_flags', 4],
      ['p_offset', 8],
      ['p_vaddr', 8],
      ['p_paddr', 8],
      ['p_filesz', 8],
      ['p_memsz', 8],
      ['p_align', 8],
    ],
    section: [
      ['sh_name', 4],
      ['sh_type', 4],
      ['sh_flags', 8],
      ['sh_addr', 8],
      ['sh_offset', 8],
      ['sh_size', 8],
      ['sh_link', 4],
      ['sh_info', 4],
      ['sh_addralign', 8],
      ['sh_entsize', 8],
    ],
    dynamic: [
      ['d_tag', 8],
      ['d_val', 8],
    ],
    symbol: [
      ['st_name', 4],
      ['st_info', 1],
      ['st_other', 1],
      ['st_shndx', 2],
      ['st_value', 8],
      ['st_size', 8],
    ],
    rel: [
      ['r_offset', 8],
      ['r_type', 4],
      ['r_sym', 4],
      ['r_addend', 8],
    ],
    relSize: 24,
    word: 8,
  },
} as const;

const verneed: Shape = [
  ['vn_version', 2],
  ['vn_cnt', 2],
  ['vn_file', 4],
  ['vn_aux', 4],
  ['vn_next', 4],
];
const vernaux: Shape = [
  ['vna_hash', 4],
  ['vna_flags', 2],
  ['vna_other', 2],
  ['vna_name', 4],
  ['vna_next', 4],
];
const verdef: Shape = [
  ['vd_version', 2],
  ['vd_flags', 2],
  ['vd_ndx', 2],
  ['vd_cnt', 2],
  ['vd_hash', 4],
  ['vd_aux', 4],
  ['vd_next', 4],
];
const verdaux: Shape = [
  ['vda_name', 4],
  ['vda_next', 4],
];

const SHT = {
  rela: 4,
  hash: 5,
  dynamic: 6,
  note: 7,
  rel: 9,
  dynsym: 11,
  initArray: 14,
  finiArray: 15,
  relr: 19,
};
const SHT_GNU = { hash: 0x6ffffff6, verdef: 0x6ffffffd, verneed: 0x6ffffffe, versym: 0x6fffffff };

const fieldsOf = (shape: Shape): Field[] => {
  let at = 0;
  return shape.map(([name, width]) => {
    const field = { name, at, width };
    at += width;
    return field;
  });
};

const sizeOf = (shape: Shape): number => shape.reduce((sum, [, width]) => sum + width, 0);

/**
 * Every entry of the tables of a whole, little-endian ELF file with section headers. The tables are found by the sections, which
 * neither the kernel nor a loader reads: so a mutation of the file under test never hides a table from this reader.
 */
export function recordsOf(bytes: Buffer): ElfRecord[] {
  const bits = bytes[4] === 1 ? 32 : 64;
  const shape = shapes[bits];
  const number = (offset: number, width: number): number =>
    width === 8 ? Number(bytes.readBigUInt64LE(offset)) : bytes.readUIntLE(offset, width);
  const array = (kind: Kind, name: string, offset: number, size: number, each: Shape, step?: number) => {
    const stride = step ?? sizeOf(each);
    return Array.from({ length: Math.floor(size / stride) }, (_, i) => ({
      kind,
      name: `${name}[${i}]`,
      offset: offset + i * stride,
      size: stride,
      fields: fieldsOf(each),
    }));
  };
  const headerShape: Shape = shape.header.map((name, i) => [name, shape.headerWidths[i] as 1 | 2 | 4 | 8]);
  const header: ElfRecord = {
    kind: 'ELF header',
    name: 'header',
    offset: 0,
    size: sizeOf(headerShape),
    fields: fieldsOf(headerShape),
  };
  const field = (name: string): number => {
    const found = header.fields.find((each) => each.name === name);
    if (found === undefined) throw new Error(`no field ${name}`);
    return number(found.at, found.width);
  };
  const sectionSize = sizeOf(shape.section);
  const sectionHeaders = array(
    'section headers',
    'section',
    field('shoff'),
    field('shnum') * sectionSize,
    shape.section,
  );
  const value = (record: ElfRecord, name: string): number => {
    const found = record.fields.find((each) => each.name === name);
    return found === undefined ? 0 : number(record.offset + found.at, found.width);
  };
  const names = sectionHeaders[field('shstrndx')];
  const sections = sectionHeaders.map((record): Section => {
    const at = (names === undefined ? 0 : value(names, 'sh_offset')) + value(record, 'sh_name');
    return {
      name: bytes.toString('latin1', at, bytes.indexOf(0, at)),
      type: value(record, 'sh_type'),
      offset: value(record, 'sh_offset'),
      size: value(record, 'sh_size'),
    };
  });
  const one = (kind: Kind, name: string, offset: number, each: Shape): ElfRecord => ({
    kind,
    name,
    offset,
    size: sizeOf(each),
    fields: fieldsOf(each),
  });
  const chain = (
    section: Section,
    kind: Kind,
    [outer, inner]: readonly [Shape, Shape],
    [count, aux, next, innerNext]: readonly [string, string, string, string],
  ): ElfRecord[] => {
    const found: ElfRecord[] = [];
    for (let at = section.offset; at < section.offset + section.size; ) {
      const entry = one(kind, `entry ${found.length}`, at, outer);
      found.push(entry);
      let below = at + value(entry, aux);
      for (let i = value(entry, count); i > 0; i--) {
        const version = one(kind, `entry ${found.length}`, below, inner);
        found.push(version);
        below += value(version, innerNext);
      }
      const step = value(entry, next);
      if (step === 0) break;
      at += step;
    }
    return found;
  };
  const word = (name: string): Shape => [[name, shape.word]];
  const rela: Shape = shape.rel;
  const rel: Shape = rela.slice(0, 3);
  const inSection = (section: Section): ElfRecord[] => {
    const { name, type, offset, size } = section;
    switch (type) {
      case SHT.dynamic:
        return array('dynamic section', name, offset, size, shape.dynamic);
      case SHT.dynsym:
        return array('symbols', name, offset, size, shape.symbol);
      case SHT.hash:
        return array('SysV hash table', name, offset, size, [['word', 4]]);
      case SHT_GNU.hash:
        return array('GNU hash table', name, offset, size, [['word', 4]]);
      case SHT.rela:
        return array(name.endsWith('.plt') ? 'PLT relocations' : 'relocations', name, offset, size, rela);
      case SHT.rel:
        return array(
          name.endsWith('.plt') ? 'PLT relocations' : 'relocations',
          name,
          offset,
          size,
          rel,
          bits === 32 ? 8 : 16,
        );
      case SHT.relr:
        return array('RELR', name, offset, size, word('word'));
      case SHT_GNU.versym:
        return array('symbol versions', name, offset, size, [['vs_index', 2]]);
      case SHT_GNU.verneed:
        return chain(
          section,
          'needed versions',
          [verneed, vernaux],
          ['vn_cnt', 'vn_aux', 'vn_next', 'vna_next'],
        );
      case SHT_GNU.verdef:
        return chain(
          section,
          'defined versions',
          [verdef, verdaux],
          ['vd_cnt', 'vd_aux', 'vd_next', 'vda_next'],
        );
      case SHT.note:
        return array('notes', name, offset, size, [['word', 4]]);
      case SHT.initArray:
      case SHT.finiArray:
        return array('initializers', name, offset, size, word('address'));
      default:
        if (name === '.interp') return array('interpreter', name, offset, size, [['byte', 1]]);
        if (name === '.dynstr') return array('names', name, offset, size, [['byte', 1]]);
        return [];
    }
  };
  const segments = array(
    'program headers',
    'segment',
    field('phoff'),
    field('phnum') * sizeOf(shape.segment),
    shape.segment,
  );
  return [header, ...segments, ...sectionHeaders, ...sections.flatMap(inSection)].filter(
    ({ offset, size }) => offset + size <= bytes.length,
  );
}
