import { posix } from 'node:path';
import {
  type ArchiveWanted,
  isOfJava,
  type NativeArchive,
  readNativeArchive,
} from '../binary/archive/native-archive.ts';
import { BinaryError, type BinaryFile } from '../binary/binary-file.ts';
import type { SkipReason } from '../binary/skipped-files.ts';
import { platformOf } from '../elf/machine.ts';
import { pathFromText } from '../image/entry-path.ts';
import type { LayerEntry, LayerIndex, Platform } from '../image/image.ts';
import { formatPlatform, platformMatches } from '../image/reference/platform.ts';
import { entryPath } from './copied-layers.ts';
import { commonPlatform, type NamedCollection } from './named-collection.ts';
import { otherBuilds } from './other-builds.ts';

const host = { java: 'java', python: 'python', plain: null } as const;
/** Where pip puts what a wheel holds. */
const sitePackages = '/usr/local/lib/python3/site-packages';
const wheelScript = /^[^/]+\.data\/scripts\/([^/]+)$/;
const wheelRoot = /^[^/]+\.data\/(?:purelib|platlib)\//;

const platformOfFile = ({ elf }: BinaryFile): Platform | null => (elf === null ? null : platformOf(elf));

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

/** Reads the archive; `only` names the one member that is wanted. `at` is the call's. Throws BinaryError. */
export async function namedArchive(
  path: string,
  only: string | null,
  at: string | null,
  wanted: ArchiveWanted,
): Promise<NamedCollection> {
  const archive = await readNativeArchive(path, only, wanted);
  const placeOf = (name: string): string =>
    only !== null && at !== null && !at.endsWith('/') ? at : placeInContainer(archive, name, at);
  const names = [...archive.members, ...archive.links].map(({ name }) => name);
  const places = new Map(names.map((name) => [name, placeOf(name)]));
  const layer = archive.kind === 'java' || only !== null ? null : unpackedLayer(archive, places);
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
      const chosen = fits.filter(({ name }) => !others.has(name));
      if (chosen.length === 0) {
        const count = skipped.reduce((sum, each) => sum + each.count, others.size);
        throw nothingFits(archive, platform, count);
      }
      const binaries = chosen.map(({ name, file }) => ({
        path: file.path,
        destination: places.get(name) ?? name,
        read: () => file,
        folderLayer: () => layer,
      }));
      return { binaries, skipped, others };
    },
  };
}

/** What becomes of a program that looks in the archive for a file of this platform; whether one does is not known. */
const withoutBuild = {
  java: 'a Java program that loads one of them ends in UnsatisfiedLinkError, one that does without starts',
  python:
    'pip refuses a wheel of another platform, and what imports one of its extension modules ends in ImportError',
  plain: 'what loads one of them finds none there',
} as const;

function nothingFits(archive: NativeArchive, platform: Platform, others: number): BinaryError {
  const { path, kind, unread, members, otherSystems } = archive;
  const [deep] = unread;
  if (deep !== undefined)
    return new BinaryError(
      'call',
      `${path} holds ${deep}, an archive too deep in others: unpack it and name that one`,
    );
  if (others === 0)
    return new BinaryError(
      'call',
      `no program or library is in ${path}: nothing in it depends on the image's libc`,
    );
  const wanted = formatPlatform(platform);
  const own = members.flatMap(({ file }) => platformOfFile(file) ?? []).map(formatPlatform);
  const has = [...new Set([...own.sort(), ...otherSystems])];
  const listed =
    has.length === 0
      ? `only ${others} file${others === 1 ? '' : 's'} for other platforms or not linked`
      : `only for ${has.join(', ')}`;
  return new BinaryError(
    'unreadable',
    `${path} has no program or library for ${wanted}, ${listed}: ${withoutBuild[kind]}; ` +
      `take a release of it, or a variant, that has a build for ${wanted}`,
  );
}
