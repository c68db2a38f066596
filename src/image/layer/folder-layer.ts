import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
  statfsSync,
  statSync,
} from 'node:fs';
import { fileSource } from '../../elf/bytes/byte-sources.ts';
import { ElfError } from '../../elf/elf-error.ts';
import { decodeInPlace } from '../../elf/fixed-tables.ts';
import { readElf } from '../../elf/read-elf.ts';
import { fileCapabilities } from '../capability/file-capabilities.ts';
import { pathFromText, printablePath } from '../entry-path.ts';
import { foreignHeadSize } from '../foreign/head.ts';
import type { FileContent, LayerEntry, LayerIndex } from '../image.ts';
import { ImageError } from '../image-error.ts';
import { PackedElf } from '../index-file/packed-elf.ts';
import { LongWork } from '../long-work.ts';
import { FileContentReader, keptOfScript } from './file-content.ts';
import { isKeptFile, maxKeptSize } from './kept-files.ts';
import { IndexBudget } from './layer-budget.ts';

/** File systems of the kernel's own that a folder may have mounted below it: proc, sysfs, cgroup, debugfs, bpf and such. */
const kernelFileSystems = new Set([
  0x9fa0, 0x62656572, 0x27e0eb, 0x63677270, 0x64626720, 0x74726163, 0xcafe4a11, 0x6e736673, 0x1cd1,
  0x19800202, 0x73636673, 0x6165676c, 0xde5e81e4, 0x62656570, 0x42494e4d,
]);

/** A file whose facts are there already. */
export interface KnownFile {
  /** In bytes, when the facts were read. */
  readonly size: number;
  readonly content: FileContent;
}

/** What a walk over a folder carries along. */
interface Walk {
  readonly entries: LayerEntry[];
  /** Where each program is on disk, by where it stands; names that are no UTF-8 are left out. */
  readonly programs: Map<string, string>;
  readonly known: ReadonlyMap<string, KnownFile>;
  /** Where a file of several names was met first, by device and inode; null where every name is a file of its own. */
  readonly linked: Map<string, string> | null;
  readonly budget: IndexBudget;
  readonly where: string;
  readonly work: LongWork;
}

/**
 * A folder on disk as one layer: every path below it, with the facts of its files, as a container would see them with
 * this folder as its root. Symbolic links are not followed; names of one file are hard links. What may not be read becomes
 * `unread`. `.wh.` names are plain files.
 * Throws ImageError: `call` when there is no such folder, `unreadable` when it cannot be listed.
 */
export async function indexFolder(
  path: string,
  budget: IndexBudget = new IndexBudget(),
  work = new LongWork(),
): Promise<LayerIndex> {
  const where = `the folder ${printablePath(pathFromText(path))}`;
  const stats = statRoot(path, where);
  const walk: Walk = {
    entries: [],
    programs: new Map(),
    known: new Map(),
    linked: new Map(),
    budget,
    where,
    work,
  };
  const root = Buffer.from(path, 'utf8');
  walk.entries.push({ type: 'directory', path: '', ...ownership(stats) });
  await walkFolder(root, '', stats.dev, walk);
  return { diffID: null, entries: withCapabilities(walk) };
}

/**
 * What `path` leads to on disk, a file or a folder with everything below it, as entries that stand at `at` (normalised,
 * inside the root). `known` are files, by where they stand, that need not be read again.
 * Throws ImageError: `call` when there is no such file, `unreadable` when a folder cannot be listed.
 */
export async function indexFile(
  path: string,
  at: string,
  known: ReadonlyMap<string, KnownFile> = new Map(),
  work = new LongWork(),
): Promise<LayerIndex> {
  const where = printablePath(pathFromText(path));
  let stats: Stats;
  try {
    stats = statSync(path);
  } catch (error) {
    throw new ImageError('call', `${where}: ${reasonOf(error)}`, { cause: error });
  }
  const walk: Walk = {
    entries: [],
    programs: new Map(),
    known,
    linked: null,
    budget: new IndexBudget(),
    where,
    work,
  };
  await enter(Buffer.from(path, 'utf8'), at, stats, stats.dev, walk);
  return { diffID: null, entries: withCapabilities(walk) };
}

function statRoot(path: string, where: string): Stats {
  try {
    const stats = lstatSync(`${path}/.`);
    if (stats.isDirectory()) return stats;
  } catch (error) {
    throw new ImageError('call', `${where}: ${reasonOf(error)}`, { cause: error });
  }
  throw new ImageError('call', `${where} is not a folder`);
}

const ownership = (stats: Stats): { mode: number; uid: number; gid: number } => ({
  mode: stats.mode & 0o7777,
  uid: stats.uid,
  gid: stats.gid,
});

