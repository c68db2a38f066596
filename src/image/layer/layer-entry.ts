import type { Header } from 'tar-stream';
import { normaliseEntryPath, printablePath } from '../entry-path.ts';
import type { LayerEntry } from '../image.ts';
import { ImageError } from '../image-error.ts';
import type { RawHeaders } from './tar-headers.ts';

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
      /** Sparse in a form whose data is not the file's own bytes. */
      readonly sparse: boolean;
    }
  /** Nothing that a file system would show: volume labels and other extensions. */
  | { readonly type: 'none' };

const whiteoutPrefix = '.wh.';
const opaqueName = '.wh..wh..opq';

/** Reads one tar header. `where` names the layer in errors. Throws ImageError for names that leave the root. */
export function entryOfHeader(header: TarHeader, raw: RawHeaders, where: string): HeaderEntry {
  const flag = String.fromCharCode(raw.header[156] ?? 0);
  const name = raw.pax.get('GNU.sparse.name') || raw.pax.get('path') || header.name;
  const path = insideRoot(name, where);
  const mode = header.mode & 0o7777;
  const uid = owner(header.uid, raw.pax.get('uid'));
  const gid = owner(header.gid, raw.pax.get('gid'));
  const whiteout = whiteoutOf(path);
  if (whiteout !== null) return { path: whiteout.path, mode, uid, gid, type: whiteout.type };
  if (path === '' && header.type !== 'directory') return { type: 'none' };
  switch (header.type) {
    case 'directory':
      return { path, mode, uid, gid, type: 'directory' };
    case 'symlink': {
      const target = raw.pax.get('linkpath') || header.linkname || '';
      return { path, mode, uid, gid, type: 'symlink', target };
    }
    case 'link': {
      const target = insideRoot(raw.pax.get('linkpath') || header.linkname || '', where);
      return { path, mode, uid, gid, type: 'hardlink', target };
    }
    case 'character-device':
    case 'block-device':
    case 'fifo':
      return { path, mode, uid, gid, type: 'special' };
    case 'file':
    case 'contiguous-file':
      // Only a type from before POSIX leaves it to the name (Go's archive/tar, by which engines unpack).
      if (flag === '\0' && name.endsWith('/')) return { path, mode, uid, gid, type: 'directory' };
      break;
    default:
      if (flag !== 'S') return { type: 'none' };
      refuseExtendedSparse(raw, path, where);
  }
  const size = fileSize(header, raw);
  return {
    path,
    mode,
    uid,
    gid,
    type: 'file',
    size,
    capability: capabilityOf(raw),
    sparse: isSparse(flag, raw),
  };
}

/** OCI image spec, layer.md: `.wh.NAME` removes NAME of lower layers, `.wh..wh..opq` hides all that lower layers have there. */
function whiteoutOf(path: string): { type: 'whiteout' | 'opaque'; path: string } | null {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  if (!name.startsWith(whiteoutPrefix)) return null;
  const folder = slash < 0 ? '' : path.slice(0, slash);
  if (name === opaqueName) return { type: 'opaque', path: folder };
  const removed = name.slice(whiteoutPrefix.length);
  return { type: 'whiteout', path: folder === '' ? removed : `${folder}/${removed}` };
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

function isSparse(flag: string, raw: RawHeaders): boolean {
  if (flag === 'S') return true;
  for (const key of raw.pax.keys()) if (key.startsWith('GNU.sparse.')) return true;
  return false;
}

/** Old GNU sparse files with more than four extents have blocks that tar-stream takes for data. */
function refuseExtendedSparse(raw: RawHeaders, path: string, where: string): void {
  if ((raw.header[482] ?? 0) === 0) return;
  throw new ImageError(
    'unreadable',
    `${where}: "${printablePath(path)}" is a GNU sparse file in many pieces, which is not supported; pack it without --sparse`,
  );
}

function fileSize(header: TarHeader, raw: RawHeaders): number {
  const pax = raw.pax.get('GNU.sparse.realsize') ?? raw.pax.get('GNU.sparse.size');
  if (pax !== undefined && /^\d{1,15}$/.test(pax)) return Number(pax);
  if (raw.header[156] === 0x53) {
    const size = Number.parseInt(Buffer.from(raw.header.subarray(483, 495)).toString('latin1'), 8);
    if (Number.isSafeInteger(size) && size >= 0) return size;
  }
  return header.size;
}

function capabilityOf(raw: RawHeaders): string | null {
  const value = raw.pax.get('SCHILY.xattr.security.capability');
  return value === undefined ? null : Buffer.from(value, 'latin1').toString('hex');
}
