import type { ForeignFile } from './kinds.ts';

/** `nfat_arch` of a fat file is below this, the version of a Java class at the same place is not. */
const firstClassVersion = 45;

const machoMachines: ReadonlyMap<number, string> = new Map([
  [0x7, 'i386'],
  [0x1000007, 'x86_64'],
  [0xc, 'arm'],
  [0x100000c, 'arm64'],
  [0x200000c, 'arm64_32'],
  [0x12, 'ppc'],
  [0x1000012, 'ppc64'],
]);
const machoRoles: ReadonlyMap<number, 'program' | 'library' | 'object'> = new Map([
  [1, 'object'],
  [2, 'program'],
  [6, 'library'],
  [8, 'library'],
]);
const machoMagics = new Set([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe]);
const fatMagics = new Set([0xcafebabe, 0xcafebabf]);

/** Whether a file begins as a Mach-O file does, however short it is. */
export function isMachOStart(bytes: Buffer): boolean {
  const first = bytes.length < 4 ? 0 : bytes.readUInt32BE(0);
  return machoMagics.has(first) || (fatMagics.has(first) && fat(bytes)?.kind === 'mach-o');
}

/** A Mach-O file, thin or fat; or the Java class that begins as a fat one does. */
export const machOFile = (bytes: Buffer): ForeignFile | null => thin(bytes) ?? fat(bytes);

/** A thin Mach-O file (mach-o/loader.h: magic, cputype, cpusubtype, filetype). */
function thin(bytes: Buffer): ForeignFile | null {
  if (bytes.length < 16 || !machoMagics.has(bytes.readUInt32BE(0))) return null;
  const isLittle = bytes[0] !== 0xfe;
  const word = (at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  return { kind: 'mach-o', role: machoRoles.get(word(12)) ?? null, machines: [machoMachine(word(4))] };
}

/** A fat Mach-O file (mach-o/fat.h): big-endian whatever it holds; a Java class has the same magic. */
function fat(bytes: Buffer): ForeignFile | null {
  if (bytes.length < 8 || !fatMagics.has(bytes.readUInt32BE(0))) return null;
  const count = bytes.readUInt32BE(4);
  if (count >= firstClassVersion) return { kind: 'java-class' };
  const entrySize = bytes[3] === 0xbf ? 32 : 20;
  const machines: string[] = [];
  for (let at = 8; machines.length < count && at + 4 <= bytes.length; at += entrySize)
    machines.push(machoMachine(bytes.readUInt32BE(at)));
  return { kind: 'mach-o', role: null, machines };
}

const machoMachine = (cpuType: number): string => machoMachines.get(cpuType) ?? `CPU type ${cpuType}`;
