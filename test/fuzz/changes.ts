import type { Random } from '../differential/mutated/random.ts';

/** Numbers at which code that reads one is likely to be wrong; negative ones wrap. */
const boundaries = [
  ...[0, 1, 2, 3, 4, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0xfff, 0x1000, 0x7fff, 0x8000, 0xffff, 0x10000],
  ...[0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff, -1, -2, -8, 2 ** 32, 2 ** 53, 2 ** 53 - 1],
];
const steps = [1, -1, 2, -2, 4, -4, 8, -8, 16, -16, 24, 64, 0x1000, -0x1000];

/** Writes a number of up to 8 bytes at `at`, as far as the bytes go. */
function write(bytes: Buffer, at: number, width: number, value: number, isBig: boolean): void {
  let left = value;
  for (let i = 0; i < width; i++) {
    const byte = ((left % 256) + 256) % 256;
    const place = at + (isBig ? width - 1 - i : i);
    if (place < bytes.length) bytes[place] = byte;
    left = Math.floor(left / 256);
  }
}

function read(bytes: Buffer, at: number, width: number, isBig: boolean): number {
  let value = 0;
  for (let i = 0; i < width; i++) value = value * 256 + (bytes[at + (isBig ? i : width - 1 - i)] ?? 0);
  return value;
}

/** Gives a number of the bytes another value: a boundary, the length, a neighbour, another number of them, or one bit changed. */
export function changeNumber(bytes: Buffer, at: number, width: number, random: Random, isBig = false): void {
  const old = read(bytes, at, width, isBig);
  switch (random.below(5)) {
    case 0:
      write(bytes, at, width, random.of(boundaries), isBig);
      break;
    case 1:
      write(bytes, at, width, old + random.of(steps), isBig);
      break;
    case 2:
      write(bytes, at, width, bytes.length - random.below(64), isBig);
      break;
    case 3:
      write(bytes, at, width, read(bytes, random.below(bytes.length), width, isBig), isBig);
      break;
    default: {
      const place = at + random.below(width);
      if (place < bytes.length) bytes[place] = (bytes[place] ?? 0) ^ (1 << random.below(8));
    }
  }
}

/** Changes bytes wherever they are: one of them, a run of them, or a piece that is copied over another. */
export function changeBytes(bytes: Buffer, random: Random): void {
  if (bytes.length === 0) return;
  const at = random.below(bytes.length);
  const length = 1 + random.below(random.below(4) === 0 ? 256 : 16);
  switch (random.below(4)) {
    case 0:
      bytes[at] = random.below(256);
      break;
    case 1:
      bytes.fill(random.of([0, 0xff, 0x41, 0x2f, 0x0a]), at, Math.min(bytes.length, at + length));
      break;
    case 2:
      bytes.copy(bytes, at, random.below(bytes.length), bytes.length);
      break;
    default: {
      const from = random.below(bytes.length);
      bytes.copy(bytes, at, from, Math.min(bytes.length, from + length));
    }
  }
}

/** The bytes cut, or with some of them twice, or without some. */
export function changeLength(bytes: Buffer, random: Random, unit = 1): Buffer {
  const units = Math.floor(bytes.length / unit) + 1;
  const at = random.below(units) * unit;
  const end = Math.min(bytes.length, at + (1 + random.below(8)) * unit);
  const way = random.below(4);
  if (way === 0) return Buffer.from(bytes.subarray(0, at));
  if (way === 1) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
  const again = way === 2 ? 1 : 1 + random.below(64);
  const piece = bytes.subarray(at, end);
  return Buffer.concat([
    bytes.subarray(0, end),
    ...new Array<Buffer>(again).fill(piece),
    bytes.subarray(end),
  ]);
}

/** How many changes one input gets: mostly few, so that the readers come far. */
export const someChanges = (random: Random): number => 1 + random.below(random.of([1, 1, 2, 4, 12]));
