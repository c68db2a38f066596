import type { Attempt, Trial } from '../advice/trial.ts';
import type { Container } from '../container/container.ts';
import type { ImageContent, LayerEntry, LayerIndex } from '../image/image.ts';
import { embeddedContent } from '../image/profiles/embedded-content.ts';
import { parsePlatform } from '../image/reference/platform.ts';
import type { LoadTrace } from '../loader/trace/load-trace.ts';
import type { Start } from '../plan/start.ts';
import { mergedTree } from '../rootfs/merged-tree.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import type { Cure } from '../rules/finding.ts';
import { simulateIn } from './simulate-in.ts';

/** A start as it was simulated. */
export interface Attempted {
  readonly start: Start;
  readonly container: Container;
  readonly trace: LoadTrace;
}

const entryPath = (path: string): string => path.replace(/^\/+/, '');

const ownedByRoot = { uid: 0, gid: 0 };

/** The file that `path` leads to, as an entry at `at`; null when it is not a regular file. */
function fileFrom(rootfs: Rootfs, path: string, at: string): LayerEntry | null {
  const found = rootfs.lookup(path);
  if (!found.ok || found.inode.type !== 'file' || found.inode.content === null) return null;
  const { mode, size, content, capability } = found.inode;
  return { type: 'file', path: entryPath(at), mode, ...ownedByRoot, size, content, capability };
}

const bits: Readonly<Record<string, number>> = { r: 0o444, w: 0o222, x: 0o111 };

/** The mode that chmod gives; null for a symbolic one that does more than add rights for all. */
function changedMode(present: number, mode: string): number | null {
  if (/^[0-7]{3,4}$/.test(mode)) return Number.parseInt(mode, 8);
  const letters = /^a\+([rwx]+)$/.exec(mode)?.[1];
  if (letters === undefined) return null;
  return [...letters].reduce((sum, letter) => sum | (bits[letter] ?? 0), present);
}

/** The file or folder at `path` after chmod; null when it is neither, or the mode is not one of those that advice gives. */
function withMode(rootfs: Rootfs, path: string, mode: string): LayerEntry | null {
  const found = rootfs.lookup(path);
  if (!found.ok) return null;
  const { inode } = found;
  const changed = changedMode(inode.mode, mode);
  if (changed === null) return null;
  const entry = { path: entryPath(found.path), mode: changed, uid: inode.uid, gid: inode.gid };
  if (inode.type === 'directory') return { ...entry, type: 'directory' };
  if (inode.type !== 'file' || inode.content === null) return null;
  const { size, content, capability } = inode;
  return { ...entry, type: 'file', size, content, capability };
}

/** The script at `path` with another first line; null when there is none. */
function withFirstLine(rootfs: Rootfs, path: string, line: string): LayerEntry | null {
  const found = rootfs.lookup(path);
  const content = found.ok ? found.inode.content : null;
  if (!found.ok || content?.kind !== 'script') return null;
  const { mode, uid, gid, capability, size } = found.inode;
  const end = content.head.indexOf(0x0a);
  const rest = end < 0 ? new Uint8Array() : content.head.subarray(end);
  const head = Buffer.concat([Buffer.from(line, 'latin1'), rest]);
  const changed = size + head.length - content.head.length;
  const entry = { path: entryPath(found.path), mode, uid, gid, capability, size: changed } as const;
  return { ...entry, type: 'file', content: { kind: 'script', head } };
}

const layerOf = (entries: readonly LayerEntry[]): LayerIndex => ({ diffID: null, entries });

/** Where a distribution puts its own libraries; what lies elsewhere belongs to the application and moves with it. */
const systemFolder = /^\/(usr\/)?lib(32|64|x32)?\//;

/** The application's own files that the present image holds and the base does not: the binary, and what it loaded. */
function movedFiles({ start, container, trace }: Attempted, base: Rootfs): LayerEntry[] {
  const loaded = trace.objects.flatMap(({ path }) =>
    path === null || systemFolder.test(path) ? [] : [path],
  );
  return [...new Set([start.at, ...loaded])].flatMap((path) => {
    const entry = base.lookup(path).ok ? null : fileFrom(container.rootfs, path, path);
    return entry ?? [];
  });
}

/** The caller where the base has it; else any program of the base. */
function entryIn(base: Rootfs, { entry }: Start): Start['entry'] {
  if (entry.kind !== 'dlopen' || entry.caller === null || base.lookup(entry.caller).ok) return entry;
  return { ...entry, caller: null };
}

function onBase(
  attempted: Attempted,
  { layers, platform }: Pick<ImageContent, 'layers' | 'platform'>,
): Trial {
  const { start, container } = attempted;
  const { rootfs: below } = mergedTree(layers, start.copied, 'followed');
  const moved = movedFiles(attempted, below);
  const rootfs = moved.length === 0 ? below : below.withLayer(layerOf(moved));
  const image = { ...start.image, content: { ...start.image.content, layers, platform } };
  // By number: the base need not know the user's name.
  const user = `${container.start.uid}:${container.start.gid}`;
  const moving = { ...start, image, user, entry: entryIn(rootfs, start) };
  return { trace: simulateIn(moving, rootfs).trace, rootfs };
}

/** The entries that a cure adds to the present image; null when their content is not known. */
function addedBy(cure: Cure, { container }: Attempted): LayerEntry[] | null {
  const { rootfs, platform } = container;
  switch (cure.kind) {
    case 'link':
      return [
        { type: 'symlink', path: entryPath(cure.path), mode: 0o777, ...ownedByRoot, target: cure.target },
      ];
    case 'chmod': {
      const entry = withMode(rootfs, cure.path, cure.mode);
      return entry === null ? null : [entry];
    }
    case 'first-line': {
      const entry = withFirstLine(rootfs, cure.path, cure.line);
      return entry === null ? null : [entry];
    }
    case 'copy': {
      const content = cure.from === null ? null : embeddedContent(cure.from.image, platform);
      if (content === null) return null;
      const other = mergedTree(content.layers, [], 'followed').rootfs;
      const files = cure.paths.map((path) =>
        fileFrom(other, path, `${cure.to.replace(/\/+$/, '')}${path.slice(path.lastIndexOf('/'))}`),
      );
      return files.every((file) => file !== null) ? files : null;
    }
    default:
      return null;
  }
}

function attempt(cure: Cure, attempted: Attempted): Trial | null {
  const { start, container } = attempted;
  if (cure.kind === 'base') {
    const platform = cure.platform === null ? container.platform : parsePlatform(cure.platform);
    const content = embeddedContent(cure.image, platform);
    return content === null ? null : onBase(attempted, { layers: content.layers, platform });
  }
  if (cure.kind === 'env') {
    const env = [...start.env, `${cure.name}=${cure.value}`];
    return { trace: simulateIn({ ...start, env }, container.rootfs).trace, rootfs: container.rootfs };
  }
  const added = addedBy(cure, attempted);
  if (added === null) return null;
  const rootfs = container.rootfs.withLayer(layerOf(added));
  return { trace: simulateIn(start, rootfs).trace, rootfs };
}

/** Simulates a start again with a cure, each cure once: on an embedded base image, or with a file, a link or a variable more. */
export function attemptsOf(attempted: Attempted): Attempt {
  const known = new Map<string, Trial | null>();
  return (cure) => {
    const key = JSON.stringify(cure);
    const tried = known.get(key);
    if (tried !== undefined) return tried;
    const trial = attempt(cure, attempted);
    known.set(key, trial);
    return trial;
  };
}
