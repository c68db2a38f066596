import { posix } from 'node:path';
import type { Container } from '../../container/container.ts';
import type { Rootfs } from '../../rootfs/rootfs.ts';
import type { LoadTrace } from '../trace/load-trace.ts';
import type { EarlierCommand, HandedOver, Touch } from './handed-over.ts';

/** Files that loaders read where they are. */
const ofLoaders = ['/etc/ld.so.preload', '/etc/ld.so.cache', '/etc/ld-musl-x86_64.path'];

/** A path without links on its way, and the file that it leads to. */
function placesOf(path: string, rootfs: Rootfs): readonly string[] {
  const folder = rootfs.lookup(posix.dirname(path));
  const itself = folder.ok ? posix.join(folder.path, posix.basename(path)) : path;
  const found = rootfs.lookup(path);
  return found.ok ? [path, itself, found.path] : [path, itself];
}

/** Every path on which the start depends: what was opened, and where PATH would have found it before. */
function pathsOf({ rootfs, start }: Container, trace: LoadTrace, name: string): readonly string[] {
  const opened = [...trace.executed, ...trace.objects.flatMap(({ path }) => (path === null ? [] : [path]))];
  const folders = name.includes('/') ? [] : (start.env.get('PATH') ?? '').split(':');
  const searched = folders.map((folder) => posix.resolve(start.cwd, folder, name));
  const named = name.includes('/') ? [posix.resolve(start.cwd, name)] : [];
  const own = trace.loader === null ? [] : ofLoaders;
  const all = [...opened.map((path) => posix.resolve(start.cwd, path)), ...searched, ...named, ...own];
  return [...new Set(all.flatMap((path) => placesOf(path, rootfs)))];
}

/** The longest path without a character of a pattern. */
const plainOf = (path: string): string => /^[^*?[]*/.exec(path)?.[0] ?? path;

function covers({ path, named }: Touch, used: string, rootfs: Rootfs): boolean {
  const plain = plainOf(path);
  if (named !== null && !mayBeNamed(posix.basename(used), named)) return false;
  const places = plain === path ? placesOf(path, rootfs) : [path, plain];
  return places.some((place) =>
    plain === path
      ? used === place || used.startsWith(place === '/' ? '/' : `${place}/`)
      : used.startsWith(plainOf(place)),
  );
}

/** Whether a name may fit the pattern: what stands before and behind its first and last special character decides. */
function mayBeNamed(name: string, pattern: string): boolean {
  const before = plainOf(pattern);
  if (before === pattern) return name === pattern;
  const behind = /[^*?\]]*$/.exec(pattern)?.[0] ?? '';
  return name.startsWith(before) && name.endsWith(behind);
}

/** A command before this one that takes away or replaces what the start depends on. */
function spoiler(
  container: Container,
  trace: LoadTrace,
  name: string,
  earlier: readonly EarlierCommand[],
): EarlierCommand | undefined {
  const isRoot = container.start.uid === 0;
  const decisive = earlier.flatMap((command) =>
    command.touches.filter(({ takes }) => takes === 'all' || !isRoot).map((touch) => ({ command, touch })),
  );
  if (decisive.length === 0) return undefined;
  const used = pathsOf(container, trace, name);
  return decisive.find(({ touch }) => used.some((path) => covers(touch, path, container.rootfs)))?.command;
}

/**
 * The trace of a start behind other commands (K70): what one of them may have installed is not known to be missing, and what one of
 * them takes away or replaces is not known to be there.
 */
export function inDoubt(container: Container, trace: LoadTrace, name: string, by: HandedOver): LoadTrace {
  const { ending } = trace;
  if (ending.kind === 'unknown') return trace;
  const isDenied =
    ending.kind === 'stops' && (ending.exitStatus === 126 || /permission denied/i.test(ending.message));
  const maker = by.changedBy.find(
    (each) =>
      each.name !== name && (each.changes === 'anything' || (each.changes === 'permissions' && isDenied)),
  );
  const earlier = ending.kind === 'stops' ? maker : spoiler(container, trace, name, by.changedBy);
  if (earlier === undefined) return trace;
  const where =
    earlier.file === null ? 'before it' : `before it, at line ${earlier.line} of ${earlier.file},`;
  const reason = `${earlier.name} runs ${where} and may change what it needs`;
  return { ...trace, ending: { kind: 'unknown', reason } };
}
