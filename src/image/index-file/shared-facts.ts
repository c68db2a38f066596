import { crc32 } from 'node:zlib';
import type { ElfFile } from '../../elf/elf-file.ts';

/** The facts of an ELF file, packed and not. */
export interface Facts {
  readonly packed: Uint8Array;
  readonly elf: ElfFile;
}

const known = new Map<number, WeakRef<Facts>>();

const forgotten = new FinalizationRegistry<number>((checksum) => {
  if (known.get(checksum)?.deref() === undefined) known.delete(checksum);
});

/**
 * Images of one distribution hold the same libraries: what is the same when packed is unpacked once, and is then one object,
 * so that facts about it are found once for all images. Lasts as long as somebody has it.
 */
export function sharedFacts(packed: Uint8Array, unpack: (packed: Uint8Array) => ElfFile): Facts {
  const checksum = crc32(packed);
  const same = known.get(checksum)?.deref();
  if (same !== undefined && Buffer.compare(same.packed, packed) === 0) return same;
  const facts = { packed, elf: unpack(packed) };
  known.set(checksum, new WeakRef(facts));
  forgotten.register(facts, checksum);
  return facts;
}
