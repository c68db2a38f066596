import {
  EM_MIPS,
  STB_GLOBAL,
  STB_GNU_UNIQUE,
  STB_LOCAL,
  STB_WEAK,
  STT_COMMON,
  STT_FUNC,
  STT_NOTYPE,
  STT_OBJECT,
  STT_TLS,
} from '../../elf/constants.ts';
import type { DynamicSymbol, SymbolReference } from '../../elf/elf-file.ts';
import { needsThreadOffset } from '../symbols/initial-exec.ts';
import { limitMissing } from '../symbols/missing-limit.ts';
import { symbolTable } from '../symbols/symbol-table.ts';
import type { Problem } from '../trace/problem.ts';
import { crash, type LastWords, relocationUnsupported, staticTls, symbolMissing } from '../trace/problems.ts';
import type { Dso } from './dso.ts';
import { supportedRelocations } from './relocation-types.ts';
import type { MuslSession } from './session.ts';

/** OK_TYPES and OK_BINDS of dynlink.c: no IFUNC (M32). */
const allowedTypes = new Set([STT_NOTYPE, STT_OBJECT, STT_FUNC, STT_COMMON, STT_TLS]);
const allowedBindings = new Set([STB_GLOBAL, STB_WEAK, STB_GNU_UNIQUE]);

export interface MuslScope {
  /** The chain in look-up order. */
  readonly all: readonly Dso[];
  /** Objects whose GOT and PLT look-ups a lazy dlopen may leave for later (M31). */
  readonly lazy: boolean;
  readonly libraryMissing: boolean;
  /** Whether a missing symbol of this name is the caller's, of which nothing is known (S34). */
  readonly isCallers: (name: string) => boolean;
  readonly exitStatus: number;
  /** The objects that a dlopen brings: their TLS has no place at a fixed offset; empty at start. */
  readonly opened: readonly Dso[];
}

/**
 * `find_sym`: the first object with an acceptable definition (M30, M32). On MIPS an undefined entry with a value is a
 * stub for lazy binding and never counts (`ARCH_SYM_REJECT_UND`).
 */
export function findSymbol(
  scope: readonly Dso[],
  name: string,
  needDefinition: boolean,
): { readonly dso: Dso; readonly symbol: DynamicSymbol } | null {
  for (const dso of scope) {
    const symbols = symbolTable(dso.dynamic).get(name);
    const symbol = symbols?.find((candidate) => !candidate.versionHidden);
    if (symbol === undefined) continue;
    if (!symbol.defined && (needDefinition || symbol.type === STT_TLS || dso.elf.machine === EM_MIPS))
      continue;
    if (symbol.valueIsZero && symbol.type !== STT_TLS) continue;
    if (!allowedTypes.has(symbol.type) || !allowedBindings.has(symbol.binding)) continue;
    return { dso, symbol };
  }
  return null;
}

/** A function that was left for later is called where its GOT entry, as it is in the file, leads: SIGSEGV (M33). */
const diesAtCall: LastWords = { seen: null, exitStatus: 139 };

/** The size of `buf` in `get_lfs64`: a longer name, such as posix_fallocate64, is not compared. */
const longestLfs64 = 16;

/** `get_lfs64`: a fixed list of names also matches with `64` appended (M42). */
function findLfs64(session: MuslSession, name: string): boolean {
  const { elf } = session.loader;
  const names = elf.libcText?.muslLfs64 ?? [];
  if (names.length === 0 || elf.dynamic === null || name.length > longestLfs64) return false;
  const base = name === 'readdir64_r' ? 'readdir_r' : name.endsWith('64') ? name.slice(0, -2) : null;
  if (base === null || (name !== 'readdir64_r' && !names.includes(base))) return false;
  return (
    symbolTable(elf.dynamic)
      .get(base)
      ?.some((symbol) => symbol.defined) ?? false
  );
}

/** R_TYPE of dynlink.c with 64-bit words; those of 32 bits are below it. */
const relocationTypeMask = 0x7fff_ffff;

class DsoRelocator {
  readonly problems: Problem[] = [];
  readonly #session: MuslSession;
  readonly #scope: MuslScope;
  readonly #dso: Dso;
  readonly #supported: ReturnType<typeof supportedRelocations>;

  constructor(session: MuslSession, scope: MuslScope, dso: Dso) {
    this.#session = session;
    this.#scope = scope;
    this.#dso = dso;
    this.#supported = supportedRelocations(session.loader.elf.machine, session.loader.elf.class);
  }

  relocate(): void {
    const { references, anonymousTypes } = this.#dso.dynamic.relocations;
    for (const table of ['plt', 'data'] as const) {
      for (const reference of references) {
        if (reference.table === table) this.#reference(reference);
      }
      for (const type of anonymousTypes[table]) {
        this.#checkType(type);
        this.#checkThreadOffset(type, this.#dso, '');
      }
    }
  }

