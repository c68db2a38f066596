import { basename } from 'node:path/posix';
import type { ElfFile } from '../../elf/elf-file.ts';

/** The name by which CPython imports a file: the part before the first dot. */
const moduleName = (path: string): string => basename(path).split('.')[0] ?? '';

/** What CPython looks up in a module, and what the module has in its place. */
export interface OtherInit {
  readonly wanted: string;
  readonly defined: string;
}

/**
 * The function that CPython 3 calls in a module that it imports has the name of the file (PEP 3121, S35). Null where it is there, and
 * where the file may be none that is imported under its own name: it defines no such function, or several, or begins with `lib`.
 */
export function otherInit(path: string, elf: ElfFile): OtherInit | null {
  const name = moduleName(path);
  if (!/^\w+$/.test(name) || name.startsWith('lib')) return null;
  const symbols = elf.dynamic?.symbols ?? [];
  const defined = new Set(symbols.filter((symbol) => symbol.defined).map((symbol) => symbol.name));
  const wanted = `PyInit_${name}`;
  if (defined.has(wanted)) return null;
  const inits = [...defined].filter((symbol) => /^PyInitU?_/.test(symbol));
  const [other] = inits;
  if (other !== undefined) return inits.length === 1 ? { wanted, defined: other } : null;
  const asksForPython = symbols.some((symbol) => !symbol.defined && /^_?Py[A-Z_]/.test(symbol.name));
  const ofPython2 = `init${name}`;
  return asksForPython && defined.has(ofPython2) ? { wanted, defined: ofPython2 } : null;
}
