import { fileURLToPath } from 'node:url';
import { readBinary } from '../../src/binary/binary-file.ts';
import type { Container } from '../../src/container/container.ts';
import { defaultHost, type Host } from '../../src/container/host.ts';
import { findLibcs } from '../../src/container/libc.ts';
import { defaultPrivileges, type Privileges } from '../../src/container/privileges.ts';
import { processEnv, resolveUser } from '../../src/container/process-start.ts';
import type { ElfFile, ToolchainHints } from '../../src/elf/elf-file.ts';
import { kindOf } from '../../src/elf/kind.ts';
import type { FileContent, Image, LayerEntry, Platform } from '../../src/image/image.ts';
import { openImage } from '../../src/image/open-image.ts';
import { simulateStart } from '../../src/loader/simulate.ts';
import { simulateDlopen } from '../../src/loader/simulate-dlopen.ts';
import type { LoadTrace } from '../../src/loader/trace/load-trace.ts';
import type { Problem } from '../../src/loader/trace/problem.ts';
import type { Start as PlannedStart } from '../../src/plan/start.ts';
import type { Rootfs } from '../../src/rootfs/rootfs.ts';
import type { RuleContext } from '../../src/rules/define-rule.ts';
import { merged } from '../rootfs/merged.ts';

const bin = fileURLToPath(new URL('../../fixtures/bin/', import.meta.url));

/** One start: a fixture in an embedded image, with what is different about it. */
export interface Start {
  /** An embedded image: `debian:12-slim`; `scratch`. */
  readonly image: string;
  /** A file of fixtures/bin; it stands in the root folder under its last name. */
  readonly program: string;
  readonly architecture?: string;
  /** What the image's configuration says in place of the architecture of its files. */
  readonly labelled?: string;
  /** The program's facts, changed in memory: what no fixture has. */
  readonly change?: (elf: ElfFile) => ElfFile;
  readonly hints?: Partial<ToolchainHints>;
  readonly mode?: number;
  /** `security.capability`, lower-case hex. */
  readonly capability?: string;
  /** Replaces the program's own content. */
  readonly content?: FileContent;
  /** Other files of the image. */
  readonly files?: readonly LayerEntry[];
  readonly env?: readonly string[];
  readonly healthcheck?: readonly string[];
  readonly user?: string;
  readonly privileges?: Privileges;
  readonly host?: Partial<Host>;
  /** The path that is started instead of the program. */
  readonly started?: string;
  /** Problems that replace those of the simulation. */
  readonly problems?: readonly Problem[];
  /** Another platform of the image; the image itself has one. */
  readonly otherPlatform?: Platform;
  /** The program that opened the binary, over that of the simulation. */
  readonly opener?: LoadTrace['opener'];
}

const opened = new Map<string, Promise<Image>>();

/** An embedded image for linux/amd64 or another architecture; each is read once. */
export function embedded(image: string, architecture = 'amd64'): Promise<Image> {
  const key = `${image} ${architecture}`;
  const platform = { os: 'linux', architecture, variant: null };
  const known = opened.get(key) ?? openImage(`profile:${image}`, { platform, fitting: null, env: {} });
  opened.set(key, known);
  return known;
}

const entry = { mode: 0o755, uid: 0, gid: 0 };

export function placed(path: string, content: FileContent, size = 4096, mode = 0o755): LayerEntry {
  return { ...entry, type: 'file', path, mode, size, content, capability: null };
}

export const linked = (path: string, target: string): LayerEntry => ({
  ...entry,
  type: 'symlink',
  path,
  target,
});

/** A script by its text. */
export const script = (text: string): FileContent => ({ kind: 'script', head: Buffer.from(text) });

/** A fixture as a file of the image. */
export function fixture(path: string, name: string, change: (elf: ElfFile) => ElfFile = same): LayerEntry {
  const { elf, content, size } = readBinary(bin + name);
  return placed(path, elf === null ? content : { kind: 'elf', elf: change(elf) }, size);
}

/** A file of one image, to be put into another. */
export async function taken(path: string, image: string, from: string): Promise<LayerEntry> {
  const found = merged((await embedded(image)).content.layers).lookup(from);
  if (!found.ok || found.inode.content === null) throw new Error(`${image} has no file ${from}`);
  return placed(path, found.inode.content, found.inode.size);
}

const same = (elf: ElfFile): ElfFile => elf;

function containerOf(start: Start, image: Image, rootfs: Rootfs): Container {
  const { platform } = image.content;
  const { config: own } = image.content;
  const config = { ...own, user: start.user ?? '', healthcheck: start.healthcheck ?? [] };
  const user = resolveUser(config.user, rootfs);
  const ids = user.ok ? user : { uid: 0, gid: 0, gids: [0] };
  return {
    rootfs,
    platform: { ...platform, architecture: start.labelled ?? platform.architecture },
    config,
    start: {
      env: processEnv(config, start.env ?? []),
      cwd: '/',
      ...ids,
      privileges: start.privileges ?? defaultPrivileges('docker'),
    },
    host: { ...defaultHost, ...start.host },
  };
}

const handMade = (problems: readonly Problem[]): LoadTrace => ({
  executed: [],
  loader: null,
  objects: [],
  problems,
  ending: { kind: 'starts', printed: '' },
});

/** The input of the rules for this start. */
export async function contextOf(start: Start): Promise<RuleContext> {
  return (await simulated(start)).context;
}

/** The same with the start as a planner yields it. */
export async function simulated(
  start: Start,
): Promise<{ readonly context: RuleContext; readonly planned: PlannedStart }> {
  const image = await embedded(start.image, start.architecture);
  const binary = readBinary(bin + start.program);
  const name = start.program.slice(start.program.lastIndexOf('/') + 1);
  const elf = binary.elf === null ? null : (start.change ?? same)(binary.elf);
  const content = start.content ?? (elf === null ? binary.content : ({ kind: 'elf', elf } as const));
  const file: LayerEntry = {
    ...placed(name, content, binary.size, start.mode ?? 0o755),
    type: 'file',
    size: binary.size,
    content,
    capability: start.capability ?? null,
  };
  const layer = { diffID: null, entries: [...(start.files ?? []), file] };
  const rootfs = merged(image.content.layers).withLayer(layer);
  const container = containerOf(start, image, rootfs);
  const at = `/${name}`;
  const isLibrary = elf !== null && kindOf(elf) === 'shared-object' && start.started === undefined;
  const simulated = isLibrary
    ? simulateDlopen(container, at, elf, null)
    : simulateStart(container, start.started ?? at);
  const happened = start.problems === undefined ? simulated : handMade(start.problems);
  const trace = start.opener === undefined ? happened : { ...happened, opener: start.opener };
  const hints =
    binary.hints === null || start.hints === undefined ? binary.hints : { ...binary.hints, ...start.hints };
  const planned: PlannedStart = {
    binary: { ...binary, elf, hints, content },
    at,
    entry: isLibrary ? { kind: 'dlopen', caller: null, binding: null, before: [] } : { kind: 'exec' },
    image,
    copied: [layer],
    env: start.env ?? [],
    user: start.user ?? null,
    workingDir: null,
    host: container.host,
    privileges: container.start.privileges,
    complete: async () => null,
  };
  const otherPlatform = start.otherPlatform ?? null;
  const context = { trace, container, libcs: findLibcs(rootfs), otherPlatform, binary: { at, elf, hints } };
  return { context, planned };
}
