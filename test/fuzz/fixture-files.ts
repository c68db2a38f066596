import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createHash } from '../../src/image/layer/hash.ts';

const fixtures = resolve('fixtures');

/** Every different file below a folder of fixtures, the same order everywhere. */
export function fixtureFiles(folder: string): { readonly name: string; readonly bytes: Buffer }[] {
  const seen = new Set<string>();
  return readdirSync(join(fixtures, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((name) => ({ name, bytes: readFileSync(name) }))
    .filter(({ bytes }) => {
      const digest = createHash('sha256').update(bytes).digest('hex');
      return !seen.has(digest) && seen.add(digest) !== undefined;
    });
}

/** Every different whole ELF file of the fixtures up to this size. */
export function elfFiles(largest: number): Buffer[] {
  return [...fixtureFiles('elf'), ...fixtureFiles('bin'), ...fixtureFiles('cases/files')]
    .map(({ bytes }) => bytes)
    .filter((bytes) => bytes.length <= largest && bytes.length >= 512)
    .filter((bytes) => bytes.readUInt32BE(0) === 0x7f454c46);
}
