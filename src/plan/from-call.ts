import { basename } from 'node:path';
import type { BinaryFile } from '../binary/binary-file.ts';
import { isOnDisk } from '../binary/find-binaries.ts';
import { defaultHost, type Host, hostEngineOf } from '../container/host.ts';
import { findLibcs, systemLibc } from '../container/libc.ts';
import { composedBounding } from '../container/privileges.ts';
import { CacheStore } from '../image/cache/cache-store.ts';
import { pathFromText } from '../image/entry-path.ts';
import type { Image, LayerIndex } from '../image/image.ts';
import { LongWork } from '../image/long-work.ts';
import { mergedTree } from '../rootfs/merged-tree.ts';
import type { Call, CheckInput } from './check-input.ts';
import { CollectionSkips } from './collection-skips.ts';
import { type ImageCall, scriptChain } from './command-chain.ts';
import { AddedLayers, binaryLayer } from './copied-layers.ts';
import { earlierObjects } from './earlier-objects.ts';
import { entryOf } from './entry-of.ts';
import { failureOf } from './failure.ts';
import { planFileOfImage, planOwnCommand } from './from-image.ts';
import { namedBinaries } from './named-binaries.ts';
import type { NamedBinary } from './named-binary.ts';
import type { NamedCollection } from './named-collection.ts';
import { OpenedImages } from './opened-images.ts';
import type { FailedStart, Start } from './start.ts';

/** What the call says about the host, over the defaults. */
function hostOf(input: CheckInput): Host {
  const [major = defaultHost.kernel[0], minor = 0] =
    input.kernel?.split('.').map(Number) ?? defaultHost.kernel;
  return {
    kernel: [major, minor],
    cpu: input.cpu ?? defaultHost.cpu,
    engine: input.engine ?? defaultHost.engine,
    overridesInExec: input.engine === 'docker',
  };
}

/** The host of a start: without `engine` in the call, the engine that the image came from is taken at its word. */
function hostIn({ engine: asked }: CheckInput, host: Host, { engine }: Image): Host {
  return asked !== undefined || engine == null ? host : { ...host, ...hostEngineOf(engine) };
}

/** An absolute path that no file on disk has names a file of the image, unless the call says where the binary will stand. */
const isOfImage = (path: string, { at }: CheckInput): boolean =>
  at === undefined && path.startsWith('/') && !isOnDisk(path);

/** Where the binary is in the container, and the layers that put it there with all else that the call copies in. */
async function placed(
  named: NamedBinary,
  binary: BinaryFile,
  { content: { layers } }: Image,
  added: readonly LayerIndex[],
): Promise<Pick<Start, 'at' | 'copied'>> {
  const folder = await named.folderLayer();
  const below = folder === null ? added : [...added, folder];
  const { rootfs } = mergedTree(layers, below, 'followed');
  const destination = pathFromText(named.destination);
  const found = rootfs.lookup(destination);
  const intoFolder = folder === null && found.ok && found.inode.type === 'directory';
  const at = intoFolder ? `${destination}/${pathFromText(basename(named.path))}` : destination;
  const isThere = found.ok && found.inode.content === binary.content;
  return { at, copied: isThere ? below : [...below, binaryLayer(binary, at)] };
}

/** Plans the starts of a call: every binary in every image. */
class CallPlanner {
  readonly #input: Call;
  readonly #host: Host;
  readonly #store: CacheStore | null;
  readonly #images: OpenedImages;
  readonly #work: LongWork;
  readonly #addedLayers: AddedLayers;
  readonly #skips = new CollectionSkips();

  constructor(input: Call) {
    const { cache } = input;
    const store = cache === undefined ? null : new CacheStore(cache.folder, cache.limit);
    this.#input = input;
    this.#host = hostOf(input);
    this.#store = store;
    this.#images = new OpenedImages(input, store);
    this.#work = new LongWork(input);
    this.#addedLayers = new AddedLayers(this.#work);
  }

