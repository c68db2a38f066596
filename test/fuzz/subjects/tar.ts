import { isDeepStrictEqual } from 'node:util';
import { crc32, gzipSync } from 'node:zlib';
import type { LayerEntry, LayerIndex } from '../../../src/image/image.ts';
import { ImageError } from '../../../src/image/image-error.ts';
import { packedFacts } from '../../../src/image/index-file/packed-elf.ts';
import { IndexBudget } from '../../../src/image/layer/layer-budget.ts';
import { indexLayer } from '../../../src/image/layer/layer-stream.ts';
import { mergedTree } from '../../../src/rootfs/merged-tree.ts';
import type { Random } from '../../differential/mutated/random.ts';
import { inPieces, restoreChecksums, type TarMember, tarBytes } from '../../image/tar-bytes.ts';
import { changeBytes, changeLength, someChanges } from '../changes.ts';
import { elfFiles } from '../fixture-files.ts';
import { caseImage } from '../starts.ts';
import { Contradiction, type Fuzzer, type Subject } from '../subject.ts';

const block = 512;

/** Where the fields of a header lie (POSIX ustar). */
const fields = [
  ...[
    [0, 100],
    [100, 8],
    [108, 8],
    [116, 8],
    [124, 12],
    [136, 12],
    [156, 1],
    [157, 100],
  ],
  ...[
    [257, 8],
    [265, 32],
    [297, 32],
    [329, 8],
    [337, 8],
    [345, 155],
  ],
] as const;

/** What stands in fields of numbers and names when somebody means harm, or another program wrote it. */
const words = [
  ...['', ' ', '0', '7', '-1', '+5', '0x10', '1e9', '77777777777', '00000000010\0', '37777777777', '8', '\0'],
  ...['\x80\0\0\0\0\0\0\x10', '\xff\xff\xff\xff\xff\xff\xff\xff', '\x80\x7f\xff\xff\xff\xff\xff\xff\xff'],
  ...['.', '..', '/', '//', './', '../..', 'a/../b', '.wh.', '.wh..', '.wh...', '.wh..wh..opq', '.wh..wh.x'],
  ...['etc/passwd', 'lib', 'lib/x', 'usr/lib/libc.so.6', 'a'.repeat(100), 'd/'.repeat(50), '\xff\xfe', '\n'],
];

const types = [...'01234567xgLKSNVDMAX', '\0', ' ', '\xff'];

const paxKeys = [
  ...['path', 'linkpath', 'size', 'uid', 'gid', 'mode', 'SCHILY.xattr.security.capability'],
  ...['GNU.sparse.major', 'GNU.sparse.minor', 'GNU.sparse.name', 'GNU.sparse.size', 'GNU.sparse.map'],
  ...['GNU.sparse.realsize', 'GNU.sparse.numblocks', 'hdrcharset', 'comment', ''],
];

