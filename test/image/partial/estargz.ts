import { gzipSync } from 'node:zlib';
import { digestOf, type OciBlobs, type TestDescriptor } from '../oci-blobs.ts';
import { type TarMember, tarBytes } from '../tar-bytes.ts';

const typeNames: Readonly<Record<string, string>> = {
  '0': 'reg',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'char',
  '5': 'dir',
};
/** Files larger than this are cut into chunks. */
const chunkSize = 100_000;

export interface StargzChanges {
  /** Changes the table before it is written. */
  readonly table?: (table: { version: number; entries: Record<string, unknown>[] }) => void;
  /** Changes the blob after all was written. */
  readonly blob?: (blob: Buffer) => void;
  readonly annotations?: object;
}

/**
 * An eStargz layer as docs/estargz.md of stargz-snapshotter describes it: a gzip member of its own for each chunk of a file,
 * the table of contents in the last, then a footer.
 */
export function stargzLayer(
  oci: OciBlobs,
  members: readonly TarMember[],
  changes: StargzChanges = {},
): { descriptor: TestDescriptor; diffID: string } {
  const parts: Buffer[] = [];
  const tars: Buffer[] = [];
  const entries: Record<string, unknown>[] = [];
  let pending: Buffer = Buffer.alloc(0);
  const offset = (): number => parts.reduce((sum, part) => sum + part.length, 0);
  const flush = (): void => {
    if (pending.length > 0) parts.push(gzipSync(pending));
    pending = Buffer.alloc(0);
  };
  for (const member of members) {
    const data = Buffer.from(member.data ?? '');
    const tar = tarBytes([member], false);
    const padded = Math.ceil(data.length / 512) * 512;
    tars.push(tar);
    const head = tar.subarray(0, tar.length - padded);
    const common = {
      name: String(member.name),
      type: typeNames[member.flag ?? '0'],
      mode: member.mode ?? 0o644,
      ...(member.uid === undefined ? {} : { uid: member.uid }),
      ...(member.link === undefined ? {} : { linkName: String(member.link) }),
      ...xattrsOf(member),
    };
    pending = Buffer.concat([pending, head]);
    if (data.length === 0) {
      entries.push(common);
      continue;
    }
    for (let at = 0; at < data.length; at += chunkSize) {
      flush();
      const chunk = data.subarray(at, at + chunkSize);
      const place = {
        offset: offset(),
        chunkDigest: digestOf(chunk),
        chunkOffset: at,
        chunkSize: chunk.length,
      };
      entries.push(
        at === 0
          ? { ...common, size: data.length, digest: digestOf(data), ...place }
          : { name: common.name, type: 'chunk', ...place },
      );
      pending = Buffer.from(chunk);
    }
    pending = Buffer.concat([pending, Buffer.alloc(padded - data.length)]);
  }
  flush();
  const table = { version: 1, entries };
  changes.table?.(table);
  const json = Buffer.from(JSON.stringify(table));
  const tableTar = tarBytes([{ name: 'stargz.index.json', data: json }]);
  const tableOffset = offset();
  parts.push(gzipSync(tableTar), footer(tableOffset));
  const blob = Buffer.concat(parts);
  changes.blob?.(blob);
  const annotations = { 'containerd.io/snapshot/stargz/toc.digest': digestOf(json), ...changes.annotations };
  const descriptor = { ...oci.add(blob, 'application/vnd.oci.image.layer.v1.tar+gzip'), annotations };
  return { descriptor, diffID: digestOf(Buffer.concat([...tars, tableTar])) };
}

function xattrsOf({ pax }: TarMember): { xattrs?: object } {
  const value = pax?.['SCHILY.xattr.security.capability'];
  return value === undefined
    ? {}
    : { xattrs: { 'security.capability': Buffer.from(value).toString('base64') } };
}

function footer(tableOffset: number): Buffer {
  const field = `${tableOffset.toString(16).padStart(16, '0')}STARGZ`;
  return Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255, 26, 0, 0x53, 0x47, 22, 0]),
    Buffer.from(field, 'latin1'),
    Buffer.from([1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]),
  ]);
}
