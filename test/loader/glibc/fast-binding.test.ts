import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  EM_MIPS,
  SHN_ABS,
  SHN_UNDEF,
  STB_GLOBAL,
  STB_GNU_UNIQUE,
  STB_LOCAL,
  STB_WEAK,
  STT_FUNC,
  STT_OBJECT,
  STT_SECTION,
  STT_TLS,
  STV_HIDDEN,
} from '../../../src/elf/constants.ts';
import type { DynamicSection, DynamicSymbol, SymbolReference } from '../../../src/elf/elf-file.ts';
import { ObjectBinder } from '../../../src/loader/glibc/bind-object.ts';
import { BindingObjects } from '../../../src/loader/glibc/fast-binding/binding-objects.ts';
import type { LinkMap } from '../../../src/loader/glibc/link-map.ts';
import { startPhrasing } from '../../../src/loader/glibc/phrasing.ts';
import type { Problem } from '../../../src/loader/trace/problem.ts';
import { elfFixtures, readElfFile } from '../../elf/elf-files.ts';

const base = readElfFile(join(elfFixtures, 'libfact-x86_64.so'));

const sonames = ['liba.so.1', 'libb.so.1', 'libc.so.6', 'libd.so.1'];
const versions = ['V1', 'V2', 'V3'];

/** One of few names, so that objects meet each other's references, miss them, or meet them by another version. */
const symbolName = fc.constantFrom('one', 'two', 'three', 'four', 'five');

const version = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ versionIndex: 1, version: null }) },
  {
    weight: 3,
    arbitrary: fc
      .nat({ max: versions.length - 1 })
      .map((at) => ({ versionIndex: at + 2, version: versions[at] ?? null })),
  },
);

const definition: fc.Arbitrary<DynamicSymbol> = fc
  .record({
    name: symbolName,
    version,
    binding: fc.constantFrom(STB_GLOBAL, STB_GLOBAL, STB_WEAK, STB_LOCAL, STB_GNU_UNIQUE),
    type: fc.constantFrom(STT_FUNC, STT_FUNC, STT_OBJECT, STT_TLS, STT_SECTION),
    visibility: fc.constantFrom(0, 0, 0, STV_HIDDEN),
    section: fc.constantFrom(7, 7, SHN_ABS),
    valueIsZero: fc.boolean(),
    versionHidden: fc.boolean(),
    size: fc.constantFrom(4, 8),
  })
  .map(({ version: its, ...symbol }) => ({ ...symbol, ...its, defined: true, versionFile: null }));

const reference: fc.Arbitrary<DynamicSymbol> = fc
  .record({
    name: symbolName,
    version,
    file: fc.constantFrom(...sonames),
    binding: fc.constantFrom(STB_GLOBAL, STB_GLOBAL, STB_GLOBAL, STB_WEAK, STB_LOCAL),
    type: fc.constantFrom(STT_FUNC, STT_OBJECT, STT_TLS),
    visibility: fc.constantFrom(0, 0, 0, STV_HIDDEN),
    valueIsZero: fc.boolean(),
    size: fc.constantFrom(4, 8),
  })
  .map(({ version: its, file, ...symbol }) => ({
    ...symbol,
    ...its,
    versionFile: its.version === null ? null : file,
    defined: false,
    section: SHN_UNDEF,
    versionHidden: false,
  }));

const relocation = fc.record({
  table: fc.constantFrom<SymbolReference['table'][]>('data', 'plt'),
  copy: fc.constantFrom(false, false, false, true),
  lazy: fc.boolean(),
});

interface Drawn {
  readonly dynamic: DynamicSection;
  readonly machine: number;
}

/** An object: symbols, and a relocation for each of them but some. Few have no versions: with those the order of the scope matters. */
const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    symbols: fc.array(fc.oneof(definition, reference), { maxLength: 10 }),
    relocations: fc.array(fc.option(relocation), { minLength: 10, maxLength: 10 }),
    hasVersym: fc.oneof(
      { weight: 6, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
    symbolic: fc.boolean(),
    bindNow: fc.boolean(),
    isMips: fc.boolean(),
  })
  .map(({ symbols, relocations, hasVersym, symbolic, bindNow, isMips }) => {
    const references = symbols.flatMap((_symbol, symbol) => {
      const of = relocations[symbol];
      return of == null ? [] : [{ symbol, types: [1], ...of }];
    });
    const own = base.dynamic;
    if (own === null) throw new Error('the fixture has no dynamic segment');
    const dynamic: DynamicSection = {
      ...own,
      hasVersym,
      symbolic,
      bindNow,
      symbols: hasVersym
        ? symbols
        : symbols.map((symbol) => ({ ...symbol, versionIndex: null, version: null, versionFile: null })),
      relocations: { ...own.relocations, references },
    };
    return { dynamic, machine: isMips ? EM_MIPS : base.machine };
  });