  async *plan(): AsyncGenerator<Start | FailedStart> {
    const binaries = await namedBinaries(this.#input, this.#store, this.#work);
    const call = this.#imageCall();
    for (const reference of this.#input.images) {
      if (binaries.length === 0) yield* planOwnCommand(call, reference);
      for (const named of binaries) {
        if ('fitting' in named) yield* this.#startsOfCollection(named, reference);
        else if (isOfImage(named.path, this.#input)) yield* planFileOfImage(call, reference, named.path);
        else yield* this.#startsOfFile(call, named, reference);
      }
    }
    for (const each of this.#skips.files()) this.#input.onSkipped?.(each);
  }

  /** A file of this machine; a script with the programs that it hands over to. */
  async *#startsOfFile(
    call: ImageCall,
    named: NamedBinary,
    reference: string,
  ): AsyncGenerator<Start | FailedStart> {
    const start = await this.#start(named, reference);
    if ('failure' in start || start.entry.kind !== 'exec' || start.binary.content.kind !== 'script')
      return yield start;
    try {
      yield* scriptChain(call, start);
    } catch (error) {
      const { binary, image, host } = start;
      yield { path: named.path, binary, reference, image, host, failure: failureOf(error), command: null };
    }
  }

  #imageCall(): ImageCall {
    return {
      input: this.#input,
      start: this.#circumstances(),
      open: (reference) => this.#images.open(reference, null),
      added: (image) => this.#added(image),
      inImage: (start, image) => this.#inImage(start, image),
    };
  }

  /** What the call says about every start of it. */
  #circumstances(): Pick<Start, 'env' | 'user' | 'workingDir' | 'host' | 'privileges'> {
    const { env = [], user, capAdd = [], capDrop = [], noNewPrivileges = false } = this.#input;
    const { engine } = this.#host;
    return {
      env: env.map(pathFromText),
      user: user === undefined ? null : pathFromText(user),
      workingDir: null,
      host: this.#host,
      privileges: { bounding: composedBounding(engine, capAdd, capDrop), noNewPrivileges },
    };
  }

  /**
   * The starts of what an archive or folder has for an image; an archive's files in the image's own java or python where the call
   * names no caller.
   */
  async *#startsOfCollection(
    { path, platform, host, folder, fitting }: NamedCollection,
    reference: string,
  ): AsyncGenerator<Start | FailedStart> {
    let image: Image | null = null;
    try {
      image = await this.#images.openFitting(reference, platform);
      const { layers, platform: own } = image.content;
      const { rootfs } = mergedTree(layers, await this.#added(image), 'followed');
      const libc = systemLibc(rootfs, findLibcs(rootfs))?.family ?? null;
      const selection = fitting({ platform: own, libc });
      const { binaries, lacking } = selection;
      this.#skips.add(path, selection);
      const opened = folder === null ? image : null;
      for (const named of binaries) yield await this.#start(named, reference, host, opened);
      if (lacking === null) return;
      const start = await this.#start(lacking, reference, host, opened);
      yield 'failure' in start ? start : { ...start, entry: { kind: 'no-build', ...lacking.builds } };
    } catch (error) {
      if (image === null && folder !== null) {
        for (const named of folder) yield await this.#start(named, reference);
        return;
      }
      const failure = failureOf(error);
      yield { path, binary: null, reference, image, host: this.#host, failure, command: null };
    }
  }

  /** `host` is the kind of program that loads what the binary's archive holds. */
  async #start(
    named: NamedBinary,
    reference: string,
    host: NamedCollection['host'] = null,
    opened: Image | null = null,
  ): Promise<Start | FailedStart> {
    let binary: BinaryFile | null = null;
    let image = opened;
    try {
      binary = await named.read();
      image ??= await this.#images.open(reference, binary);
      const { at, copied } = await placed(named, binary, image, await this.#added(image));
      const earlier = await earlierObjects(this.#input.loadedBefore ?? [], at, image, copied);
      const start = {
        binary,
        at,
        copied: [...copied, ...earlier.copied],
        entry: entryOf(binary, this.#input, earlier.paths, host),
        ...this.#circumstances(),
      };
      return this.#inImage(start, image);
    } catch (error) {
      const failure = failureOf(error);
      return { path: named.path, binary, reference, image, host: this.#host, failure, command: null };
    }
  }

  #inImage(start: Omit<Start, 'image' | 'complete'>, image: Image): Start {
    const complete = async () => {
      const fuller = await this.#images.complete(image);
      return fuller === null ? null : this.#inImage(start, fuller);
    };
    return { ...start, host: hostIn(this.#input, start.host, image), image, complete };
  }

  /** The layers of `--add`, of which each may find a folder that an earlier one made. */
  async #added({ content: { layers } }: Image): Promise<readonly LayerIndex[]> {
    const added: LayerIndex[] = [];
    for (const add of this.#input.add ?? []) {
      const { rootfs } = mergedTree(layers, added, 'followed');
      added.push(await this.#addedLayers.of(add, rootfs));
    }
    return added;
  }
}

/** Plans every binary of a call in every image of it: image by image, so that one image is held at a time. */
export const planCall = (input: Call): AsyncGenerator<Start | FailedStart> => new CallPlanner(input).plan();
