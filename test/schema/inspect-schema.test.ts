import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ElfInspection } from '../../src/elf/describe/inspect.ts';
import type { ForcingSymbol, GlibcNeed, VersionNeed } from '../../src/elf/describe/version-needs.ts';
import type { WantedFamily } from '../../src/elf/describe/wanted-libc.ts';
import type {
  AbiTag,
  DlopenNote,
  ElfDefect,
  NeededVersion,
  NoteHeader,
  Segment,
  Verdef,
} from '../../src/elf/elf-file.ts';
import type { ElfKind } from '../../src/elf/kind.ts';
import { inspect } from '../../src/inspect.ts';
import { renderInspectJson } from '../../src/report/inspect/json.ts';
import type {
  DefinedSymbol,
  DynamicFacts,
  ElfFacts,
  InspectedFile,
  InspectReport,
  UndefinedSymbol,
} from '../../src/report/inspect/report.ts';
import { looseObjects, type Shape, shapeAt, type Words, wordsAt } from './shape.ts';
import { readSchema, validatorOf } from './validate.ts';

const schema = readSchema('inspect');
const validate = validatorOf('inspect');
const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));

const root: Shape<InspectReport> = { schemaVersion: 'always', tool: 'always', files: 'always' };
const file: Shape<InspectedFile> = {
  path: 'always',
  size: 'always',
  sha256: 'always',
  summary: 'always',
  facts: 'always',
};
const summary: Shape<ElfInspection> = {
  machine: 'always',
  platform: 'always',
  class: 'always',
  endianness: 'always',
  kind: 'always',
  libc: 'always',
  glibc: 'nullable',
  versions: 'always',
  interp: 'nullable',
  needed: 'always',
  soname: 'nullable',
  rpath: 'nullable',
  runpath: 'nullable',
  bindNow: 'always',
  stripped: 'nullable',
  toolchain: 'always',
  buildId: 'nullable',
  goBuildId: 'nullable',
  abiTag: 'nullable',
  cpuLevel: 'nullable',
  dlopen: 'always',
  packageMetadata: 'nullable',
  executableStack: 'always',
  truncated: 'always',
  defects: 'always',
};
const platform: Shape<ElfInspection['platform']> = {
  os: 'always',
  architecture: 'always',
  variant: 'nullable',
};
const libc: Shape<ElfInspection['libc']> = { family: 'always', evidence: 'always' };
const glibc: Shape<GlibcNeed> = {
  oldest: 'always',
  forcedBy: 'always',
  forcedByRelr: 'always',
  needsPrivate: 'always',
};
const versionNeed: Shape<VersionNeed> = { file: 'always', version: 'always', symbols: 'always' };
const forcing: Shape<ForcingSymbol> = { name: 'always', weak: 'always' };
const toolchain: Shape<ElfInspection['toolchain']> = {
  go: 'nullable',
  rust: 'nullable',
  packer: 'nullable',
  appImage: 'nullable',
  comments: 'always',
};
const abiTag: Shape<AbiTag> = { os: 'always', kernel: 'always' };
const dlopen: Shape<DlopenNote> = {
  sonames: 'always',
  feature: 'nullable',
  description: 'nullable',
  priority: 'always',
};
const defect: Shape<ElfDefect> = { part: 'always', reason: 'always' };
const facts: Shape<ElfFacts> = {
  osabi: 'always',
  abiVersion: 'always',
  type: 'always',
  machine: 'always',
  flags: 'always',
  entry: 'always',
  segments: 'always',
  dynamic: 'nullable',
  notes: 'always',
  x86IsaUsed: 'nullable',
  tlsSize: 'nullable',
  hasSectionTable: 'always',
  staticGlibc: 'nullable',
};
const segment: Shape<Segment> = {
  type: 'always',
  flags: 'always',
  offset: 'always',
  vaddr: 'always',
  filesz: 'always',
  memsz: 'always',
  align: 'always',
};
const dynamic: Shape<DynamicFacts> = {
  flags: 'always',
  flags1: 'always',
  filters: 'always',
  auxiliaries: 'always',
  textrel: 'always',
  symbolic: 'always',
  hash: 'always',
  verneed: 'always',
  verdef: 'always',
  undefined: 'always',
  defined: 'always',
  relocations: 'always',
};
const neededVersion: Shape<NeededVersion> = { name: 'always', weak: 'always' };
const verdef: Shape<Verdef> = { index: 'always', name: 'always', base: 'always' };
const undefinedSymbol: Shape<UndefinedSymbol> = {
  name: 'always',
  version: 'nullable',
  file: 'nullable',
  weak: 'always',
  lazy: 'always',
};
const definedSymbol: Shape<DefinedSymbol> = {
  name: 'always',
  version: 'nullable',
  weak: 'always',
  hidden: 'always',
};
const relocations: Shape<DynamicFacts['relocations']> = {
  data: 'always',
  plt: 'always',
  irelative: 'always',
  relr: 'always',
  copied: 'always',
};
const note: Shape<NoteHeader> = { owner: 'always', type: 'always', size: 'always' };