  #reference(reference: SymbolReference): void {
    const symbol = this.#dso.dynamic.symbols[reference.symbol];
    if (symbol === undefined) return;
    const definer = symbol.binding === STB_LOCAL ? this.#dso : this.#definer(symbol, reference);
    const resolved = definer !== null || findLfs64(this.#session, symbol.name);
    if (!resolved && (symbol.defined || symbol.binding !== STB_WEAK)) {
      this.#missing(symbol, reference);
      return;
    }
    for (const type of reference.types) {
      this.#checkType(type);
      if (!resolved && this.#supported?.readsDefiner.has(type) === true) this.#crash(symbol.name);
      this.#checkThreadOffset(type, definer, symbol.name);
    }
  }

  #definer(symbol: DynamicSymbol, reference: SymbolReference): Dso | null {
    const scope = reference.copy ? this.#scope.all.filter((dso) => dso.role !== 'main') : this.#scope.all;
    return findSymbol(scope, symbol.name, reference.table === 'plt')?.dso ?? null;
  }

  #missing(symbol: DynamicSymbol, reference: SymbolReference): void {
    const deferrable = this.#supported?.deferrable;
    const mayWait = this.#scope.lazy && !this.#dso.dynamic.bindNow;
    const waits =
      mayWait && deferrable !== undefined && reference.types.every((type) => deferrable.has(type));
    const { name } = symbol;
    const { libraryMissing, isCallers } = this.#scope;
    this.problems.push(
      symbolMissing(
        {
          name,
          version: null,
          versionFile: null,
          neededBy: this.#dso.path,
          binding: waits ? 'lazy' : 'startup',
          libraryMissing,
          fromCaller: isCallers(name),
        },
        waits ? diesAtCall : this.#error(`${name}: symbol not found`),
      ),
    );
    limitMissing(this.problems);
  }

  /** Initial-exec TLS of an object that came after the start has no fixed offset: refused, seen since 1.1.20 (M44). */
  #checkThreadOffset(type: number, definer: Dso | null, name: string): void {
    if (definer === null || definer.elf.tlsSize === null || !this.#scope.opened.includes(definer)) return;
    const { machine, class: elfClass } = this.#dso.elf;
    if (!needsThreadOffset(type, machine, elfClass) || !this.#session.refusesLateThreadOffsets) return;
    const text = `${name}: initial-exec TLS resolves to dynamic definition in ${definer.path}`;
    const storage = {
      path: this.#dso.path,
      definer: definer.path,
      size: definer.elf.tlsSize,
      symbol: name === '' ? null : name,
    };
    this.problems.push(staticTls(storage, this.#error(text)));
  }

  #error(text: string): LastWords {
    return { seen: `Error relocating ${this.#dso.path}: ${text}`, exitStatus: this.#scope.exitStatus };
  }

  /** `do_relocs` takes the TLS of the defining object without looking whether there is one: seen since 1.1.24 (M44). */
  #crash(name: string): void {
    const reason = `its weak thread-local symbol ${name} is defined nowhere, and musl reads the object that defines it`;
    this.problems.push(crash(this.#dso.path, reason, 'symbol'));
  }

  #checkType(number: number): void {
    const type = number & relocationTypeMask;
    if (this.#supported === null || this.#supported.types.has(type)) return;
    const relocation = { path: this.#dso.path, type };
    this.problems.push(relocationUnsupported(relocation, this.#error(`unsupported relocation type ${type}`)));
  }
}

/** Whether a function that some object calls by its PLT is this object's (a jump slot that `find_sym` leads here). */
export function isCalled(dso: Dso, scope: readonly Dso[]): boolean {
  return scope.some(
    (caller) =>
      caller !== dso &&
      caller.dynamic.relocations.references.some(({ table, symbol }) => {
        const name = caller.dynamic.symbols[symbol]?.name;
        return table === 'plt' && name !== undefined && findSymbol(scope, name, true)?.dso === dso;
      }),
  );
}

/** Relocates the objects as `reloc_all` does, libraries first, the program last (M20, M30 to M32, M42). */
export function relocateAll(session: MuslSession, scope: MuslScope, objects: readonly Dso[]): Problem[] {
  const problems: Problem[] = [];
  const libraries = objects.filter((dso) => dso.role !== 'main' && dso.role !== 'loader');
  for (const dso of [...libraries, ...objects.filter((each) => each.role === 'main')]) {
    const relocator = new DsoRelocator(session, scope, dso);
    relocator.relocate();
    problems.push(...relocator.problems);
    limitMissing(problems);
  }
  return problems;
}
