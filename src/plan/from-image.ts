import { composeCommand } from '../container/command.ts';
import { pathFromText } from '../image/entry-path.ts';
import type { Image } from '../image/image.ts';
import { mergedTree } from '../rootfs/merged-tree.ts';
import { binaryInImage, commandChain, type ImageCall, whole } from './command-chain.ts';
import { earlierObjects } from './earlier-objects.ts';
import { entryOf } from './entry-of.ts';
import { failureOf } from './failure.ts';
import type { FailedStart, Start } from './start.ts';

/** Opens an image and plans starts in it; what cannot be read is one failed start. */
async function* inOpened(
  call: ImageCall,
  reference: string,
  path: string,
  plan: (image: Image) => AsyncGenerator<Start | FailedStart>,
): AsyncGenerator<Start | FailedStart> {
  let image: Image | null = null;
  try {
    image = await call.open(reference);
    yield* plan(image);
  } catch (error) {
    const { host } = call.start;
    yield { path, binary: null, reference, image, host, failure: failureOf(error), command: null };
  }
}

/** The file that the call names by its path: a shared object is opened, a program begins a chain. */
async function* namedFile(call: ImageCall, path: string, image: Image): AsyncGenerator<Start | FailedStart> {
  const { args = [] } = call.input;
  const at = pathFromText(path);
  const copied = await call.added(image);
  const { rootfs } = mergedTree(image.content.layers, copied, 'followed');
  const found = rootfs.lookup(at);
  if (!found.ok && found.errno === 'ENOENT') {
    const reason = `${path}: no such file, neither on this machine nor in ${image.reference}`;
    const failure = { problem: 'call', reason } as const;
    const { host } = call.start;
    yield { path, binary: null, reference: image.reference, image, host, failure, command: null };
    return;
  }
  const [first] = await whole(async (of) => {
    const tree = mergedTree(of.content.layers, copied, 'followed').rootfs;
    const binary = binaryInImage(path, at, tree);
    const earlier = await earlierObjects(call.input.loadedBefore ?? [], at, of, copied);
    const entry = entryOf(binary, call.input, earlier.paths);
    return call.inImage({ ...call.start, binary, at, entry, copied: [...copied, ...earlier.copied] }, of);
  }, image);
  if (first.entry.kind === 'dlopen') yield first;
  else yield* commandChain(call, [path, ...args].map(pathFromText), first.image);
}

/** Plans the start of a file of the image by its absolute path, as `docker run --entrypoint PATH` starts it. */
export const planFileOfImage = (
  call: ImageCall,
  reference: string,
  path: string,
): AsyncGenerator<Start | FailedStart> =>
  inOpened(call, reference, path, (image) => namedFile(call, path, image));

/** Plans the start of the command that the image's configuration and the call make together (R3). */
export const planOwnCommand = (call: ImageCall, reference: string): AsyncGenerator<Start | FailedStart> =>
  inOpened(call, reference, reference, (image) => {
    const { entrypoint = null, args = [] } = call.input;
    const argv = composeCommand(image.content.config, { entrypoint, args });
    return commandChain(call, argv.map(pathFromText), image);
  });
