import { closeSync, fstatSync, lstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { bufferSource, fileSource } from '../../src/elf/bytes/byte-sources.ts';
import type { ElfFile } from '../../src/elf/elf-file.ts';
import { readElf } from '../../src/elf/read-elf.ts';

/** The committed ELF files of eleven machines (fixtures/elf/build.sh). */
export const elfFixtures = join(import.meta.dirname, '../../fixtures/elf');
/** The committed small programs (fixtures/README.md). */
export const programFixtures = join(import.meta.dirname, '../../fixtures/bin');

/** Facts of a file on disk, read by ranges. */
export function readElfFile(path: string): ElfFile {
  const fd = openSync(path, 'r');
  try {
    return readElf(fileSource(fd, fstatSync(fd).size));
  } finally {
    closeSync(fd);
  }
}

/** Facts of a file in memory. */
export function readElfBytes(bytes: Uint8Array): ElfFile {
  return readElf(bufferSource(bytes));
}

export function fixtureNames(): string[] {
  return readdirSync(elfFixtures).filter((name) => /^(libfact|prog)-/.test(name));
}

export function fixtureBytes(name: string): Buffer {
  return readFileSync(join(elfFixtures, name));
}

/** Every regular file with an ELF magic below the folders, hard links once; links and unreadable folders are skipped. */
export function elfFilesBelow(folders: readonly string[]): string[] {
  const seen = new Set<string>();
  const walk = (folder: string): string[] =>
    namesIn(folder).flatMap((name) => {
      const path = join(folder, name);
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (stat === undefined) return [];
      if (stat.isDirectory()) return walk(path);
      const inode = `${stat.dev}:${stat.ino}`;
      if (!stat.isFile() || stat.size < 64 || seen.has(inode) || !hasMagic(path)) return [];
      seen.add(inode);
      return [path];
    });
  return folders.flatMap(walk);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function hasMagic(path: string): boolean {
  const head = Buffer.alloc(4);
  try {
    const fd = openSync(path, 'r');
    try {
      readSync(fd, head, 0, 4, 0);
    } finally {
      closeSync(fd);
    }
  } catch {
    return false;
  }
  return head.toString('latin1') === '\x7fELF';
}
