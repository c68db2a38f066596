import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { bufferSource } from '../../../src/elf/bytes/byte-sources.ts';
import { readElf } from '../../../src/elf/read-elf.ts';
import { readCache } from '../../../src/loader/glibc/ld-so-cache.ts';
import { WorkLimit } from '../../../src/rootfs/work-limit.ts';
import type { Random } from '../../differential/mutated/random.ts';
import { changeBytes, changeLength, changeNumber, someChanges } from '../changes.ts';
import { fixtureFiles } from '../fixture-files.ts';
import { caseImage, examineCommand, fileEntry } from '../starts.ts';
import type { Fuzzer, Subject } from '../subject.ts';

function make(seed: Buffer, random: Random): Buffer {
  const input = Buffer.from(seed);
  for (let left = someChanges(random); left > 0; left--) {
    if (random.below(4) === 0) changeBytes(input, random);
    // The head and the first entries decide most.
    else changeNumber(input, 4 * random.below(random.below(2) === 0 ? 24 : input.length >> 2), 4, random);
  }
  return random.below(16) === 0 ? changeLength(input, random) : input;
}

const program = readFileSync(resolve('fixtures/bin/missing-library'));
const programEntry = fileEntry('p', { kind: 'elf', elf: readElf(bufferSource(program)) }, program.length);

/** All entries in either byte order; a part of the inputs is what a program that lacks a library is searched with. */
async function feed(input: Buffer): Promise<void> {
  for (const endianness of ['little', 'big'] as const) {
    try {
      readCache(input, endianness);
    } catch (error) {
      if (!(error instanceof WorkLimit)) throw error;
    }
  }
  if (crc32(input) % 8 !== 0) return;
  const cacheEntry = fileEntry('etc/ld.so.cache', { kind: 'kept', bytes: input }, input.length);
  await examineCommand(['/p'], caseImage('glibc-2.36'), [programEntry, cacheEntry]);
}

/** Changed /etc/ld.so.cache of both formats. */
export const cache: Subject = {
  name: 'cache',
  inputs: '/etc/ld.so.cache with changed numbers and names',
  prepare(): Fuzzer {
    const seeds = [...fixtureFiles('cases/files'), ...fixtureFiles('cases/ldconfig')]
      .filter(({ name }) => /ld\.so\.cache|\.cache$/.test(name))
      .map(({ bytes }) => bytes);
    return { make: (random) => make(random.of(seeds), random), feed };
  },
};
