import type { BinaryFile } from '../binary/binary-file.ts';
import { composeCommand } from '../container/command.ts';
import type { Container } from '../container/container.ts';
import { containerOf } from '../container/container-of-start.ts';
import { pathFromText, pathToText } from '../image/entry-path.ts';
import type { Image, LayerIndex } from '../image/image.ts';
import { execCredentials } from '../loader/kernel/execve.ts';
import { lookUpCommand } from '../loader/kernel/path-lookup.ts';
import { mergedTree } from '../rootfs/merged-tree.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import type { CheckInput } from './check-input.ts';
import { earlierObjects } from './earlier-objects.ts';
import { entryOf } from './entry-of.ts';
import { failureOf } from './failure.ts';
import type { FailedStart, Start } from './start.ts';

/** What all starts of a call share, and how an image of it is opened. */
export interface ImageCall {
  readonly input: CheckInput;
  readonly start: Pick<Start, 'env' | 'user' | 'host'>;
  /** Throws ImageError. */
  open(reference: string): Promise<Image>;
  /** The layers of `--add`. Throws ImageError. */
  added(image: Image): readonly LayerIndex[];
  /** The start in an image that may be fetched further. */
  inImage(start: Omit<Start, 'image' | 'complete'>, image: Image): Start;
}

/** A file of the image as the binary of a start; one that is not there has no content. */
export function binaryInImage(path: string, at: string, rootfs: Rootfs): BinaryFile {
  const found = rootfs.lookup(at);
  const content = found.ok ? found.inode.content : null;
  return {
    path,
    sha256: null,
    size: found.ok ? found.inode.size : 0,
    mode: found.ok ? found.inode.mode : 0,
    content: content ?? { kind: 'other' },
    elf: content?.kind === 'elf' ? content.elf : null,
    hints: null,
  };
}

/** Where the engine finds the program of a command (R2, R4); the word itself where it finds none. */
function programOf(command: string, container: Container): string {
  if (command.startsWith('/')) return command;
  const { cwd } = container.start;
  if (command.includes('/')) return `${cwd.replace(/\/+$/, '')}/${command.replace(/^(?:\.\/+)+/, '')}`;
  const looked = lookUpCommand(container, command, execCredentials(container));
  return looked.kind === 'found' ? looked.path : command;
}

/** The start of what the engine executes. */
function firstStart(call: ImageCall, argv: readonly string[], image: Image): Start {
  const entry = { kind: 'command', argv, link: 1 } as const;
  const [command = ''] = argv;
  const copied = call.added(image);
  const { rootfs } = mergedTree(image.content.layers, copied, 'followed');
  const unknown = { ...call.start, binary: binaryInImage('', '', rootfs), at: command, entry, copied };
  const start = call.inImage(unknown, image);
  const at = programOf(command, containerOf(start, rootfs));
  return { ...start, at, binary: binaryInImage(pathToText(at), at, rootfs) };
}

/** The start of a file of the image that the call names by its path: of a program with its arguments, or of a shared object. */
function namedStart(call: ImageCall, path: string, image: Image): Start | FailedStart {
  const { args = [] } = call.input;
  const start = firstStart(call, [path, ...args].map(pathFromText), image);
  const { rootfs } = mergedTree(image.content.layers, start.copied, 'followed');
  const found = rootfs.lookup(start.at);
  if (!found.ok && found.errno === 'ENOENT') {
    const reason = `${path}: no such file, neither on this machine nor in ${image.reference}`;
    const { host } = call.start;
    return {
      path,
      binary: null,
      reference: image.reference,
      image,
      host,
      failure: { problem: 'call', reason },
    };
  }
  const earlier = earlierObjects(call.input.loadedBefore ?? [], start.at, image, start.copied);
  const entry = entryOf(start.binary, call.input, earlier.paths);
  const copied = [...start.copied, ...earlier.copied];
  const named = entry.kind === 'dlopen' ? { ...start, copied, entry } : start;
  return call.inImage(named, image);
}

/** Plans the start of a file of the image by its absolute path, as `docker run --entrypoint PATH` starts it. */
export async function* planFileOfImage(
  call: ImageCall,
  reference: string,
  path: string,
): AsyncGenerator<Start | FailedStart> {
  let image: Image | null = null;
  try {
    image = await call.open(reference);
    yield namedStart(call, path, image);
  } catch (error) {
    const { host } = call.start;
    yield { path, binary: null, reference, image, host, failure: failureOf(error) };
  }
}

/** Plans the start of the command that the image's configuration and the call make together (R3). */
export async function* planOwnCommand(
  call: ImageCall,
  reference: string,
): AsyncGenerator<Start | FailedStart> {
  const { entrypoint = null, args = [] } = call.input;
  let image: Image | null = null;
  try {
    image = await call.open(reference);
    const { config } = image.content;
    yield firstStart(call, composeCommand(config, { entrypoint, args }).map(pathFromText), image);
  } catch (error) {
    const { host } = call.start;
    yield { path: reference, binary: null, reference, image, host, failure: failureOf(error) };
  }
}