/** The objects in the order of a start: the first is the program. The same object can be a program of one start and a library of another. */
function linkMaps(objects: readonly Drawn[]): LinkMap[] {
  return objects.map(({ dynamic, machine }, index) => {
    const name = sonames[index] ?? `lib${index}.so`;
    return {
      name,
      path: `/lib/${name}`,
      elf: { ...base, machine, dynamic },
      dynamic,
      inodeId: index,
      origin: '/lib',
      names: new Set([name]),
      loadedFor: null,
      role: index === 0 ? 'main' : 'library',
      foundBy: 'default directory',
      trail: [],
      dependencies: [],
    };
  });
}

interface Bound {
  readonly fast: readonly Problem[];
  readonly inOrder: readonly Problem[];
}

/** All objects of one start, bound in both ways; null where the order of the scope is not free, and the fast way is not taken. */
function bindBoth(objects: readonly Drawn[], release: number): Bound | null {
  const maps = linkMaps(objects);
  const scope = {
    maps,
    lazy: true,
    ignoresBindNow: false,
    libraryMissing: false,
    isCallers: () => false,
    phrasing: startPhrasing('/app'),
  };
  const binding = new BindingObjects(maps, release);
  if (!binding.orderIsFree) return null;
  const problemsOf = (way: 'bindFast' | 'bindInOrder') =>
    maps.flatMap((map) => {
      const binder = new ObjectBinder({ release, argv0: '/app' }, scope, map, binding);
      binder[way]();
      return binder.problems;
    });
  return { fast: problemsOf('bindFast'), inOrder: problemsOf('bindInOrder') };
}

/** Some objects, and several starts of them, each with its own choice and order: answers of one are kept for the next. */
const starts = fc
  .record({
    objects: fc.array(drawn, { minLength: 1, maxLength: 4 }),
    release: fc.constantFrom(230, 231, 236, 240, 241, 242),
  })
  .chain(({ objects, release }) =>
    fc.record({
      release: fc.constant(release),
      scopes: fc.array(fc.shuffledSubarray(objects, { minLength: 1 }), { minLength: 1, maxLength: 4 }),
    }),
  );

describe('fast binding', () => {
  test('finds what binding in order finds, in the same order', () => {
    let taken = 0;
    let withProblems = 0;
    fc.assert(
      fc.property(starts, ({ scopes, release }) => {
        for (const objects of scopes) {
          const bound = bindBoth(objects, release);
          if (bound === null) continue;
          taken++;
          if (bound.inOrder.length > 0) withProblems++;
          expect(bound.fast).toEqual(bound.inOrder);
        }
      }),
      { numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(1000);
    expect(withProblems).toBeGreaterThan(500);
    expect(taken - withProblems).toBeGreaterThan(100);
  });

  test('is not taken where an object without versions, or the check up to 2.29, can end a look-up', () => {
    const [object] = fc.sample(drawn, { numRuns: 1, seed: 1 });
    if (object === undefined) throw new Error('nothing was drawn');
    const [symbol] = fc.sample(definition, { numRuns: 1, seed: 1 });
    if (symbol === undefined) throw new Error('nothing was drawn');
    const dynamic: DynamicSection = {
      ...object.dynamic,
      symbols: [{ ...symbol, binding: STB_GLOBAL }],
      relocations: { ...object.dynamic.relocations, references: [] },
    };
    const isFree = (hasVersym: boolean, release: number) =>
      new BindingObjects(linkMaps([{ ...object, dynamic: { ...dynamic, hasVersym } }]), release).orderIsFree;
    expect([isFree(true, 229), isFree(true, 230), isFree(false, 240), isFree(false, 241)]).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });
});
