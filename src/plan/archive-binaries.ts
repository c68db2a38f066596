import { posix } from 'node:path';
import {
  type ArchiveWanted,
  isOfJava,
  type NativeArchive,
  readNativeArchive,
  systemsOf,
} from '../binary/archive/native-archive.ts';
import { BinaryError, type BinaryFile } from '../binary/binary-file.ts';
import { standsAt } from '../binary/find-binaries.ts';
import type { SkipReason } from '../binary/skipped-files.ts';
import { platformOf } from '../elf/machine.ts';
import { pathFromText } from '../image/entry-path.ts';
import type { LayerEntry, LayerIndex, Platform } from '../image/image.ts';
import { formatPlatform, platformMatches } from '../image/reference/platform.ts';
import { acceptance } from '../loader/kernel/architecture.ts';
import { entryPath } from './copied-layers.ts';
import type { NamedBinary } from './named-binary.ts';
import { commonPlatform, type LackingArchive, type NamedCollection } from './named-collection.ts';
import { otherBuilds } from './other-builds.ts';

const host = { java: 'java', python: 'python', plain: null } as const;
/** Where pip puts what a wheel holds. */
const sitePackages = '/usr/local/lib/python3/site-packages';
const wheelScript = /^[^/]+\.data\/scripts\/([^/]+)$/;
const wheelRoot = /^[^/]+\.data\/(?:purelib|platlib)\//;

const platformOfFile = ({ elf }: BinaryFile): Platform | null => (elf === null ? null : platformOf(elf));

/** Whether anything of the platform could load or execute a file: not one for another machine, nor macOS's or Windows's. */
function mayBeFor(platform: Platform, { elf, content, size }: BinaryFile): boolean {
  if (elf !== null) return acceptance(elf, platform) !== 'refused';
  return content.kind !== 'foreign' || systemsOf(content.head, size).length === 0;
}

/** Java programs extract a library into the folder for temporary files before they load it. */
function placeInContainer({ kind, path }: NativeArchive, name: string, at: string | null): string {
  const folder = at?.replace(/\/+$/, '') ?? null;
  if (kind === 'java') return `${folder ?? '/tmp'}/${posix.basename(name)}`;
  if (isOfJava(kind, name)) return `/tmp/${posix.basename(name)}`;
  const script = kind === 'python' ? wheelScript.exec(name)?.[1] : undefined;
  if (script !== undefined) return `/usr/local/bin/${script}`;
  if (kind === 'python') return `${folder ?? sitePackages}/${name.replace(wheelRoot, '')}`;
  return `${folder ?? `/${posix.basename(path).replace(/\.[^.]+$/, '')}`}/${name}`;
}

/** All that unpacking the archive puts into the image, as far as loaders meet it; a jar's files are extracted one by one. */
function unpackedLayer(archive: NativeArchive, places: ReadonlyMap<string, string>): LayerIndex {
  const base = { uid: 0, gid: 0, capability: null };
  const unpacked = archive.members.filter(({ name }) => !isOfJava(archive.kind, name));
  const files = unpacked.map(({ name, file }): LayerEntry => {
    const { mode, size, content } = file;
    return { ...base, type: 'file', path: entryPath(places.get(name) ?? name), mode, size, content };
  });
  const links = archive.links.flatMap(({ name, target }): LayerEntry[] => {
    const path = places.get(name);
    return path === undefined
      ? []
      : [
          {
            type: 'symlink',
            path: entryPath(path),
            mode: 0o777,
            uid: 0,
            gid: 0,
            target: pathFromText(target),
          },
        ];
  });
  return { diffID: null, entries: [...files, ...links] };
}

/** Reads the archive; `only` names the one member that is wanted. `at` is the call's; `read` gives the archive as a file. Throws BinaryError. */
export async function namedArchive(
  path: string,
  only: string | null,
  at: string | null,
  { read, ...wanted }: ArchiveWanted & { readonly read: NamedBinary['read'] },
): Promise<NamedCollection> {
  const archive = await readNativeArchive(path, only, wanted);
  const placeOf = (name: string): string =>
    only !== null && at !== null && !at.endsWith('/') ? at : placeInContainer(archive, name, at);
  const names = [...archive.members, ...archive.links].map(({ name }) => name);
  const places = new Map(names.map((name) => [name, placeOf(name)]));
  const layer = archive.kind === 'java' || only !== null ? null : unpackedLayer(archive, places);
  const destination = standsAt({ path, folder: null }, at);
  const itself = { path, destination, read, folderLayer: () => null };
  const isForJava = names.length > 0 && names.every((name) => isOfJava(archive.kind, name));
  return {
    path,
    host: isForJava ? 'java' : host[archive.kind],
    platform: commonPlatform(archive.members.map(({ file }) => platformOfFile(file))),
    folder: null,
    fitting: (target) => {
      const { platform } = target;
      const skipped = archive.skipped.files();
      const others = new Map<string, SkipReason>();
      const fits = archive.members.filter(({ name, file }) => {
        const own = platformOfFile(file);
        const isChosenByPlatform = only === null && isOfJava(archive.kind, name);
        const isFit = !isChosenByPlatform || own === null || platformMatches(platform, own);
        if (!isFit) others.set(name, 'other-platform');
        return isFit;
      });
      const builds = fits.map(({ name, file }) => ({ name, elf: file.elf }));
      if (only === null) for (const [name, reason] of otherBuilds(builds, target)) others.set(name, reason);
      let chosen = fits.filter(({ name }) => !others.has(name));
      if (only === null && chosen.every(({ file }) => !mayBeFor(platform, file))) {
        for (const { name } of chosen) others.set(name, 'other-platform');
        chosen = [];
      }
      const count = skipped.reduce((sum, each) => sum + each.count, others.size);
      const lacking = chosen.length > 0 ? null : withoutBuild(archive, itself, count);
      const binaries = chosen.map(({ name, file }) => ({
        path: file.path,
        destination: places.get(name) ?? name,
        read: () => file,
        folderLayer: () => layer,
      }));
      return { binaries, skipped, others, lacking };
    },
  };
}

/** What the archive is instead of one with a build for the image. Throws BinaryError where nothing in it depends on the image. */
function withoutBuild(
  { path, kind, unread, members, otherSystems }: NativeArchive,
  named: NamedBinary,
  others: number,
): LackingArchive {
  const [deep] = unread;
  if (deep !== undefined)
    throw new BinaryError(
      'call',
      `${path} holds ${deep}, an archive too deep in others: unpack it and name that one`,
    );
  if (others === 0)
    throw new BinaryError(
      'call',
      `no program or library is in ${path}: nothing in it depends on the image's libc`,
    );
  const own = members.flatMap(({ file }) => platformOfFile(file) ?? []).map(formatPlatform);
  return { ...named, builds: { taker: kind, has: [...new Set([...own.sort(), ...otherSystems])] } };
}
