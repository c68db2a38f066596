import { posix } from 'node:path';
import { recogniseForeign } from '../../image/foreign/recognise.ts';
import type { LongWork } from '../../image/long-work.ts';
import { BinaryError, type BinaryFile, binaryOfBytes } from '../binary-file.ts';
import { FamilyCount } from '../build-family.ts';
import { judgeNativeFile, type NativeFileJudgement } from '../native-file.ts';
import { SkipCount, type SkipReason } from '../skipped-files.ts';
import { ArchiveBudget } from './archive-budget.ts';
import { separator } from './named-archive.ts';
import { openZip, openZipBytes, type ZipMember } from './zip-archive.ts';

/** What is requested of an archive beside the facts of its files. */
export interface ArchiveWanted {
  readonly sha256: boolean;
  readonly work: LongWork;
}

/** Who takes the native files out of an archive: Java's class loaders, pip, or anyone who unpacks it. */
export type ArchiveKind = 'java' | 'python' | 'plain';

/** A native file of an archive, with its facts. */
export interface NativeMember {
  /** In the archive: `org/x/libx.so`, `BOOT-INF/lib/y.jar!/org/x/libx.so`. */
  readonly name: string;
  /** `path` is `ARCHIVE!/name`; `mode` is what unpacking leaves. */
  readonly file: BinaryFile;
}

/** A symbolic link of an archive. */
export interface LinkMember {
  readonly name: string;
  readonly target: string;
}

/** An archive with what kernel and loaders would meet of it. */
export interface NativeArchive {
  readonly path: string;
  readonly kind: ArchiveKind;
  readonly members: readonly NativeMember[];
  readonly links: readonly LinkMember[];
  /** Object files and files for other systems. */
  readonly skipped: SkipCount;
  /** What its files for other systems are for, as far as their first bytes say so: `macOS arm64`, `Windows x86_64`. */
  readonly otherSystems: readonly string[];
  /** Archives that lie too deep in others to be read. */
  readonly unread: readonly string[];
}

const archiveName = /\.(?:jar|war|ear|aar|whl|zip)$/i;
const javaName = /\.(?:jar|war|ear|aar)$/i;
/** What archives hold most of, and no kernel or loader meets. */
const otherNames =
  /\.(?:class|java|kt|scala|groovy|properties|xml|json|ya?ml|toml|md|txt|html?|css|m?js|ts|map|py[ci]?|pyx|h|hpp|c|cc|cpp|png|gif|jpe?g|svg|ico|ttf|woff2?|mf|sf|rsa|dsa|ec)$/i;
/** A zip that holds a war that holds a jar. */
const maxDepth = 3;
const longestLink = 4096;

const inJar = /\.(?:jar|war|ear|aar)!\//i;

/** Whether Java's class loaders take the member out of the archive, or of a jar in it. */
export const isOfJava = (kind: ArchiveKind, member: string): boolean => kind === 'java' || inJar.test(member);

function kindOf(path: string, names: ReadonlySet<string>): ArchiveKind {
  if (/\.whl$/i.test(path)) return 'python';
  return javaName.test(path) || names.has('META-INF/MANIFEST.MF') ? 'java' : 'plain';
}

/** The files of an archive and of the archives in it; with `only` no more than lies on the way to that member. */
async function* filesOf(
  members: readonly ZipMember[],
  path: string,
  budget: ArchiveBudget,
  only: string | null,
  depth = 1,
): AsyncGenerator<ZipMember> {
  for (const member of members) {
    const prefix = `${member.name}${separator}`;
    const leadsOn = only === null || only.startsWith(prefix);
    if (depth >= maxDepth || !leadsOn || !archiveName.test(member.name)) {
      if (only === null || only === member.name) yield member;
      continue;
    }
    const bytes = await member.read();
    if (bytes.toString('latin1', 0, 2) !== 'PK') continue;
    const inner = await openZipBytes(bytes, `${path}${separator}${member.name}`, budget);
    yield* filesOf(await inner.members(prefix), path, budget, only, depth + 1);
  }
}

/** The systems, with their machines, that a file for macOS or Windows is for; empty for any other. */
export function systemsOf(head: Uint8Array, size: number): readonly string[] {
  const foreign = recogniseForeign(head, size);
  if (foreign.kind === 'mach-o') return foreign.machines.map((machine) => `macOS ${machine}`);
  return foreign.kind === 'pe' ? [`Windows ${foreign.machine ?? ''}`.trim()] : [];
}

