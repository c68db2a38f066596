import { STB_LOCAL } from '../elf/constants.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { familyOfSoname } from '../elf/libc-names.ts';
import { knownCallers } from '../loader/callers/known-callers.ts';
import { symbolTable } from '../loader/symbols/symbol-table.ts';
import type { LoadedObject, LoadTrace } from '../loader/trace/load-trace.ts';
import type { RuleContext } from './define-rule.ts';
import { libraryNamed } from './library-names.ts';
import { isOfGlibcAlone } from './symbol-causes.ts';

/** Who should define a missing symbol. */
export type SymbolOwner =
  /** `path`: the copy that is loaded and does not; null when none is loaded. */
  | { readonly kind: 'library'; readonly soname: string; readonly path: string | null }
  /** The program that loads such plugins, by the title of its kind: `PHP`. */
  | { readonly kind: 'host'; readonly name: string };

/** The compiler's own libraries. */
const runtimes: readonly (readonly [RegExp, string])[] = [
  [
    /^(_Unwind_|__(u?div|u?mod|mul|add|sub|float|fix|extend|trunc|eq|lt|gt|le|ge|ne|unord)\w*[dtsx][fi]\d?$)/,
    'libgcc_s.so.1',
  ],
  [
    /^(_ZN?K?St|_ZN?K?S[absiod]|_ZT[ISV]N?St|_Z(nw|na|dl|da)[mjP]|__cxa_|__gxx_personality|_ZT[VI]N10__cxxabiv)/,
    'libstdc++.so.6',
  ],
  [/^(GOMP_|omp_)/, 'libgomp.so.1'],
  [/^_gfortran_/, 'libgfortran.so.5'],
  [/^__atomic_/, 'libatomic.so.1'],
];

const match = (table: readonly (readonly [RegExp, string])[], name: string): string | null =>
  table.find(([names]) => names.test(name))?.[1] ?? null;

/**
 * The beginnings of a name that those of one library may share, the longest first: up to an underscore, a change of case or the end
 * of capitals (PQ of PQencryptPasswordConn); of C++ the outer scope.
 */
function families(name: string): readonly string[] {
  const scope = /^_ZNK?(\d+)/.exec(name);
  if (scope !== null) return [name.slice(0, scope[0].length + Number(scope[1]))];
  const ends = [...name.matchAll(/_(?=.)|[a-z0-9](?=[A-Z])|[A-Z](?=[a-z])/g)].map(({ index }) => index + 1);
  const prefixes = ends.map((end) => name.slice(0, end)).filter((prefix) => /[A-Za-z0-9]{2}/.test(prefix));
  return prefixes.toReversed();
}

/** The needed library from which the object takes, or could take, names with this beginning; null unless there is exactly one. */
function neighbourBy(prefix: string, elf: ElfFile, trace: LoadTrace): LoadedObject | null {
  const libraries = (elf.dynamic?.needed ?? []).flatMap((soname) => {
    const object = trace.objects.find((one) => one.name === soname && one.elf !== null && one.elf !== elf);
    return object === undefined || familyOfSoname(soname) !== null || object.elf?.libcText != null
      ? []
      : [object];
  });
  const taken = new Set(
    elf.dynamic?.symbols.filter((one) => !one.defined && one.name.startsWith(prefix)).map((one) => one.name),
  );
  const giving = libraries.filter(({ elf: library }) => {
    const defined = library?.dynamic == null ? null : symbolTable(library.dynamic);
    return defined !== null && [...taken].some((one) => defined.has(one));
  });
  if (giving.length === 1) return giving[0] ?? null;
  const defining = libraries.filter(({ elf: library }) =>
    library?.dynamic?.symbols.some(
      (one) => one.defined && one.binding !== STB_LOCAL && one.name.startsWith(prefix),
    ),
  );
  return giving.length === 0 && defining.length === 1 ? (defining[0] ?? null) : null;
}