async function walkFolder(folder: Buffer, at: string, device: number, walk: Walk): Promise<void> {
  let names: Buffer[];
  try {
    names = readdirSync(folder, { encoding: 'buffer' }).sort(Buffer.compare);
  } catch (error) {
    throw new ImageError('unreadable', `${walk.where}: ${printablePath(`/${at}`)}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
  for (const name of names) {
    const file = Buffer.concat([folder, slash, name]);
    const below = name.toString('latin1');
    let stats: Stats;
    try {
      stats = lstatSync(file);
    } catch {
      continue; // gone since the listing
    }
    const folderBelow = enter(file, at === '' ? below : `${at}/${below}`, stats, device, walk);
    if (folderBelow !== null) await folderBelow;
    if (walk.work.isDue) await walk.work.pause(`reading ${walk.where}: ${walk.entries.length} files`);
  }
}

const slash = Buffer.from('/');

/** The name under which the file was met before; null for the first of its names. */
function earlierName(at: string, { dev, ino, nlink }: Stats, { linked }: Walk): string | null {
  if (linked === null || nlink < 2) return null;
  const key = `${dev}:${ino}`;
  const earlier = linked.get(key) ?? null;
  if (earlier === null) linked.set(key, at);
  return earlier;
}

/** Null for all but a folder: a promise for each file would cost more than its status. */
function enter(file: Buffer, at: string, stats: Stats, device: number, walk: Walk): Promise<void> | null {
  const base = { path: at, ...ownership(stats) };
  walk.budget.addEntry(walk.where, at.length);
  if (stats.isSymbolicLink()) {
    const target = readlinkSync(file, { encoding: 'buffer' }).toString('latin1');
    walk.entries.push({ ...base, type: 'symlink', target });
  } else if (stats.isDirectory()) {
    walk.entries.push({ ...base, type: 'directory' });
    if (stats.dev === device || !isKernelFileSystem(file)) return walkFolder(file, at, stats.dev, walk);
  } else if (stats.isFile()) {
    const target = earlierName(at, stats, walk);
    if (target !== null) {
      walk.entries.push({ ...base, type: 'hardlink', target });
      return null;
    }
    walk.budget.addRead(Math.min(stats.size, stats.blocks * 512));
    const known = walk.known.get(at);
    const content =
      known?.size === stats.size ? known.content : readContent(file, at, stats.size, walk.budget);
    walk.entries.push({ ...base, type: 'file', size: stats.size, content, capability: null });
    const text = content.kind === 'elf' && (stats.mode & 0o111) !== 0 ? file.toString('utf8') : null;
    if (text !== null && Buffer.from(text, 'utf8').equals(file)) walk.programs.set(at, text);
  } else walk.entries.push({ ...base, type: 'special' });
  return null;
}

/** The kernel asks for the file capabilities of programs alone. Other names of a file share them. */
function withCapabilities({ entries, programs }: Walk): readonly LayerEntry[] {
  const found = fileCapabilities([...programs.values()]);
  if (found.size === 0) return entries;
  return entries.map((entry) => {
    const capability = entry.type === 'file' ? found.get(programs.get(entry.path) ?? '') : undefined;
    return entry.type !== 'file' || capability === undefined ? entry : { ...entry, capability };
  });
}

function isKernelFileSystem(folder: Buffer): boolean {
  try {
    return kernelFileSystems.has(statfsSync(folder).type);
  } catch {
    return false;
  }
}

function readContent(file: Buffer, at: string, size: number, budget: IndexBudget): FileContent {
  if (size === 0 && !isKeptFile(at)) return { kind: 'other' };
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    return { kind: 'unread', reason: reasonOf(error) };
  }
  try {
    if (!fstatSync(fd).isFile()) return { kind: 'unread', reason: 'changed while it was read' };
    return contentOf(fd, at, size, budget);
  } catch (error) {
    if (error instanceof ImageError) throw error;
    return { kind: 'unread', reason: reasonOf(error) };
  } finally {
    closeSync(fd);
  }
}

/** Reads no more of an ELF file than its facts need; of all others the first bytes, or the whole of a kept one. */
function contentOf(fd: number, at: string, size: number, budget: IndexBudget): FileContent {
  const wanted = Math.min(size, isKeptFile(at) ? maxKeptSize : foreignHeadSize);
  const bytes = Buffer.alloc(wanted);
  const length = readSync(fd, bytes, 0, wanted, 0);
  const isElf = !isKeptFile(at) && length >= 52 && bytes.readUInt32BE(0) === 0x7f454c46;
  if (!isElf) {
    const reader = new FileContentReader(at, size, budget);
    reader.push(bytes.subarray(0, length));
    const rest = Math.min(size, keptOfScript(bytes)) - length;
    if (rest > 0 && !isKeptFile(at)) {
      const more = Buffer.alloc(rest);
      reader.push(more.subarray(0, readSync(fd, more, 0, rest, length)));
    }
    return reader.finish();
  }
  try {
    const content = PackedElf.of(readElf(fileSource(fd, size), decodeInPlace));
    budget.addHeld(at, content.packed.length);
    return content;
  } catch (error) {
    if (error instanceof ElfError) return { kind: 'other' };
    throw error;
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'no such file or folder';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'ENOTDIR') return 'not a folder';
  return code === '' ? String(error) : code;
}
