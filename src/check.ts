import { basename } from 'node:path';
import { adviseOn } from './advice/advise.ts';
import type { AdviceFacts } from './advice/binary-facts.ts';
import { BinaryError, type BinaryFile, readBinary } from './binary/binary-file.ts';
import { type BinaryPath, findBinaries, standsAt } from './binary/find-binaries.ts';
import { KnownHashes } from './binary/known-hashes.ts';
import { decodeInPlace } from './elf/fixed-tables.ts';
import { kindOf } from './elf/kind.ts';
import { platformOf } from './elf/machine.ts';
import { CacheStore } from './image/cache/cache-store.ts';
import { ImageCache } from './image/cache/image-cache.ts';
import { pathFromText } from './image/entry-path.ts';
import { ImageError } from './image/image-error.ts';
import type { Image, ImageSourceName, LayerIndex, Platform } from './image/image-index.ts';
import { indexFile, indexFolder, type KnownFile } from './image/index-tree.ts';
import { type OpenImageOptions, openImage } from './image/open-image.ts';
import { parsePlatform } from './image/platform.ts';
import type { RegistryOptions } from './image/source-options.ts';
import type { LoadTrace } from './loader/load-trace.ts';
import { simulateDlopen, simulateStart } from './loader/simulate.ts';
import type { CheckReport, CheckResult } from './report/check-report.ts';
import { type BinaryAndImage, decidedResult, undecidedResult } from './report/results.ts';
import { type Rootfs, squash } from './rootfs/rootfs.ts';
import type { Finding } from './rules/finding.ts';
import { rules } from './rules/index.ts';
import { readDistro } from './target/distro.ts';
import { type CpuLevel, defaultHost, type Engine, type Host } from './target/host.ts';
import { findLibcs, type Libc, systemLibc } from './target/libc.ts';
import { processEnv, resolveUser } from './target/process-start.ts';
import type { Target } from './target/target.ts';
import { toolIdentity } from './tool-identity.ts';

/** How far the reading of an image has come. */
export interface CheckProgress {
  readonly what: string;
  readonly bytes: number;
  readonly total: number | null;
}

