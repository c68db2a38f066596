import type { BinaryFile } from '../binary/binary-file.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { kindOf } from '../elf/kind.ts';
import { pathFromText } from '../image/entry-path.ts';
import { isLibraryName } from '../image/foreign/library-name.ts';
import { recogniseForeign } from '../image/foreign/recognise.ts';
import type { CheckInput } from './check-input.ts';
import type { Entry } from './start.ts';

/** Whether a file that is no ELF file is to be opened, as its name or format says, or because the call names who opens it. */
function isForPlugin({ path, content, size }: BinaryFile, hasCaller: boolean): boolean {
  if (isLibraryName(path)) return true;
  if (content.kind !== 'foreign') return false;
  const foreign = recogniseForeign(content.head, size);
  const isNative = foreign.kind === 'mach-o' || foreign.kind === 'pe';
  return isNative ? foreign.role === 'library' : hasCaller;
}

/** A shared object; what is named as one, when it is an object file, has nowhere to start, or when the call says who opens it. */
function isOpenedElf(path: string, elf: ElfFile, hasCaller: boolean): boolean {
  const kind = kindOf(elf);
  const isNoProgram = kind === 'relocatable' || elf.entry === '0x0';
  return kind === 'shared-object' || ((isNoProgram || hasCaller) && isLibraryName(path));
}

/**
 * Programs are executed; shared objects are opened by the program that the call names, else by one of the image, after those at
 * `before`. `host` is the kind that loads what the binary's archive holds.
 */
export function entryOf(
  binary: BinaryFile,
  { loadedBy, bind }: CheckInput,
  before: readonly string[],
  host: 'java' | 'python' | null = null,
): Entry {
  const { elf } = binary;
  const caller = loadedBy === undefined ? null : pathFromText(loadedBy);
  const isOpened =
    elf === null ? isForPlugin(binary, caller !== null) : isOpenedElf(binary.path, elf, caller !== null);
  if (!isOpened) return { kind: 'exec' };
  return { kind: 'dlopen', caller, binding: bind ?? null, before, ...(host === null ? {} : { host }) };
}