const kinds: Words<ElfKind> = {
  executable: true,
  pie: true,
  'static-executable': true,
  'static-pie': true,
  'shared-object': true,
  relocatable: true,
  core: true,
  other: true,
};
const families: Words<WantedFamily> = {
  glibc: true,
  musl: true,
  uclibc: true,
  bionic: true,
  none: true,
  unknown: true,
};
const parts: Words<ElfDefect['part']> = {
  'program-headers': true,
  interp: true,
  dynamic: true,
  strings: true,
  symbols: true,
  versions: true,
  relocations: true,
  notes: true,
  code: true,
  sections: true,
};

describe('the schema of an inspection', () => {
  test('leaves no object open and no member optional', () => {
    expect(looseObjects(schema)).toEqual([]);
  });

  test.each([
    ['', root],
    ['files.items', file],
    ['files.items.summary', summary],
    ['files.items.summary.platform', platform],
    ['files.items.summary.libc', libc],
    ['files.items.summary.glibc', glibc],
    ['files.items.summary.glibc.forcedBy.items', versionNeed],
    ['files.items.summary.versions.items', versionNeed],
    ['files.items.summary.versions.items.symbols.items', forcing],
    ['files.items.summary.toolchain', toolchain],
    ['files.items.summary.abiTag', abiTag],
    ['files.items.summary.dlopen.items', dlopen],
    ['files.items.summary.defects.items', defect],
    ['files.items.facts', facts],
    ['files.items.facts.segments.items', segment],
    ['files.items.facts.notes.items', note],
    ['files.items.facts.dynamic', dynamic],
    ['files.items.facts.dynamic.verneed.items.versions.items', neededVersion],
    ['files.items.facts.dynamic.verdef.items', verdef],
    ['files.items.facts.dynamic.undefined.items', undefinedSymbol],
    ['files.items.facts.dynamic.defined.items', definedSymbol],
    ['files.items.facts.dynamic.relocations', relocations],
  ])('says of "%s" what the type says', (path, shape) => {
    expect(shapeAt(schema, path)).toEqual(shape);
  });

  test.each([
    ['files.items.summary.kind', kinds],
    ['files.items.summary.libc.family', families],
    ['files.items.summary.defects.items.part', parts],
  ])('knows the words of %s', (path, words) => {
    expect(wordsAt(schema, path).sort()).toEqual(Object.keys(words).sort());
  });
});

describe('the inspection of', () => {
  const programs = readdirSync(join(fixtures, 'bin'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.sh'))
    .map((entry) => join(entry.parentPath, entry.name));

  test.each([join(fixtures, 'prediction-api'), process.execPath, ...programs])(
    '%s keeps to the schema',
    async (path) => {
      const report: InspectReport = {
        schemaVersion: 1,
        tool: { name: 'libc-check', version: '0.1.0', commit: 'abc1234' },
        files: [await inspect(path)],
      };
      const document = JSON.parse(renderInspectJson(report));
      expect(validate(document)).toEqual([]);
      expect(document).toEqual(report);
    },
  );
});