/** Reads the native files of one archive. */
class NativeFiles {
  readonly #path: string;
  readonly #kind: ArchiveKind;
  readonly #only: string | null;
  readonly #wanted: ArchiveWanted;
  readonly #names: ReadonlySet<string>;
  readonly #families = new FamilyCount();
  readonly #undecided: ZipMember[] = [];
  readonly members: NativeMember[] = [];
  readonly links: LinkMember[] = [];
  readonly unread: string[] = [];
  readonly otherSystems = new Set<string>();
  readonly skipped: SkipCount;

  constructor(
    path: string,
    kind: ArchiveKind,
    names: ReadonlySet<string>,
    only: string | null,
    wanted: ArchiveWanted,
  ) {
    this.#path = path;
    this.#kind = kind;
    this.#names = names;
    this.#only = only;
    this.#wanted = wanted;
    this.skipped = new SkipCount(path);
  }

  async add(file: ZipMember): Promise<void> {
    const { name } = file;
    if (file.isLink && this.#only === null) {
      if (file.size <= longestLink) this.links.push({ name, target: (await file.read()).toString('latin1') });
      return;
    }
    if (this.#only === null && otherNames.test(name)) return;
    if (this.#only === null && archiveName.test(name)) {
      this.unread.push(name);
      return;
    }
    const judged = this.#only === null ? await this.#judge(file) : 'checked';
    if (judged === null) return;
    this.#families.add(name);
    if (judged === 'checked') await this.#check(file);
    else if (judged === 'one-of-several') this.#undecided.push(file);
    else await this.#skip(file, judged);
  }

  /** After the last file: of those for other systems checks what has no build for others; Java's loaders choose by the path. */
  async finish(): Promise<void> {
    for (const file of this.#undecided) {
      if (!isOfJava(this.#kind, file.name) && this.#families.isAlone(file.name)) await this.#check(file);
      else await this.#skip(file, 'other-platform');
    }
  }

  async #skip(file: ZipMember, reason: SkipReason): Promise<void> {
    this.skipped.add(reason);
    if (reason !== 'other-platform') return;
    for (const system of systemsOf(await file.head(), file.size)) this.otherSystems.add(system);
  }

  async #check(file: ZipMember): Promise<void> {
    const { name } = file;
    const path = `${this.#path}${separator}${name}`;
    const bytes = await file.read();
    const read = binaryOfBytes(path, bytes, this.#modeOf(file), this.#wanted);
    if (read.elf === null) for (const system of systemsOf(bytes, bytes.length)) this.otherSystems.add(system);
    this.members.push({ name, file: read });
  }

  async #judge(file: ZipMember): Promise<NativeFileJudgement> {
    const { name, size } = file;
    if (size === 0) return null;
    return judgeNativeFile({
      path: name,
      head: await file.head(),
      size,
      mode: file.mode ?? 0,
      hasNeighbour: (other) => this.#names.has(posix.join(posix.dirname(name), other)),
    });
  }

  /** Java programs make executable what they extract to execute, and pip the scripts of a wheel. */
  #modeOf({ name, mode }: ZipMember): number {
    if (isOfJava(this.#kind, name) || /^[^/]+\.data\/scripts\//.test(name)) return 0o755;
    return mode ?? 0o644;
  }
}

/**
 * The native files of a zip archive: jar, wheel, zip. `only` names the one member that is wanted, whatever it is. Throws
 * BinaryError: `call` when there is no such member or no native file, `unreadable` when the archive is damaged or too large.
 */
export async function readNativeArchive(
  path: string,
  only: string | null,
  wanted: ArchiveWanted,
): Promise<NativeArchive> {
  const budget = new ArchiveBudget(path);
  const zip = await openZip(path, budget);
  try {
    const listed = await zip.members('');
    const names = new Set(listed.map(({ name }) => name));
    const kind = kindOf(path, names);
    const files = new NativeFiles(path, kind, names, only, wanted);
    for await (const file of filesOf(listed, path, budget, only)) {
      if (wanted.work.isDue) await wanted.work.pause(`reading ${path}: ${file.name}`);
      await files.add(file);
    }
    await files.finish();
    if (only !== null && !files.members.some(({ name }) => name === only))
      throw new BinaryError('call', `${path} has no file ${only}`);
    const { members, links, skipped, unread } = files;
    return { path, kind, members, links, skipped, unread, otherSystems: [...files.otherSystems].sort() };
  } finally {
    zip.close();
  }
}
