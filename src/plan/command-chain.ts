import type { BinaryFile } from '../binary/binary-file.ts';
import type { Container } from '../container/container.ts';
import { containerOf } from '../container/container-of-start.ts';
import { pathFromText, pathToText } from '../image/entry-path.ts';
import type { Image, LayerIndex } from '../image/image.ts';
import { type Next, type NextCommand, stays } from '../launch/next.ts';
import { nextCommand } from '../launch/next-command.ts';
import { execCredentials } from '../loader/kernel/open-for-exec.ts';
import { lookUpCommand } from '../loader/kernel/path-lookup.ts';
import type { HandedOver } from '../loader/scripts/handed-over.ts';
import { unknownWord } from '../loader/scripts/unknown-word.ts';
import { startCommand } from '../loader/simulate.ts';
import { mergedTree } from '../rootfs/merged-tree.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import { WorkLimit, withinLimit } from '../rootfs/work-limit.ts';
import type { CheckInput } from './check-input.ts';
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

/** What the program of a command executes next; its environment is what the command's own is changed to. */
function nextIn(container: Container, { argv, by }: CommandLink): Next {
  const words = argv.map((word) => word ?? unknownWord);
  const { running } = startCommand(container, words, by);
  if (running === null) return stays;
  const next = nextCommand(running.container, running.executed, by?.changedBy ?? []);
  if (next.kind !== 'command') return next;
  const byEnv = environmentChanges(container.start.env, running.container.start.env);
  return { kind: 'command', command: { ...next.command, env: [...byEnv, ...next.command.env] } };
}

/** What the program of a start executes next; unknown where that takes more work than any real command. */
function nextOf(start: Start): Next {
  const { entry, at } = start;
  if (entry.kind !== 'command') return stays;
  const { rootfs } = mergedTree(start.image.content.layers, start.copied, 'followed');
  const next = withinLimit(rootfs, (counted) => nextIn(containerOf(start, counted), entry));
  if (!(next instanceof WorkLimit)) return next;
  return { kind: 'unknown', reason: `${at}: ${next.message}`, by: null, missing: null };
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
export async function whole(
  begin: (image: Image) => Promise<Start>,
  image: Image,
): Promise<readonly [Start, Next]> {
  for (let current = image; ; ) {
    const start = await begin(current);
    const next = nextOf(start);
    const fuller = await start.complete();
    if (fuller === null) return [start, next];
    current = fuller.image;
  }
}

/** The start of one link of a command, with what its program hands over to. */
interface Link {
  readonly start: Start;
  readonly next: Next;
  readonly settings: ImageCall['start'];
  readonly link: CommandLink;
}

/** A script that ends itself, as the last link of its command: the same start, of which nothing is executed any more (K72). */
const endOfScript = (script: Start, { link }: CommandLink, by: HandedOver): Start => ({
  ...script,
  entry: { kind: 'command', argv: [], link: link + 1, by },
});

/** Plans what follows a link, link by link, as far as that can be known. Throws ImageError. */
async function* following(call: ImageCall, first: Link): AsyncGenerator<Start | FailedStart> {
  for (let { start, next, settings, link } = first; next.kind !== 'stays'; ) {
    const { path } = start.binary;
    const { image, host } = start;
    const failed = (reason: string, by: HandedOver | null): FailedStart => ({
      path,
      binary: null,
      reference: image.reference,
      image,
      host,
      failure: { problem: 'unreadable', reason },
      command: { argv: [], link: link.link + 1, by },
    });
    if (next.kind === 'unknown') return yield failed(next.reason, next.by);
    if (next.kind === 'ends') return yield endOfScript(start, link, next.by);
    if (link.link >= maxLinks)
      return yield failed('its programs hand over to each other too many times', null);
    const begun = {
      settings: settingsAfter(settings, next.command),
      link: { argv: next.command.argv, link: link.link + 1, by: next.command.by },
    };
    ({ settings, link } = begun);
    [start, next] = await whole((of) => linkStart(call, begun.settings, begun.link, of), image);
    yield start;
  }
}

/** Plans a command and what it hands over to, link by link, as far as that can be known. Throws ImageError. */
export async function* commandChain(
  call: ImageCall,
  argv: readonly string[],
  image: Image,
): AsyncGenerator<Start | FailedStart> {
  const settings = call.start;
  const link: CommandLink = { argv, link: 1, by: null };
  const [start, next] = await whole((of) => linkStart(call, settings, link, of), image);
  yield start;
  yield* following(call, { start, next, settings, link });
}

/** A script that ends because of the variables and arguments that it has: whoever asks about one file gave none. */
const isOwnEnding = ({ entry }: Start): boolean =>
  entry.kind === 'command' && entry.by?.ends?.isFault === false;

/**
 * Plans a script that the call copies into the image, and what it hands over to. What cannot be followed is no part of the question:
 * then the script is its own start alone. Throws ImageError.
 */
export async function* scriptChain(call: ImageCall, script: Start): AsyncGenerator<Start | FailedStart> {
  const { args = [] } = call.input;
  const link: CommandLink = { argv: [script.at, ...args.map(pathFromText)], link: 1, by: null };
  const asCommand = { ...script, entry: { kind: 'command', ...link } } as const;
  const [start, next] = await whole(async (of) => call.inImage(asCommand, of), script.image);
  const isFollowed = next.kind === 'command' || (next.kind === 'ends' && next.by.ends.isFault);
  if (!isFollowed) return yield script;
  yield start;
  const withScript = { ...call, added: async () => script.copied };
  for await (const each of following(withScript, { start, next, settings: call.start, link }))
    if (!('failure' in each) && !isOwnEnding(each)) yield each;
}
