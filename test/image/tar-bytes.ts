import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One member of a test's tar. `headers` go in front of it as they are; `flag` is the raw typeflag. */
export interface TarMember {
  readonly name: string | Buffer;
  readonly flag?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly link?: string | Buffer;
  readonly data?: string | Uint8Array;
  /** PAX records of an `x` header in front of this one. */
  readonly pax?: Readonly<Record<string, string | Buffer>>;
  /** The size that the header tells, when it is not that of the data. */
  readonly claimed?: number;
  /** Changes the header block before its checksum is made. */
  readonly change?: (header: Buffer) => void;
}

const block = 512;

/** A tar byte by byte, so that what no tar program writes can be tested too. */
export function tarBytes(members: readonly TarMember[], end = true): Buffer {
  const parts = members.flatMap((member) => memberBytes(member));
  return Buffer.concat([...parts, ...(end ? [Buffer.alloc(2 * block)] : [])]);
}

function memberBytes(member: TarMember): Buffer[] {
  const data = Buffer.from(member.data ?? '');
  const pax =
    member.pax === undefined ? [] : memberBytes({ name: 'pax', flag: 'x', data: paxBytes(member.pax) });
  return [...pax, header(member, data.length), padded(data)];
}

function header(member: TarMember, size: number): Buffer {
  const bytes = Buffer.alloc(block);
  Buffer.from(member.name).copy(bytes, 0, 0, 100);
  bytes.write(octal(member.mode ?? 0o644, 7), 100);
  bytes.write(octal(member.uid ?? 0, 7), 108);
  bytes.write(octal(member.gid ?? 0, 7), 116);
  bytes.write(octal(member.claimed ?? size, 11), 124);
  bytes.write(octal(0, 11), 136);
  bytes.write(member.flag ?? '0', 156, 'latin1');
  Buffer.from(member.link ?? '').copy(bytes, 157, 0, 100);
  bytes.write('ustar\0' + '00', 257, 'latin1');
  member.change?.(bytes);
  bytes.fill(' ', 148, 156);
  let sum = 0;
  for (const byte of bytes) sum += byte;
  bytes.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return bytes;
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');

function padded(data: Buffer): Buffer {
  return Buffer.concat([data, Buffer.alloc((block - (data.length % block)) % block)]);
}

/** `LENGTH KEY=VALUE\n`, the length counting itself. */
export function paxBytes(records: Readonly<Record<string, string | Buffer>>): Buffer {
  return Buffer.concat(
    Object.entries(records).map(([key, value]) => {
      const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from('\n')]);
      let length = rest.length;
      while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
      return Buffer.concat([Buffer.from(String(length)), rest]);
    }),
  );
}

/** Bytes as a stream in pieces of `size`. */
export async function* inPieces(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A committed fixture binary. */
export function fixtureBytes(name: string): Buffer {
  return readFileSync(fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url)));
}

/** Makes changed headers valid again, so that a change is reached and not only the checksum. */
export function restoreChecksums(tar: Buffer): void {
  for (let at = 0; at + block <= tar.length; at += block) {
    const bytes = tar.subarray(at, at + block);
    if (bytes.toString('latin1', 257, 262) !== 'ustar') continue;
    bytes.fill(' ', 148, 156);
    let sum = 0;
    for (const byte of bytes) sum += byte;
    bytes.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  }
}
