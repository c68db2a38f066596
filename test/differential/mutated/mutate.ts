import type { ElfRecord, Field, Kind } from './elf-records.ts';
import type { Random } from './random.ts';

export interface Mutation {
  readonly kind: Kind;
  /** What was done, for a reader: `segment[2].p_filesz: 0x1c8 → 0x1c9`. */
  readonly what: string;
  readonly bytes: Buffer;
}

const read = (bytes: Buffer, at: number, width: number): bigint =>
  width === 8 ? bytes.readBigUInt64LE(at) : BigInt(bytes.readUIntLE(at, width));

function write(bytes: Buffer, at: number, width: number, value: bigint): void {
  const kept = BigInt.asUintN(width * 8, value);
  if (width === 8) bytes.writeBigUInt64LE(kept, at);
  else bytes.writeUIntLE(Number(kept), at, width);
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** Values at which code that reads a number is likely to be wrong. */
const boundaries = (width: number, length: number): bigint[] => [
  ...[0n, 1n, 2n, 0x7fn, 0xffn, 0xfffn, 0x1000n, BigInt(length), BigInt(length) - 1n],
  ...[-1n, -2n, -8n, 1n << BigInt(width * 8 - 1), (1n << BigInt(width * 8 - 1)) - 1n],
];
const steps = [1n, -1n, 2n, -2n, 4n, -4n, 8n, -8n, 0x10n, -0x10n, 0x1000n, -0x1000n, 0x10000n];

function another(random: Random, value: bigint, width: number, length: number): bigint {
  const way = random.below(4);
  if (way === 0) return random.of(boundaries(width, length));
  if (way === 1) return value + random.of(steps);
  return value ^ (1n << BigInt(random.below(width * 8)));
}

function mutateField(bytes: Buffer, record: ElfRecord, peers: readonly ElfRecord[], random: Random): string {
  const field: Field = random.of(record.fields);
  const at = record.offset + field.at;
  const old = read(bytes, at, field.width);
  let value = old;
  for (let tries = 0; BigInt.asUintN(field.width * 8, value) === old && tries < 16; tries++) {
    const donor = random.of(peers);
    const same = donor.fields.find(({ name }) => name === field.name);
    value =
      random.below(5) === 0 && same !== undefined
        ? read(bytes, donor.offset + same.at, field.width)
        : another(random, old, field.width, bytes.length);
  }
  write(bytes, at, field.width, value);
  return `${record.name}.${field.name}: ${hex(old)} → ${hex(read(bytes, at, field.width))}`;
}

function mutateRecord(bytes: Buffer, record: ElfRecord, peers: readonly ElfRecord[], random: Random): string {
  const slice = (from: ElfRecord) => Buffer.from(bytes.subarray(from.offset, from.offset + from.size));
  const other = random.of(peers);
  const way = random.below(3);
  if (way === 0 && slice(record).some((byte) => byte !== 0)) {
    bytes.fill(0, record.offset, record.offset + record.size);
    return `${record.name}: all zero`;
  }
  const [one, two] = [slice(record), slice(other)];
  if (one.length !== two.length || one.equals(two)) return mutateField(bytes, record, peers, random);
  two.copy(bytes, record.offset);
  if (way === 1) return `${record.name}: as ${other.name}`;
  one.copy(bytes, other.offset);
  return `${record.name} and ${other.name}: swapped`;
}

/** Cuts the file, or appends bytes to it. */
function mutateLength(bytes: Buffer, random: Random): Mutation {
  const way = random.below(3);
  const length =
    way === 0
      ? random.below(bytes.length)
      : way === 1
        ? bytes.length - 1 - random.below(Math.min(0x2000, bytes.length))
        : random.below(0x400);
  if (way === 2 && random.below(2) === 0) {
    const longer = Buffer.concat([bytes, Buffer.alloc(length + 1, 0xa5)]);
    return { kind: 'length', what: `${bytes.length} → ${longer.length} bytes`, bytes: longer };
  }
  return {
    kind: 'length',
    what: `${bytes.length} → ${length} bytes`,
    bytes: Buffer.from(bytes.subarray(0, length)),
  };
}

/**
 * One change of one entry of one table; every table is as likely as every other. The original is not changed. The same
 * file, records and random numbers give the same change.
 */
export function mutate(original: Buffer, records: readonly ElfRecord[], random: Random): Mutation {
  const kinds: Kind[] = [...new Set(records.map(({ kind }) => kind)), 'length'];
  // The header and the segments decide most, and the sections nothing.
  const weighted = kinds.flatMap((kind) =>
    kind === 'program headers' || kind === 'dynamic section' ? [kind, kind, kind] : [kind],
  );
  const kind = random.of(weighted);
  if (kind === 'length') return mutateLength(original, random);
  const peers = records.filter((record) => record.kind === kind);
  const record = random.of(peers);
  const bytes = Buffer.from(original);
  const whole = peers.length > 1 && record.size > 1 && random.below(5) === 0;
  const what = whole ? mutateRecord(bytes, record, peers, random) : mutateField(bytes, record, peers, random);
  return { kind, what, bytes };
}
