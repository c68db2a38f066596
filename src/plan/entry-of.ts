import type { BinaryFile } from '../binary/binary-file.ts';
import { kindOf } from '../elf/kind.ts';
import { pathFromText } from '../image/entry-path.ts';
import type { CheckInput } from './check-input.ts';
import type { Entry } from './start.ts';

/** Programs are executed, shared objects are opened by the program that the call names. */
export function entryOf({ elf }: BinaryFile, { loadedBy }: CheckInput): Entry {
  if (elf === null || kindOf(elf) !== 'shared-object') return { kind: 'exec' };
  return { kind: 'dlopen', caller: loadedBy === undefined ? null : pathFromText(loadedBy) };
}
