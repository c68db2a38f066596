import { EM_386, EM_AARCH64, EM_X86_64 } from '../../elf/constants.ts';
import type { DynamicSection, ElfFile, RelocationTable } from '../../elf/elf-file.ts';
import { machineKey } from '../../elf/machine.ts';

/** Which relocation types ld.so of one architecture applies. */
interface KnownTypes {
  /** `elf_machine_rela` or `elf_machine_rel`. */
  readonly bound: ReadonlySet<number>;
  /** `elf_machine_lazy_rel`: what may stand in DT_JMPREL of an object that is bound lazily, where even R_*_NONE is refused. */
  readonly lazy: ReadonlySet<number>;
}

/** By e_machine and class; every number up to 50 was tried on 2.31 and 2.36 to 2.41 (i386 and AArch64 on 2.36). */
const tables: Readonly<Record<string, KnownTypes>> = {
  // NONE, 32, PC32, COPY, GLOB_DAT, JMP_SLOT, RELATIVE, TLS_TPOFF, TLS_DTPMOD32, TLS_DTPOFF32, TLS_TPOFF32, SIZE32, TLS_DESC, IRELATIVE
  [machineKey(EM_386, 32)]: {
    bound: new Set([0, 1, 2, 5, 6, 7, 8, 14, 35, 36, 37, 38, 41, 42]),
    lazy: new Set([7, 41, 42]),
  },
  // NONE, 64, PC32, COPY, GLOB_DAT, JUMP_SLOT, RELATIVE, 32, DTPMOD64, DTPOFF64, TPOFF64, SIZE32, SIZE64, TLSDESC, IRELATIVE, RELATIVE64
  [machineKey(EM_X86_64, 64)]: {
    bound: new Set([0, 1, 2, 5, 6, 7, 8, 10, 16, 17, 18, 32, 33, 36, 37, 38]),
    lazy: new Set([7, 36, 37]),
  },
  // NONE, ABS64, ABS32, COPY, GLOB_DAT, JUMP_SLOT, RELATIVE, TLS_DTPMOD, TLS_DTPREL, TLS_TPREL, TLSDESC, IRELATIVE
  [machineKey(EM_AARCH64, 64)]: {
    bound: new Set([0, 257, 258, 1024, 1025, 1026, 1027, 1028, 1029, 1030, 1031, 1032]),
    lazy: new Set([1026, 1031, 1032]),
  },
};

/** A relocation type that ends the start, in the words of `_dl_reloc_bad_type`. */
export interface UnexpectedType {
  readonly table: RelocationTable;
  readonly type: number;
  readonly text: string;
}

function unexpectedIn(
  { relocations }: DynamicSection,
  table: RelocationTable,
  known: ReadonlySet<number>,
  text: string,
): UnexpectedType[] {
  const unexpected = new Set(relocations.anonymousTypes[table].filter((type) => !known.has(type)));
  for (const reference of relocations.references) {
    if (reference.table !== table) continue;
    for (const type of reference.types) if (!known.has(type)) unexpected.add(type);
  }
  return [...unexpected].map((type) => ({ table, type, text: `${text} 0x${hexDigits(type)}` }));
}

/** Two digits, or all eight. */
const hexDigits = (type: number): string => type.toString(16).padStart(type > 0xff ? 8 : 2, '0');

const knownResults = new WeakMap<DynamicSection, { bound?: UnexpectedType[]; lazy?: UnexpectedType[] }>();

/** The relocation types of an object that ld.so refuses, `lazy` when its DT_JMPREL may wait; none for other machines (G56). */
export function unexpectedTypes(
  { machine, class: elfClass }: ElfFile,
  dynamic: DynamicSection,
  lazy: boolean,
): readonly UnexpectedType[] {
  const types = tables[machineKey(machine, elfClass)];
  if (types === undefined) return [];
  const results = knownResults.get(dynamic) ?? {};
  knownResults.set(dynamic, results);
  results[lazy ? 'lazy' : 'bound'] ??= [
    ...unexpectedIn(dynamic, 'data', types.bound, 'unexpected reloc type'),
    ...(lazy
      ? unexpectedIn(dynamic, 'plt', types.lazy, 'unexpected PLT reloc type')
      : unexpectedIn(dynamic, 'plt', types.bound, 'unexpected reloc type')),
  ];
  return results[lazy ? 'lazy' : 'bound'] ?? [];
}