/** What to check, and what is known of where it will run. */
export interface CheckInput {
  /** Files on disk; a folder stands for every ELF file in it. */
  readonly binaries: readonly string[];
  /** References, each with or without `source:` in front. */
  readonly images: readonly string[];
  /** Default `auto`. */
  readonly source?: ImageSourceName | 'auto';
  /** `os/architecture[/variant]`; default: the one that fits the binary. */
  readonly platform?: string;
  /** Where the binary will stand in the image; with a slash at the end, the folder. Default: the root folder. */
  readonly at?: string;
  /** Files and folders that the image will have besides. */
  readonly add?: readonly { readonly source: string; readonly destination: string }[];
  /** `KEY=value` lines over the image's Env. */
  readonly env?: readonly string[];
  /** Over the image's User. */
  readonly user?: string;
  /** The program of the image that loads the shared objects that are checked. */
  readonly loadedBy?: string;
  /** Version of the running kernel, such as `5.10`. */
  readonly kernel?: string;
  readonly cpu?: CpuLevel;
  readonly engine?: Engine;
  /** Whether the report has the binaries' sha256, for which all of each file is read. Default true. */
  readonly sha256?: boolean;
  /** How registries are reached. */
  readonly registry?: RegistryOptions;
  /** No network at all. */
  readonly offline?: boolean;
  /** `never`: a bare reference is not looked up in a registry. Default `auto`. */
  readonly pull?: 'auto' | 'never';
  /** Where indexes of layers and hashes of large binaries are kept between runs, and how many bytes of them; nothing is kept by default. */
  readonly cache?: { readonly folder: string; readonly limit: number };
  /** The caller's environment: where engines are found. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onProgress?: (progress: CheckProgress) => void;
  readonly signal?: AbortSignal;
}

interface Binary {
  readonly where: BinaryPath;
  readonly file: BinaryFile;
}

/** An image as it will be when the files of `--add` and of a named folder are copied in. */
interface Prepared {
  readonly image: Image;
  readonly rootfs: Rootfs;
}

function hostOf(input: CheckInput): Host {
  const [major = defaultHost.kernel[0], minor = 0] =
    input.kernel?.split('.').map(Number) ?? defaultHost.kernel;
  return {
    kernel: [major, minor],
    cpu: input.cpu ?? defaultHost.cpu,
    engine: input.engine ?? defaultHost.engine,
  };
}

/** A path of the call as the raw bytes that paths of images are, without the slash in front. */
const entryPath = (path: string): string => pathFromText(path).replace(/^\/+/, '');

/** The entries of a folder or file on disk as they stand at `destination`, owned by root as `COPY` makes them. */
function copiedLayer(
  source: string,
  destination: string,
  isFolder: boolean,
  known?: ReadonlyMap<string, KnownFile>,
): LayerIndex {
  const place = entryPath(destination).replace(/\/+$/, '');
  const layer = isFolder ? indexFolder(source, undefined, known) : indexFile(source, place);
  const entries = layer.entries
    .filter((entry) => entry.path !== '' || !isFolder)
    .map((entry) => {
      const path = isFolder && place !== '' ? `${place}/${entry.path}` : entry.path;
      const target =
        entry.type === 'hardlink' && isFolder && place !== '' ? `${place}/${entry.target}` : null;
      return { ...entry, path, uid: 0, gid: 0, ...(target === null ? {} : { target }) };
    });
  return { diffID: null, entries };
}

/** The layer of `--add`: a file goes to DEST, or into it when DEST ends in a slash or is a folder; a folder's content goes to DEST. */
function addedLayer(add: NonNullable<CheckInput['add']>[number], rootfs: Rootfs): LayerIndex {
  const entries = indexFile(add.source, 'x').entries;
  if (entries[0]?.type === 'directory') return copiedLayer(add.source, add.destination, true);
  const found = rootfs.lookup(pathFromText(add.destination));
  const intoFolder = add.destination.endsWith('/') || (found.ok && found.inode.type === 'directory');
  const name = basename(add.source);
  const destination = intoFolder ? `${add.destination.replace(/\/+$/, '')}/${name}` : add.destination;
  return copiedLayer(add.source, destination, false);
}

function binaryLayer(binary: BinaryFile, at: string): LayerIndex {
  const { size, mode, content } = binary;
  return {
    diffID: null,
    entries: [
      { type: 'file', path: at.replace(/^\/+/, ''), mode, uid: 0, gid: 0, size, content, capability: null },
    ],
  };
}

function targetOf(input: CheckInput, image: Image, rootfs: Rootfs): Target {
  const config = { ...image.index.config, user: input.user ?? image.index.config.user };
  const user = resolveUser(config.user, rootfs);
  return {
    rootfs,
    platform: image.index.platform,
    config,
    start: {
      env: processEnv(config, input.env ?? []),
      cwd: config.workingDir === '' ? '/' : config.workingDir,
      uid: user.ok ? user.uid : 0,
      gid: user.ok ? user.gid : 0,
      gids: user.ok ? user.gids : [],
    },
    host: hostOf(input),
  };
}

function simulate(input: CheckInput, target: Target, at: string, { elf }: BinaryFile): LoadTrace {
  const isLibrary = elf !== null && kindOf(elf) === 'shared-object';
  return isLibrary
    ? simulateDlopen(target, at, elf, input.loadedBy === undefined ? null : pathFromText(input.loadedBy))
    : simulateStart(target, at);
}

function findingsOf(
  trace: LoadTrace,
  target: Target,
  libcs: readonly Libc[],
  pair: BinaryAndImage,
): Finding[] {
  const { binary, image, at } = pair;
  const factsForAdvice = (): AdviceFacts => ({
    path: binary.path,
    at,
    elf: binary.elf,
    hints: binary.hints,
    trace,
    libcs,
    distro: readDistro(target.rootfs),
    rootfs: target.rootfs,
    imageReference: image.reference,
    platform: [target.platform.os, target.platform.architecture, target.platform.variant]
      .filter(Boolean)
      .join('/'),
  });
  let facts: AdviceFacts | null = null;
  const context = { trace, target, libcs, binary: { at, elf: binary.elf, hints: binary.hints } };
  return rules.flatMap((rule) =>
    rule.check(context).map((detection) => {
      const { id, severity, confidence } = rule;
      const { subject, expected, found, where, message, seen, exitStatus } = detection;
      const advised = {
        rule: id,
        severity,
        confidence,
        subject,
        expected,
        found,
        where,
        message,
        seen,
        exitStatus,
      };
      facts ??= factsForAdvice();
      return { ...advised, remedies: adviseOn(advised, facts) };
    }),
  );
}

/** One binary in one image: facts, simulation, judgement. */
function checkOne(input: CheckInput, binary: Binary, prepared: Prepared): CheckResult {
  const asked = pathFromText(standsAt(binary.where, input.at ?? null));
  const found = prepared.rootfs.lookup(asked);
  const name = pathFromText(basename(binary.where.path));
  const at =
    binary.where.folder === null && found.ok && found.inode.type === 'directory' ? `${asked}/${name}` : asked;
  const isThere = found.ok && found.inode.content === binary.file.content;
  const rootfs = isThere ? prepared.rootfs : prepared.rootfs.withLayer(binaryLayer(binary.file, at));
  const target = targetOf(input, prepared.image, rootfs);
  const trace = simulate(input, target, at, binary.file);
  const libcs = findLibcs(rootfs);
  const pair = { binary: binary.file, image: prepared.image, at };
  return decidedResult(
    pair,
    trace,
    findingsOf(trace, target, libcs, pair),
    systemLibc(rootfs, libcs),
    target.host,
  );
}

/** Opens every image once for each platform that the binaries fit. */
class ImageShelf {
  readonly #input: CheckInput;
  readonly #opened = new Map<string, Promise<Image>>();
  readonly #cache: ImageCache | null;

