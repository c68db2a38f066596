import { isDeepStrictEqual } from 'node:util';
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { ImageContent } from '../../../src/image/image.ts';
import { ImageError } from '../../../src/image/image-error.ts';
import { decodeImageContent, encodeImageContent } from '../../../src/image/index-file/index-file.ts';
import { mergedTree } from '../../../src/rootfs/merged-tree.ts';
import type { Random } from '../../differential/mutated/random.ts';
import { changeBytes, changeLength, changeNumber, someChanges } from '../changes.ts';
import { fixtureFiles } from '../fixture-files.ts';
import { Contradiction, type Fuzzer, type Subject } from '../subject.ts';

/** The parts of an index file (src/image/index-file/index-file.ts): magic, checksum, two lengths, part one, blobs. */
const headSize = 20;

interface Seed {
  readonly magic: Buffer;
  readonly partOne: Buffer;
  readonly blobs: Buffer;
}

function seedOf(bytes: Buffer): Seed {
  const end = headSize + bytes.readUInt32LE(12);
  return {
    magic: bytes.subarray(0, 8),
    partOne: inflateRawSync(bytes.subarray(headSize, end)),
    blobs: bytes.subarray(end),
  };
}

/** The file of these parts: its lengths and its checksum are right, or one of them is not. */
function fileOf({ magic, partOne, blobs }: Seed, random: Random): Buffer {
  const deflated = deflateRawSync(partOne, { level: 1 });
  const file = Buffer.concat([magic, Buffer.alloc(12), deflated, blobs]);
  file.writeUInt32LE(deflated.length, 12);
  file.writeUInt32LE(partOne.length, 16);
  if (random.below(16) === 0) changeNumber(file, random.of([12, 16]), 4, random);
  file.writeUInt32LE(crc32(file.subarray(12)), 8);
  return random.below(32) === 0 ? changeLength(file, random) : file;
}

function make(seed: Seed, random: Random): Buffer {
  let partOne: Buffer = Buffer.from(seed.partOne);
  const blobs = Buffer.from(seed.blobs);
  for (let left = someChanges(random); left > 0; left--) {
    if (random.below(4) === 0) changeBytes(blobs, random);
    else if (random.below(6) === 0) partOne = changeLength(partOne, random);
    else if (random.below(2) === 0) changeBytes(partOne, random);
    else if (partOne.length > 0) changeNumber(partOne, random.below(partOne.length), 1, random);
  }
  return fileOf({ ...seed, partOne, blobs }, random);
}

/** Everything that is decoded on first use. */
function readWhole(content: ImageContent): void {
  const { rootfs } = mergedTree(content.layers, [], 'followed');
  for (const { entries } of content.layers) {
    for (const entry of entries) {
      rootfs.lookup(`/${entry.path}`);
      if (entry.type === 'file' && entry.content.kind === 'elf') JSON.stringify(entry.content.elf);
    }
  }
}

function feed(input: Buffer): void {
  try {
    const content = decodeImageContent(input);
    readWhole(content);
    const again = decodeImageContent(encodeImageContent(content, 1));
    if (!isDeepStrictEqual(again.config, content.config))
      throw new Contradiction('an index file written again');
    readWhole(again);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
  }
}

/** Index files whose checksum is right and whose content is not. */
export const index: Subject = {
  name: 'index',
  inputs: 'index files with right checksums and changed content',
  prepare(): Fuzzer {
    const seeds = fixtureFiles('cases/images')
      .filter(({ bytes }) => bytes.length < 10_000)
      .map(({ bytes }) => seedOf(bytes));
    return { make: (random) => make(random.of(seeds), random), feed };
  },
};
