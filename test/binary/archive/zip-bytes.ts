import { crc32, deflateRawSync } from 'node:zlib';

/** A file of a zip archive to be written. */
export interface ZipEntry {
  readonly name: string;
  readonly data?: Buffer | string;
  /** `st_mode`, type bits too; the archive is then one made on Unix. */
  readonly mode?: number;
  readonly deflated?: boolean;
  readonly encrypted?: boolean;
  /** The size that the headers promise, where it is not the data's. */
  readonly promised?: number;
}

function headers(entry: ZipEntry, at: number): { local: Buffer; central: Buffer } {
  const { name, data = '', mode, deflated = false, encrypted = false, promised } = entry;
  const plain = Buffer.from(data);
  const stored = deflated ? deflateRawSync(plain) : plain;
  const nameBytes = Buffer.from(name);
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(20, 0);
  facts.writeUInt16LE(0x800 | (encrypted ? 1 : 0), 2);
  facts.writeUInt16LE(deflated ? 8 : 0, 4);
  facts.writeUInt32LE(crc32(plain), 10);
  facts.writeUInt32LE(stored.length, 14);
  facts.writeUInt32LE(promised ?? plain.length, 18);
  facts.writeUInt16LE(nameBytes.length, 22);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(mode === undefined ? 20 : (3 << 8) | 20, 4);
  facts.copy(central, 6);
  central.writeUInt32LE(((mode ?? 0) << 16) >>> 0, 38);
  central.writeUInt32LE(at, 42);
  return {
    local: Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), facts, nameBytes, stored]),
    central: Buffer.concat([central, nameBytes]),
  };
}

/** A zip archive of these files. */
export function zipBytes(...entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const { local, central } = headers(entry, at);
    locals.push(local);
    centrals.push(central);
    at += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, directory, end]);
}
