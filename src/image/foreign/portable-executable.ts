import type { ForeignFile } from './kinds.ts';

const peMachines: ReadonlyMap<number, string> = new Map([
  [0x14c, 'x86'],
  [0x8664, 'x64'],
  [0x1c0, 'arm'],
  [0x1c4, 'arm'],
  [0xaa64, 'arm64'],
]);

/** A PE file, by the header that its DOS header leads to (PE format, "COFF file header" and "optional header"). */
export function portableExecutable(bytes: Buffer): ForeignFile | null {
  if (bytes.length < 64 || bytes.toString('latin1', 0, 2) !== 'MZ') return null;
  const at = bytes.readUInt32LE(0x3c);
  if (at + 24 > bytes.length) return { kind: 'pe', role: 'program', machine: null };
  if (bytes.toString('latin1', at, at + 4) !== 'PE\0\0') return null;
  if (hasManagedCode(bytes, at + 24)) return { kind: 'dotnet' };
  const isLibrary = (bytes.readUInt16LE(at + 22) & 0x2000) !== 0;
  return {
    kind: 'pe',
    role: isLibrary ? 'library' : 'program',
    machine: peMachines.get(bytes.readUInt16LE(at + 4)) ?? null,
  };
}

/** Whether the data directory of the CLI header, the fifteenth, is in use. */
function hasManagedCode(bytes: Buffer, optionalHeader: number): boolean {
  if (optionalHeader + 2 > bytes.length) return false;
  const directories = optionalHeader + (bytes.readUInt16LE(optionalHeader) === 0x20b ? 112 : 96);
  const cli = directories + 14 * 8;
  return cli + 4 <= bytes.length && bytes.readUInt32LE(cli) !== 0;
}
