import type { Header } from 'tar-stream';
import { normaliseEntryPath, printablePath } from '../entry-path.ts';
import type { LayerEntry } from '../image.ts';
import { ImageError } from '../image-error.ts';
import { refused } from './refused-entry.ts';
import type { RawHeaders } from './tar-headers.ts';
import { isHeaderOnly, type SparseVersion, sparseVersion } from './tar-rules.ts';

/** A header of tar-stream with what its type declarations leave out: unknown types are null, data starts at `byteOffset`. */
export type TarHeader = Omit<Header, 'type' | 'linkname'> & {
  readonly type: Header['type'] | null;
  readonly linkname: string | null;
  readonly byteOffset: number;
};

/** What one header describes, before any content was read. A file's content is the caller's to read. */
export type HeaderEntry =
  | Exclude<LayerEntry, { type: 'file' }>
  | {
      readonly type: 'file';
      readonly path: string;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
      readonly size: number;
      readonly capability: string | null;
      /** The format of a sparse file, whose data is not its own bytes; null for any other file. */
      readonly sparse: SparseVersion | null;
    }
  /** Nothing that a file system would show: what AUFS kept. */
  | { readonly type: 'none' };

const whiteoutPrefix = '.wh.';
const opaqueName = '.wh..wh..opq';

/** Longest component, path and target of a link that Linux takes, in bytes (NAME_MAX, PATH_MAX without its NUL and the root's slash). */
const longestComponent = 255;
const longestPath = 4094;
const longestTarget = 4095;

/** Reads one tar header. `where` names the layer in errors. Throws ImageError for what engines refuse. */
export function entryOfHeader(header: TarHeader, raw: RawHeaders, where: string): HeaderEntry {
  const flag = String.fromCharCode(raw.header[156] ?? 0);
  const name = nameOf(header, raw);
  if (raw.fault !== null) throw refused(name, raw.fault, where);
  const path = insideRoot(name, where);
  checkLength(path, where);
  const mode = header.mode & 0o7777;
  const uid = owner(header.uid, raw.pax.get('uid'));
  const gid = owner(header.gid, raw.pax.get('gid'));
  const whiteout = whiteoutOf(path);
  if (whiteout !== null) {
    if (isNoName(whiteout.removed)) throw refused(name, 'is a whiteout of no name', where);
    return { path: whiteout.path, mode, uid, gid, type: whiteout.type };
  }
  // Docker and containerd skip what AUFS keeps in the root of a layer.
  if (path.startsWith(`${whiteoutPrefix}${whiteoutPrefix}`)) return { type: 'none' };
  if (path === '' && header.type !== 'directory') throw refused(name, 'would replace the root', where);
  // Go's archive/tar takes what follows for the next header.
  if (isHeaderOnly(flag) && flag !== '5' && header.size > 0)
    throw refused(name, 'has data though it is no file', where);
  switch (header.type) {
    case 'directory':
      return { path, mode, uid, gid, type: 'directory' };
    case 'symlink': {
      const target = linkTarget(header, raw);
      if (target === '' || target.length > longestTarget)
        throw refused(name, `is a link to ${target === '' ? 'nothing' : 'a path that is too long'}`, where);
      return { path, mode, uid, gid, type: 'symlink', target };
    }
    case 'link': {
      const target = insideRoot(linkTarget(header, raw), where);
      if (target === '') throw refused(name, 'is a hard link to the root', where);
      checkLength(target, where);
      return { path, mode, uid, gid, type: 'hardlink', target };
    }
    case 'character-device':
    case 'block-device':
    case 'fifo':
      return { path, mode, uid, gid, type: 'special' };
    case 'file':
      // Only a type from before POSIX leaves it to the name (Go's archive/tar, by which engines unpack).
      if (flag === '\0' && name.endsWith('/')) return { path, mode, uid, gid, type: 'directory' };
      break;
    default:
      throw refused(name, flag === 'S' ? oldSparse : `has the type "${printablePath(flag)}"`, where);
  }
  const size = fileSize(header, raw);
  return {
    path,
    mode,
    uid,
    gid,
    type: 'file',
    size,
    capability: capabilityOf(raw, name, where),
    sparse: sparseVersion(raw.pax),
  };
}

/** OCI image spec, layer.md: `.wh.NAME` removes NAME of lower layers, `.wh..wh..opq` hides all that lower layers have there. */
function whiteoutOf(
  path: string,
): { readonly type: 'whiteout' | 'opaque'; readonly path: string; readonly removed: string } | null {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  if (!name.startsWith(whiteoutPrefix)) return null;
  const folder = slash < 0 ? '' : path.slice(0, slash);
  if (name === opaqueName) return { type: 'opaque', path: folder, removed: name };
  const removed = name.slice(whiteoutPrefix.length);
  return { type: 'whiteout', path: folder === '' ? removed : `${folder}/${removed}`, removed };
}

/** A PAX record comes before the header, which has no room for large ids. Owners outside the 32 bits that Linux has count as root's. */
function owner(inHeader: number, record: string | undefined): number {
  const id = record !== undefined && /^\d{1,10}$/.test(record) ? Number(record) : inHeader;
  return Number.isInteger(id) && id >= 0 && id < 2 ** 32 ? id : 0;
}

function insideRoot(name: string, where: string): string {
  const normal = normaliseEntryPath(name);
  if ('path' in normal) return normal.path;
  throw new ImageError(
    'unreadable',
    `${where}: the entry "${printablePath(name)}" ${normal.fault}; it is refused`,
  );
}

/** The name that Go's archive/tar gives: of a sparse file, of a GNU header, of a PAX record, of the header. */
function nameOf(header: TarHeader, { pax, longName }: RawHeaders): string {
  const sparseName = sparseVersion(pax) === null ? undefined : pax.get('GNU.sparse.name');
  return sparseName || longName || pax.get('path') || header.name;
}

const linkTarget = (header: TarHeader, { pax, longLink }: RawHeaders): string =>
  longLink || pax.get('linkpath') || header.linkname || '';

const isNoName = (name: string): boolean => name === '' || name === '.' || name === '..';

function checkLength(path: string, where: string): void {
  if (path.length > longestPath) throw refused(path, 'is longer than Linux allows', where);
  if (path.length > longestComponent && path.split('/').some((part) => part.length > longestComponent))
    throw refused(path, 'has a component of more than 255 bytes', where);
}

const oldSparse =
  'is a sparse file in the old format of GNU tar: pack it with --format=pax or without --sparse';

function fileSize(header: TarHeader, { pax }: RawHeaders): number {
  if (sparseVersion(pax) === null) return header.size;
  const size = pax.get('GNU.sparse.size') || pax.get('GNU.sparse.realsize') || '';
  return /^\d{1,15}$/.test(size) ? Number(size) : header.size;
}

/** Sizes and revisions of `security.capability` that Linux sets (linux/capability.h, validheader in security/commoncap.c). */
const capabilityRevisions: readonly (readonly [size: number, revision: number])[] = [
  [20, 0x02],
  [24, 0x03],
];

function capabilityOf({ pax }: RawHeaders, name: string, where: string): string | null {
  const value = pax.get('SCHILY.xattr.security.capability') || null;
  if (value === null) return null;
  const bytes = Buffer.from(value, 'latin1');
  if (!capabilityRevisions.some(([size, revision]) => bytes.length === size && bytes[3] === revision))
    throw refused(name, 'its file capabilities are damaged', where);
  return bytes.toString('hex');
}