  constructor(input: CheckInput, store: CacheStore | null) {
    this.#input = input;
    this.#cache = store === null ? null : new ImageCache(store);
  }

  open(reference: string, binary: BinaryFile): Promise<Image> {
    const fitting: Platform | null = binary.elf === null ? null : platformOf(binary.elf);
    const key = `${reference}\0${JSON.stringify(fitting)}`;
    const known = this.#opened.get(key);
    if (known !== undefined) return known;
    const { source = 'auto', platform, environment, onProgress, signal } = this.#input;
    const image = openImage(source === 'auto' ? reference : `${source}:${reference}`, {
      platform: platform === undefined ? null : parsePlatform(platform),
      fitting,
      env: environment,
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(signal === undefined ? {} : { signal }),
      ...this.#sourceOptions(),
    });
    this.#opened.set(key, image);
    return image;
  }

  /**
   * The image with the files that a check asked for and that were not fetched yet; null when it had all. The check is then to
   * be made again: each time the files are fewer, so it ends.
   */
  async complete(image: Image): Promise<Image | null> {
    if (image.source !== 'registry') return null;
    const { completeImage } = await import('./image/partial/complete-image.ts');
    const fuller = await completeImage(image);
    if (fuller === null) return null;
    for (const [key, opened] of this.#opened) {
      if ((await opened.catch(() => null)) === image) this.#opened.set(key, Promise.resolve(fuller));
    }
    return fuller;
  }

  #sourceOptions(): Pick<OpenImageOptions, 'registry' | 'offline' | 'pull' | 'cache' | 'partial'> {
    const { registry, offline, pull } = this.#input;
    return {
      partial: true,
      ...(registry === undefined ? {} : { registry }),
      ...(offline === undefined ? {} : { offline }),
      ...(pull === undefined ? {} : { pull }),
      ...(this.#cache === null ? {} : { cache: this.#cache }),
    };
  }
}

/** The image's tree with what `--add` and the named folder bring. */
class RootfsShelf {
  readonly #input: CheckInput;
  readonly #squashed = new WeakMap<Image, Rootfs>();
  readonly #withFolder = new Map<string, Rootfs>();
  readonly #ids = new Map<Image, number>();
  readonly #known: ReadonlyMap<string, ReadonlyMap<string, KnownFile>>;

  /** `known`: by named folder and path in it, the files whose facts were read to check them. */
  constructor(input: CheckInput, known: ReadonlyMap<string, ReadonlyMap<string, KnownFile>>) {
    this.#input = input;
    this.#known = known;
  }