/** The needed library that gives the object, or defines, other names of the kind. */
function neighbour(name: string, elf: ElfFile, trace: LoadTrace): LoadedObject | null {
  for (const prefix of families(name)) {
    const found = neighbourBy(prefix, elf, trace);
    if (found !== null) return found;
  }
  return null;
}

/** The library whose version the reference names; null for an unversioned reference. */
function byVersion(name: string, elf: ElfFile): string | null {
  const symbol = elf.dynamic?.symbols.find((one) => one.name === name && !one.defined);
  return symbol?.versionFile ?? null;
}

/** The well-known library of such names; the copy that is loaded, where one is; null where a missing library may have them. Under musl the libc has what glibc has in libm. */
function ownerByName(name: string, trace: LoadTrace): SymbolOwner | null {
  const sonames = libraryNamed(name).filter(
    (soname) => trace.loader?.family !== 'musl' || soname !== 'libm.so.6',
  );
  const [usual] = sonames;
  const isLibraryMissing = trace.problems.some(({ kind }) => kind === 'library-missing');
  if (usual === undefined || isLibraryMissing) return null;
  const object = trace.objects.find((one) => sonames.includes(one.name));
  return { kind: 'library', soname: object?.name ?? usual, path: object?.path ?? null };
}

/**
 * Who should define a symbol that `elf` asks for: by the file of its version, by the well-known names of programs that load
 * plugins and of the compiler's libraries, by the needed library that gives the object other names of the kind, or by the well-known
 * names of libraries. Null when nothing says so, and for the libc's own.
 */
export function symbolOwner(name: string, elf: ElfFile | null, trace: LoadTrace): SymbolOwner | null {
  const loaded = (soname: string): SymbolOwner => ({
    kind: 'library',
    soname,
    path: trace.objects.find((one) => one.name === soname)?.path ?? null,
  });
  const versioned = elf === null ? null : byVersion(name, elf);
  if (versioned !== null) return familyOfSoname(versioned) === null ? loaded(versioned) : null;
  if (isOfGlibcAlone(name)) return null;
  const host = knownCallers.find(({ symbols }) => symbols?.test(name));
  if (host !== undefined) {
    const embedded = elf?.dynamic?.needed.find((soname) => host.library?.test(soname));
    return embedded === undefined ? { kind: 'host', name: host.title } : loaded(embedded);
  }
  const runtime = match(runtimes, name);
  if (runtime !== null) return loaded(runtime);
  const near = elf === null ? null : neighbour(name, elf, trace);
  if (near !== null) return { kind: 'library', soname: near.name, path: near.path };
  return ownerByName(name, trace);
}

/** An owner and those of the asked symbols that are its. */
export interface OwnedSymbols {
  readonly owner: SymbolOwner;
  readonly names: readonly string[];
}

/** The owners of missing symbols of one object, in the order of their first symbols; symbols without a known owner are in none. */
export function ownersOf(
  names: readonly string[],
  elf: ElfFile | null,
  trace: LoadTrace,
): readonly OwnedSymbols[] {
  const owners = new Map<string, { owner: SymbolOwner; names: string[] }>();
  for (const name of names) {
    const owner = symbolOwner(name, elf, trace);
    if (owner === null) continue;
    const key = owner.kind === 'library' ? `${owner.soname}\0${owner.path}` : owner.name;
    const known = owners.get(key);
    if (known === undefined) owners.set(key, { owner, names: [name] });
    else known.names.push(name);
  }
  return [...owners.values()];
}

/** The file of an object that a problem names: the checked binary's or that of a loaded library. */
export function elfOfObject(
  path: string,
  {
    trace,
    binary,
  }: Pick<RuleContext, 'trace'> & { readonly binary: Pick<RuleContext['binary'], 'at' | 'elf'> },
): ElfFile | null {
  const isBinary = path === binary.at || trace.executed.includes(path);
  return trace.objects.find((object) => object.path === path)?.elf ?? (isBinary ? binary.elf : null);
}
