import type { BinaryFile } from '../binary/binary-file.ts';
import { composeCommand } from '../container/command.ts';
import type { Container } from '../container/container.ts';
import { containerOf } from '../container/container-of-start.ts';
import { pathFromText, pathToText } from '../image/entry-path.ts';
import type { Image, LayerIndex } from '../image/image.ts';
import { type Next, type NextCommand, nextCommand, stays } from '../launch/next-command.ts';
import { execCredentials } from '../loader/kernel/execve.ts';
import { lookUpCommand } from '../loader/kernel/path-lookup.ts';
import type { HandedOver } from '../loader/scripts/handed-over.ts';
import { unknownWord } from '../loader/scripts/unknown-word.ts';
import { startCommand } from '../loader/simulate.ts';
import { mergedTree } from '../rootfs/merged-tree.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import type { CheckInput } from './check-input.ts';
import { earlierObjects } from './earlier-objects.ts';
import { entryOf } from './entry-of.ts';
import { failureOf } from './failure.ts';
import type { CommandLink, FailedStart, Start } from './start.ts';

/** What all starts of a call share, and how an image of it is opened. */
export interface ImageCall {
  readonly input: CheckInput;
  readonly start: Pick<Start, 'env' | 'user' | 'workingDir' | 'host' | 'privileges'>;
  /** Throws ImageError. */
  open(reference: string): Promise<Image>;
  /** The layers of `--add`. Throws ImageError. */
  added(image: Image): Promise<readonly LayerIndex[]>;
  /** The start in an image that may be fetched further. */
  inImage(start: Omit<Start, 'image' | 'complete'>, image: Image): Start;
}

/** Longer chains are not followed: no entrypoint hands over so often. */
const maxLinks = 12;

/** A file of the image as the binary of a start; one that is not there has no content. */
function binaryInImage(path: string, at: string, rootfs: Rootfs): BinaryFile {
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

/** Where the program of a command is found (R2, R4); the word itself where it is not. */
function programOf(command: string, container: Container): string {
  if (command.startsWith('/')) return command;
  const { cwd } = container.start;
  if (command.includes('/')) return `${cwd.replace(/\/+$/, '')}/${command.replace(/^(?:\.\/+)+/, '')}`;
  const looked = lookUpCommand(container, command, execCredentials(container));
  return looked.kind === 'found' ? looked.path : command;
}

/** The start of one link of a command, with the changes that the links before it made. */
async function linkStart(
  call: ImageCall,
  settings: ImageCall['start'],
  link: CommandLink,
  image: Image,
): Promise<Start> {
  const [command] = link.argv;
  const copied = await call.added(image);
  const { rootfs } = mergedTree(image.content.layers, copied, 'followed');
  const container = containerOf({ ...settings, image }, rootfs);
  const at = programOf(command ?? '', container);
  const entry = { kind: 'command', ...link } as const;
  const start = { ...settings, binary: binaryInImage(pathToText(at), at, rootfs), at, entry, copied };
  return call.inImage(start, image);
}

/** The `KEY=value` and `KEY` lines that make one environment of another. */
function environmentChanges(
  from: ReadonlyMap<string, string>,
  to: ReadonlyMap<string, string>,
): readonly string[] {
  const removed = [...from.keys()].filter((name) => !to.has(name));
  const changed = [...to].filter(([name, value]) => from.get(name) !== value);
  return [...removed, ...changed.map(([name, value]) => `${name}=${value}`)];
}

/** What the program of a start executes next; its environment is what the start's own is changed to. */
function nextOf(start: Start): Next {
  if (start.entry.kind !== 'command') return stays;
  const { rootfs } = mergedTree(start.image.content.layers, start.copied, 'followed');
  const argv = start.entry.argv.map((word) => word ?? unknownWord);
  const container = containerOf(start, rootfs);
  const { running } = startCommand(container, argv, start.entry.by);
  if (running === null) return stays;
  const next = nextCommand(running.container, running.executed, start.entry.by?.changedBy ?? []);
  if (next.kind !== 'command') return next;
  const byEnv = environmentChanges(container.start.env, running.container.start.env);
  return { kind: 'command', command: { ...next.command, env: [...byEnv, ...next.command.env] } };
}

/** The settings of the next link: what the program before it changed. */
const settingsAfter = (
  settings: ImageCall['start'],
  { env, user, cwd }: NextCommand,
): ImageCall['start'] => ({
  ...settings,
  env: [...settings.env, ...env],
  user: user ?? settings.user,
  workingDir: cwd,
});

/** The start and what follows it, in an image that holds all that both look at. Throws ImageError. */
async function whole(begin: (image: Image) => Promise<Start>, image: Image): Promise<readonly [Start, Next]> {
  for (let current = image; ; ) {
    const start = await begin(current);
    const next = nextOf(start);
    const fuller = await start.complete();
    if (fuller === null) return [start, next];
    current = fuller.image;
  }
}

/** Plans a command and what it hands over to, link by link, as far as that can be known. Throws ImageError. */
async function* chain(
  call: ImageCall,
  argv: readonly string[],
  image: Image,
): AsyncGenerator<Start | FailedStart> {
  let settings = call.start;
  let link: CommandLink = { argv, link: 1, by: null };
  for (;;) {
    const begun = { settings, link };
    const [start, next] = await whole((of) => linkStart(call, begun.settings, begun.link, of), image);
    yield start;
    if (next.kind === 'stays') return;
    const failed = (reason: string, by: HandedOver | null): FailedStart => ({
      path: start.binary.path,
      binary: null,
      reference: image.reference,
      image: start.image,
      host: start.host,
      failure: { problem: 'unreadable', reason },
      command: { argv: [], link: begun.link.link + 1, by },
    });
    if (next.kind === 'unknown') return yield failed(next.reason, next.by);
    if (link.link >= maxLinks)
      return yield failed('its programs hand over to each other too many times', null);
    settings = settingsAfter(settings, next.command);
    link = { argv: next.command.argv, link: link.link + 1, by: next.command.by };
  }
}

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
  else yield* chain(call, [path, ...args].map(pathFromText), first.image);
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
    return chain(call, argv.map(pathFromText), image);
  });
