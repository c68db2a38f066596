import { PF_W, PT_LOAD } from '../../elf/constants.ts';
import type { Problem } from '../trace/problem.ts';
import { diesSilently } from '../trace/problems.ts';
import type { Dso } from './dso.ts';
import type { DsoChain } from './load-libraries.ts';
import { supportedRelocations } from './relocation-types.ts';
import type { MuslSession } from './session.ts';

const R_NONE = 0;

/**
 * Whether relocating the program writes into a segment that is mapped read-only: musl calls mprotect for the DT_TEXTREL of
 * libraries only, since the kernel has mapped the program (M41). Linkers that drop a text relocation leave R_*_NONE in its
 * place, and the flag with it: then only the types of the remaining relocations show it. A relocation whose symbol is missing writes nothing.
 */
function writesReadOnly(
  session: MuslSession,
  main: Dso,
  relocating: readonly Problem[],
): 'yes' | 'no' | 'unknown' {
  const { dynamic, elf } = main;
  if (!dynamic.textrel) return 'no';
  if (elf.segments.every(({ type, flags }) => type !== PT_LOAD || (flags & PF_W) !== 0)) return 'no';
  const { machine, class: elfClass } = session.loader.elf;
  const anywhere = supportedRelocations(machine, elfClass)?.anywhere;
  if (anywhere === undefined) return 'unknown';
  const { references, anonymousTypes } = dynamic.relocations;
  const missing = new Set(
    relocating.map((each) =>
      each.kind === 'symbol-missing' && each.neededBy === main.path ? each.name : '',
    ),
  );
  const written = references.filter(({ symbol }) => !missing.has(dynamic.symbols[symbol]?.name ?? ''));
  const types = [...anonymousTypes.data, ...written.flatMap((reference) => reference.types)];
  if (!types.some((type) => anywhere.has(type))) return 'no';
  return anonymousTypes.data.includes(R_NONE) ? 'unknown' : 'yes';
}

/** The write of a text relocation kills the process (M41); `chain.unknown` says so where that is unknown. */
export function textrelProblems(
  session: MuslSession,
  main: Dso,
  chain: DsoChain,
  relocating: readonly Problem[],
): Problem[] {
  const writes = writesReadOnly(session, main, relocating);
  if (writes === 'unknown')
    chain.unknown ??= `${main.path}: DT_TEXTREL is set, and it is unknown whether a relocation writes into a read-only segment`;
  return writes === 'yes'
    ? [{ kind: 'textrel-unsupported', path: main.path, ...diesSilently('symbol') }]
    : [];
}