const library: readonly TarMember[] = [
  { name: './', flag: '5', mode: 0o755 },
  { name: 'bin/', flag: '5', mode: 0o755 },
  { name: 'bin/sh', mode: 0o4755, data: '#!/bin/busybox sh\nexec "$@"\n' },
  { name: 'bin/ln', flag: '2', link: 'sh' },
  { name: 'lib/liba.so', data: 'no library' },
  { name: 'lib/liba.so.1', flag: '1', link: 'lib/liba.so' },
  { name: 'etc/passwd', data: 'root:x:0:0::/root:/bin/sh\n' },
  { name: 'etc/ld.so.conf', data: '/usr/local/lib\ninclude /etc/ld.so.conf.d/*.conf\n' },
  { name: '.wh.old', data: '' },
  { name: 'var/.wh..wh..opq', data: '' },
  { name: 'dev/null', flag: '3' },
  { name: 'run/pipe', flag: '6' },
  { name: 'x', pax: { path: `usr/${'long/'.repeat(30)}name`, size: '12' }, data: 'twelve bytes' },
  { name: 'x', pax: { linkpath: '../lib', 'SCHILY.xattr.security.capability': 'abc' }, flag: '2' },
  { name: 'g', flag: 'g', data: '12 uid=1000\n' },
  { name: '././@LongLink', flag: 'L', data: `opt/${'deep/'.repeat(40)}file\0` },
  { name: 'cut', data: 'the name that came before' },
  { name: '././@LongLink', flag: 'K', data: `${'up/'.repeat(50)}target\0` },
  { name: 'link', flag: '2', link: 'short' },
  { name: 'sparse', pax: { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.size': '4' } },
  { name: 'old-sparse', flag: 'S', data: 'x' },
];

function text(random: Random): string {
  const word = random.of(words);
  return random.below(6) === 0 ? word + random.of(words) : word;
}

function pax(random: Random): Record<string, string> {
  const count = 1 + random.below(3);
  return Object.fromEntries(Array.from({ length: count }, () => [random.of(paxKeys), text(random)]));
}

/** A member of the library, or with parts that it should not have. */
function member(random: Random, elfs: readonly Buffer[]): TarMember {
  const base = random.below(12) === 0 ? { name: 'usr/bin/p', data: random.of(elfs) } : random.of(library);
  if (random.below(2) === 0) return base;
  const way = random.below(6);
  if (way === 0) return { ...base, pax: pax(random) };
  if (way === 1) return { ...base, flag: random.of(types) };
  if (way === 2) return { ...base, name: text(random) };
  if (way === 3) return { ...base, link: text(random) };
  if (way === 4) return { ...base, claimed: random.of([0, 1, 511, 512, 513, 4096, 2 ** 33 - 1]) };
  const [at, width] = random.of(fields);
  return {
    ...base,
    change: (header) => {
      header.fill(0, at, at + width);
      header.write(text(random).slice(0, width), at, 'latin1');
    },
  };
}

/** One block more of those that follow, or less; or bytes anywhere, most often with checksums that are right again. */
function damaged(bytes: Buffer, random: Random): Buffer {
  let input = bytes;
  for (let left = someChanges(random); left > 0; left--) {
    if (random.below(3) === 0) input = changeLength(input, random, random.below(4) === 0 ? 1 : block);
    else changeBytes(input, random);
  }
  if (random.below(8) > 0) restoreChecksums(input);
  return input;
}

function make(random: Random, elfs: readonly Buffer[]): Buffer {
  const members = Array.from({ length: 1 + random.below(8) }, () => member(random, elfs));
  const whole = tarBytes(members, random.below(8) > 0);
  const tar = random.below(2) === 0 ? damaged(whole, random) : whole;
  if (random.below(64) > 0) return tar;
  const packed = gzipSync(tar, { level: 1 });
  if (random.below(2) === 0) changeBytes(packed, random);
  return packed;
}

/** What can be compared of an entry: facts of ELF files as an index file keeps them. */
const plain = (entry: LayerEntry) =>
  entry.type === 'file' && entry.content.kind === 'elf'
    ? { ...entry, content: packedFacts(entry.content) }
    : entry;

async function indexed(input: Buffer, piece: number): Promise<LayerIndex | string> {
  try {
    return (await indexLayer(inPieces(input, piece), { what: 'the layer', budget: new IndexBudget() })).layer;
  } catch (error) {
    if (error instanceof ImageError) return error.message;
    throw error;
  }
}

/** Two readings of the same bytes; which part of a damaged layer is named first may differ. */
function isSame(one: LayerIndex | string, other: LayerIndex | string): boolean {
  if (typeof one === 'string' || typeof other === 'string') return typeof one === typeof other;
  return isDeepStrictEqual(one.entries.map(plain), other.entries.map(plain));
}

const kinds = ['followed', 'hidden'] as const;

/** The same entries or the same refusal in whatever pieces the bytes come; then the tree, looked at from every path. */
async function feed(input: Buffer): Promise<void> {
  const layer = await indexed(input, input.length + 1);
  const part = crc32(input);
  if (part % 4 === 0) {
    const again = await indexed(input, 1 + (part % 1500));
    if (!isSame(layer, again)) throw new Contradiction('the same bytes in other pieces');
  }
  if (typeof layer === 'string') return;
  const base = caseImage('busybox-musl').content.layers;
  for (const lower of kinds) {
    const { rootfs } = mergedTree([...base, layer], [], lower);
    for (const { path } of layer.entries) {
      const found = rootfs.lookup(`/${path}`);
      if (found.ok && found.inode.type === 'directory') rootfs.list(found.path);
    }
  }
}

/** Layers of members that nobody should write, and damaged ones. */
export const tar: Subject = {
  name: 'tar',
  inputs: 'layers of odd and damaged members, some compressed',
  prepare(): Fuzzer {
    const elfs = elfFiles(6_000);
    return { make: (random) => make(random, elfs), feed };
  },
};
