import {
  type DynamicSection,
  type ElfFile,
  type Interp,
  type LibcText,
  type ModuleBuild,
  moduleHosts,
  type Notes,
} from '../../elf/elf-file.ts';
import type { FileContent } from '../image.ts';
import { ImageError } from '../image-error.ts';
import {
  ByteReader,
  ByteWriter,
  type Codec,
  CodecError,
  flag,
  list,
  number,
  oneOf,
  optional,
  record,
  text,
  triple,
} from './binary-codec.ts';
import { references, symbols } from './elf-symbols.ts';
import { type Facts, sharedFacts } from './shared-facts.ts';

const notes: Codec<Notes> = record<Notes>({
  headers: list(record({ owner: text, type: number, size: number })),
  buildId: optional(text),
  abiTag: optional(record({ os: number, kernel: triple(number) })),
  x86IsaNeeded: optional(number),
  x86IsaUsed: optional(number),
  packageMetadata: optional(text),
  dlopen: list(
    record({
      sonames: list(text),
      feature: optional(text),
      description: optional(text),
      priority: oneOf(['required', 'recommended', 'suggested']),
    }),
  ),
  goBuildId: optional(text),
});

const dynamic: Codec<DynamicSection> = record<DynamicSection>({
  needed: list(text),
  soname: optional(text),
  rpath: optional(text),
  runpath: optional(text),
  filters: list(text),
  auxiliaries: list(text),
  flags: number,
  flags1: number,
  bindNow: flag,
  textrel: flag,
  symbolic: flag,
  hash: oneOf(['none', 'sysv', 'gnu', 'both']),
  verneed: list(record({ file: text, versions: list(record({ name: text, weak: flag })) })),
  verdef: list(record({ index: number, name: text, base: flag })),
  hasVersym: flag,
  symbols,
  relocations: record({
    references,
    anonymousTypes: record({ data: list(number), plt: list(number) }),
    irelative: flag,
    relr: flag,
    dataCount: number,
    pltCount: number,
  }),
});

const libcText: Codec<LibcText> = record<LibcText>({
  glibcVersion: optional(text),
  systemDirs: list(text),
  cachePath: optional(text),
  muslVersion: optional(text),
  muslArch: optional(text),
  muslSystemPath: optional(text),
  muslLfs64: list(text),
  uclibcVersion: optional(text),
});

const interp: Codec<Interp> = {
  write: (w, v) => {
    text.write(w, v.path);
    flag.write(w, v.wellFormed);
  },
  read: (r) => ({ path: text.read(r), wellFormed: flag.read(r) }),
};

/** What every file has. What plugins and their programs say about builds follows, where there is some. */
type EveryFile = Omit<ElfFile, 'moduleBuilds'>;

const moduleBuilds = list(record<ModuleBuild>({ host: oneOf(moduleHosts), build: text }));

const everyFile: Codec<EveryFile> = record<EveryFile>({
  size: number,
  class: oneOf([32, 64]),
  endianness: oneOf(['little', 'big']),
  identClass: number,
  identData: number,
  identVersion: number,
  osabi: number,
  abiVersion: number,
  identPadding: flag,
  type: number,
  machine: number,
  version: number,
  flags: number,
  entry: text,
  phentsize: number,
  phnum: number,
  segments: list(
    record({
      type: number,
      flags: number,
      offset: number,
      vaddr: number,
      filesz: number,
      memsz: number,
      align: number,
    }),
  ),
  interp: optional(interp),
  dynamic: optional(dynamic),
  notes,
  tlsSize: optional(number),
  stack: optional(record({ executable: flag, size: number })),
  hasSectionTable: flag,
  truncated: flag,
  libcText: optional(libcText),
  defects: list(
    record({
      part: oneOf([
        'program-headers',
        'interp',
        'dynamic',
        'strings',
        'symbols',
        'versions',
        'relocations',
        'notes',
        'code',
        'sections',
      ]),
      reason: text,
    }),
  ),
});

export function packElf(elf: ElfFile): Uint8Array {
  const writer = new ByteWriter();
  everyFile.write(writer, elf);
  if (elf.moduleBuilds !== undefined) moduleBuilds.write(writer, elf.moduleBuilds);
  return new Uint8Array(writer.finish()); // a copy: `slice` of a Buffer would hold on to all that it was made in
}

/** Throws ImageError `unreadable` when the bytes are not packed facts. */
export function unpackElf(packed: Uint8Array): ElfFile {
  try {
    const reader = new ByteReader(packed);
    const elf = everyFile.read(reader);
    if (reader.left === 0) return elf;
    const builds = moduleBuilds.read(reader);
    reader.end();
    return { ...elf, moduleBuilds: builds };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw new ImageError(
      'unreadable',
      `the index file is damaged: the facts of an ELF file ${error.message}`,
    );
  }
}

/** The content of an ELF file whose facts are held packed, about 30 bytes a symbol, and unpacked on first use. */
export class PackedElf {
  readonly kind = 'elf';
  private readonly load: () => Uint8Array;
  private bytes: Uint8Array | null = null;
  private facts: Facts | null = null;

  /** `load` gives the packed facts; it is called at most once. */
  constructor(load: () => Uint8Array) {
    this.load = load;
  }

  /** Facts that were just read: they are packed at once, so that an image of many libraries stays small in memory. */
  static of(elf: ElfFile): PackedElf {
    const packed = packElf(elf);
    return new PackedElf(() => packed);
  }

  get packed(): Uint8Array {
    this.bytes ??= this.load();
    return this.bytes;
  }

  get elf(): ElfFile {
    if (this.facts === null) {
      this.facts = sharedFacts(this.packed, unpackElf);
      this.bytes = this.facts.packed;
    }
    return this.facts.elf;
  }
}

/** The packed facts of any ELF content. */
export function packedFacts(content: Extract<FileContent, { kind: 'elf' }>): Uint8Array {
  return content instanceof PackedElf ? content.packed : packElf(content.elf);
}