  prepare(image: Image, where: BinaryPath): Rootfs {
    const base = this.#base(image);
    if (where.folder === null) return base;
    const id = this.#ids.get(image) ?? this.#ids.size;
    this.#ids.set(image, id);
    const key = `${id}\0${where.folder.path}`;
    const known = this.#withFolder.get(key);
    if (known !== undefined) return known;
    const at = standsAt(
      { path: where.folder.path, folder: { path: where.folder.path, inside: '' } },
      this.#input.at ?? null,
    );
    const rootfs = base.withLayer(
      copiedLayer(where.folder.path, at, true, this.#known.get(where.folder.path)),
    );
    this.#withFolder.set(key, rootfs);
    return rootfs;
  }

  #base(image: Image): Rootfs {
    const known = this.#squashed.get(image);
    if (known !== undefined) return known;
    let rootfs = squash(image.index.layers);
    for (const add of this.#input.add ?? []) rootfs = rootfs.withLayer(addedLayer(add, rootfs));
    this.#squashed.set(image, rootfs);
    return rootfs;
  }
}

interface Failure {
  readonly problem: 'call' | 'unreadable';
  readonly reason: string;
}

/** The errors that are a result: the file or the image could not be read. Everything else is thrown on. */
function failureOf(error: unknown): Failure {
  if (error instanceof BinaryError || error instanceof ImageError)
    return { problem: error.code, reason: error.message };
  throw error;
}

function readBinaries(
  { binaries, sha256 = true }: CheckInput,
  store: CacheStore | null,
): (Binary | (Failure & { readonly path: string }))[] {
  const wanted = { sha256, hashes: store === null ? null : new KnownHashes(store) };
  const ofFolder = { ...wanted, decode: decodeInPlace };
  return binaries.flatMap((word) => {
    try {
      return findBinaries(word).map((where) => {
        try {
          return { where, file: readBinary(where.path, where.folder === null ? wanted : ofFolder) };
        } catch (error) {
          return { path: where.path, ...failureOf(error) };
        }
      });
    } catch (error) {
      return [{ path: word, ...failureOf(error) }];
    }
  });
}

/** The files of named folders, by the folder and the path in it. */
function filesOfFolders(
  binaries: ReturnType<typeof readBinaries>,
): ReadonlyMap<string, ReadonlyMap<string, KnownFile>> {
  const byFolder = new Map<string, Map<string, KnownFile>>();
  for (const binary of binaries) {
    if (!('file' in binary) || binary.where.folder === null) continue;
    const { path, inside } = binary.where.folder;
    const files = byFolder.get(path) ?? new Map<string, KnownFile>();
    byFolder.set(path, files.set(pathFromText(inside), binary.file));
  }
  return byFolder;
}

/**
 * Checks every binary against every image: whether it would start there, what would be seen, why, and what to do.
 * What cannot be read gives a result with the verdict `unknown` and its reason; only faults of this program are thrown.
 */
export async function check(input: CheckInput): Promise<CheckReport> {
  const { cache } = input;
  const store = cache === undefined ? null : new CacheStore(cache.folder, cache.limit);
  const binaries = readBinaries(input, store);
  const images = new ImageShelf(input, store);
  const trees = new RootfsShelf(input, filesOfFolders(binaries));
  const results: CheckResult[] = [];
  for (const binary of binaries) {
    for (const reference of input.images) {
      if (!('file' in binary)) {
        results.push(undecidedResult(binary.path, null, reference, null, binary, hostOf(input)));
        continue;
      }
      let image: Image | null = null;
      try {
        image = await images.open(reference, binary.file);
        let result: CheckResult;
        let missing: Image | null;
        do {
          result = checkOne(input, binary, { image, rootfs: trees.prepare(image, binary.where) });
          missing = await images.complete(image);
          image = missing ?? image;
        } while (missing !== null);
        results.push(result);
      } catch (error) {
        results.push(
          undecidedResult(binary.where.path, binary.file, reference, image, failureOf(error), hostOf(input)),
        );
      }
    }
  }
  const count = (verdict: CheckResult['verdict']) =>
    results.filter((result) => result.verdict === verdict).length;
  return {
    schemaVersion: 1,
    tool: toolIdentity,
    checkedAt: new Date().toISOString(),
    summary: { runs: count('runs'), fails: count('fails'), unknown: count('unknown') },
    results,
  };
}
