import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElfDefect } from '../../../src/elf/elf-file.ts';
import { fileRangeOf } from '../../../src/elf/segments.ts';
import { type ElfRecord, recordsOf } from '../../differential/mutated/elf-records.ts';
import { elfFixtures, programFixtures, readElfBytes } from '../elf-files.ts';

/** A real file, of which single fields are written over. Little-endian files with section headers only. */
export class ChangedFile {
  readonly bytes: Buffer;
  readonly #records: readonly ElfRecord[];

  /** `name` is one of fixtures/bin or of fixtures/elf, or a path below fixtures. */
  constructor(name: string) {
    const isLibrary = /^(libfact|prog)-/.test(name);
    const folder = name.includes('/') ? join(elfFixtures, '..') : isLibrary ? elfFixtures : programFixtures;
    this.bytes = readFileSync(join(folder, name));
    this.#records = recordsOf(this.bytes);
  }

  get defects(): readonly ElfDefect[] {
    return readElfBytes(this.bytes).defects;
  }

  /** Writes a field of a record of the given name: `.rela.dyn[2]`, `segment[3]`. Throws Error when there is none. */
  set(record: string, field: string, value: number | ((old: number) => number)): this {
    return this.#write(this.#named(record), field, value);
  }

  /** The value of a field of a record. */
  get(record: string, field: string): number {
    return this.#read(this.#named(record), field);
  }

  /** d_val of the entry of the dynamic segment with this tag. */
  tag(tag: number): number {
    return this.#read(this.#first('.dynamic[', 'd_tag', tag), 'd_val');
  }

  /** Where the byte of an address lies in the file, by the segments as they are now. Throws Error for none. */
  offsetOf(address: number): number {
    const range = fileRangeOf(readElfBytes(this.bytes).segments, address);
    if (range === null) throw new Error(`no byte at ${address}`);
    return range.offset;
  }

  /** Writes the four bytes at an address. */
  write(address: number, value: number): this {
    this.bytes.writeUInt32LE(value, this.offsetOf(address));
    return this;
  }

  /** Writes d_val of the entry of the dynamic segment with this tag. */
  setTag(tag: number, value: number | ((old: number) => number)): this {
    return this.#write(this.#first('.dynamic[', 'd_tag', tag), 'd_val', value);
  }

  /** Gives the entry of the dynamic segment with this tag another one. */
  retag(tag: number, other: number): this {
    return this.#write(this.#first('.dynamic[', 'd_tag', tag), 'd_tag', other);
  }

  /** Writes a field of the first program header of this type. */
  setSegment(type: number, field: string, value: number | ((old: number) => number)): this {
    return this.#write(this.#first('segment[', 'p_type', type), field, value);
  }

  #named(name: string): ElfRecord {
    const found = this.#records.find((record) => record.name === name);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  }

  #first(prefix: string, field: string, value: number): ElfRecord {
    const found = this.#records.find(
      (record) => record.name.startsWith(prefix) && this.#read(record, field) === value,
    );
    if (found === undefined) throw new Error(`no ${prefix} with ${field} ${value}`);
    return found;
  }

  #fieldOf(record: ElfRecord, field: string): { at: number; width: number } {
    const found = record.fields.find(({ name }) => name === field);
    if (found === undefined) throw new Error(`no field ${field}`);
    return { at: record.offset + found.at, width: found.width };
  }

  #read(record: ElfRecord, field: string): number {
    const { at, width } = this.#fieldOf(record, field);
    return width === 8 ? Number(this.bytes.readBigUInt64LE(at)) : this.bytes.readUIntLE(at, width);
  }

  #write(record: ElfRecord, field: string, value: number | ((old: number) => number)): this {
    const { at, width } = this.#fieldOf(record, field);
    const next = typeof value === 'number' ? value : value(this.#read(record, field));
    if (width === 8) this.bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(next)), at);
    else this.bytes.writeUIntLE(next, at, width);
    return this;
  }
}
