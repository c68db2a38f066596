import { posix } from 'node:path';
import { type NativeArchive, readNativeArchive } from '../binary/archive/native-archive.ts';
import { BinaryError, type BinaryFile } from '../binary/binary-file.ts';
import { SkipCount, type SkippedFiles } from '../binary/skipped-files.ts';
import type { LibcFamily } from '../elf/libc-names.ts';
import { platformOf } from '../elf/machine.ts';
import { pathFromText } from '../image/entry-path.ts';
import type { LayerEntry, LayerIndex, Platform } from '../image/image.ts';
import { formatPlatform, platformMatches } from '../image/reference/platform.ts';
import { entryPath } from './copied-layers.ts';
import type { NamedBinary } from './named-binary.ts';

/** The native files of a jar, wheel or zip that the call names, of which each image gets those that fit it. */
export interface NamedArchive {
  readonly path: string;
  /** The program of the image that loads them, where the kind of archive shows it. */
  readonly host: 'java' | 'python' | null;
  /** A platform that some of its files are for, linux/amd64 before others; null when none is an ELF file. */
  readonly platform: Platform | null;
  /**
   * What of it is checked in an image of that platform whose own programs run under that libc, and what is skipped. Throws
   * BinaryError when nothing is left.
   */
  fitting(platform: Platform, libc: LibcFamily | null): ArchiveSelection;
}

export interface ArchiveSelection {
  readonly binaries: readonly NamedBinary[];
  readonly skipped: readonly SkippedFiles[];
}

const host = { java: 'java', python: 'python', plain: null } as const;
/** Where pip puts what a wheel holds. */
const sitePackages = '/usr/local/lib/python3/site-packages';
const wheelScript = /^[^/]+\.data\/scripts\/([^/]+)$/;
const wheelRoot = /^[^/]+\.data\/(?:purelib|platlib)\//;
const muslMark = /[-_.]?musl(?:linux)?/i;

const platformOfFile = ({ elf }: BinaryFile): Platform | null => (elf === null ? null : platformOf(elf));

/** Java programs extract a library into the folder for temporary files before they load it. */
function placeInContainer({ kind, path }: NativeArchive, name: string, at: string | null): string {
  const folder = at?.replace(/\/+$/, '') ?? null;
  if (kind === 'java') return `${folder ?? '/tmp'}/${posix.basename(name)}`;
  const script = kind === 'python' ? wheelScript.exec(name)?.[1] : undefined;
  if (script !== undefined) return `/usr/local/bin/${script}`;
  if (kind === 'python') return `${folder ?? sitePackages}/${name.replace(wheelRoot, '')}`;
  return `${folder ?? `/${posix.basename(path).replace(/\.[^.]+$/, '')}`}/${name}`;
}

/** Of a file for musl and one for glibc under otherwise the same name, the one that is not for this image. */
function isForOtherLibc(name: string, names: ReadonlySet<string>, libc: LibcFamily | null): boolean {
  if (muslMark.test(name)) return libc === 'glibc' && names.has(name.replace(muslMark, ''));
  return (
    libc === 'musl' &&
    [...names].some((other) => muslMark.test(other) && other.replace(muslMark, '') === name)
  );
}

/** All that unpacking the archive puts into the image, as far as loaders meet it; a jar's files are extracted one by one. */
function unpackedLayer(archive: NativeArchive, places: ReadonlyMap<string, string>): LayerIndex {
  const base = { uid: 0, gid: 0, capability: null };
  const files = archive.members.map(({ name, file }): LayerEntry => {
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
  wanted: { readonly sha256: boolean },
): Promise<NamedArchive> {
  const archive = await readNativeArchive(path, only, wanted);
  const placeOf = (name: string): string =>
    only !== null && at !== null && !at.endsWith('/') ? at : placeInContainer(archive, name, at);
  const names = [...archive.members, ...archive.links].map(({ name }) => name);
  const places = new Map(names.map((name) => [name, placeOf(name)]));
  const layer = archive.kind === 'java' || only !== null ? null : unpackedLayer(archive, places);
  const platforms = archive.members.flatMap(({ file }) => platformOfFile(file) ?? []);
  const amd64 = platforms.find(({ architecture }) => architecture === 'amd64');
  return {
    path,
    host: host[archive.kind],
    platform: amd64 ?? platforms[0] ?? null,
    fitting: (platform, libc) => {
      const skipped = new SkipCount(path);
      for (const each of archive.skipped.files()) skipped.add(each.reason, each.count);
      const fits = archive.members.filter(({ file }) => {
        const own = platformOfFile(file);
        const isFit = only !== null || own === null || platformMatches(platform, own);
        if (!isFit) skipped.add('other-platform');
        return isFit;
      });
      const fitNames = new Set(fits.map(({ name }) => name));
      const chosen = fits.filter(({ name }) => {
        const isOther = only === null && isForOtherLibc(name, fitNames, libc);
        if (isOther) skipped.add('other-libc');
        return !isOther;
      });
      if (chosen.length === 0) throw nothingFits(path, platform, skipped.files());
      const binaries = chosen.map(({ name, file }) => ({
        path: file.path,
        destination: places.get(name) ?? name,
        read: () => file,
        folderLayer: () => layer,
      }));
      return { binaries, skipped: skipped.files() };
    },
  };
}

function nothingFits(path: string, platform: Platform, skipped: readonly SkippedFiles[]): BinaryError {
  const others = skipped.reduce((sum, { count }) => sum + count, 0);
  const what =
    others === 0
      ? `no program or library is in ${path}: nothing in it depends on the image's libc`
      : `${path} has no program or library for ${formatPlatform(platform)}, only ${others} file${others === 1 ? '' : 's'} for other platforms or not linked`;
  return new BinaryError('call', what);
}
