import { gzipSync } from 'node:zlib';
import { paxBytes, type TarMember, tarBytes } from '../tar-bytes.ts';

/** A layer that no tool for images writes. What Docker does with it is in odd-tars.json, by its name: `npm run test:tars` records it. */
export interface OddTar {
  readonly name: string;
  readonly bytes: Buffer;
}

const block = 512;

/** The layer below each of them. */
export const baseLayer = tarBytes([
  { name: 'lower', data: 'lower' },
  { name: 'lowerd/', flag: '5' },
  { name: 'lowerd/x', data: 'x' },
  { name: 'd/', flag: '5' },
]);

const file: TarMember = { name: 'good', data: 'good' };

/** Writes raw bytes into a field of the header. */
const field =
  (at: number, width: number, value: string | Buffer) =>
  (header: Buffer): void => {
    header.fill(0, at, at + width);
    Buffer.from(value as string, 'latin1').copy(header, at, 0, width);
  };

const mode = [100, 8] as const;
const uid = [108, 8] as const;
const size = [124, 12] as const;
const mtime = [136, 12] as const;
const magic = [257, 8] as const;
const devmajor = [329, 8] as const;
const prefix = [345, 155] as const;

const one = (name: string, ...members: readonly TarMember[]): OddTar => ({
  name,
  bytes: tarBytes([file, ...members]),
});
const raw = (name: string, bytes: Buffer): OddTar => ({ name, bytes });
const changed = (
  name: string,
  place: readonly [number, number],
  value: string | Buffer,
  member: TarMember = { name: 'odd' },
): OddTar => one(name, { data: 'odd', ...member, change: field(...place, value) });
const pax = (
  name: string,
  records: string | Buffer | Record<string, string>,
  member: Partial<TarMember> = {},
): OddTar =>
  one(
    name,
    {
      name: 'pax',
      flag: 'x',
      data: typeof records === 'string' || Buffer.isBuffer(records) ? records : paxBytes(records),
    },
    { name: 'odd', data: 'odd', ...member },
  );

const base256 = (first: number, last: number, width = 12): Buffer => {
  const bytes = Buffer.alloc(width, first === 0xff ? 0xff : 0);
  bytes[0] = first;
  bytes[width - 1] = last;
  return bytes;
};

const sizes: readonly OddTar[] = [
  pax('a PAX size of 1e9', { size: '1e9' }),
  pax('a PAX size below zero', { size: '-3' }),
  pax('a PAX size in hexadecimal', { size: '0x3' }),
  pax('a PAX size with a blank', { size: ' 3' }),
  pax('a PAX size with a plus', { size: '+3' }),
  pax('a PAX size with a fraction', { size: '3.0' }),
  pax('an empty PAX size', { size: '' }),
  pax('a PAX size beyond 63 bits', { size: '9223372036854775808' }),
  pax('a PAX size that is right, in front of a header that is not', { size: '3' }, { claimed: 700 }),
  changed('a size below zero in base 256', size, base256(0xff, 0xfd)),
  changed('a size in base 256', size, base256(0x80, 3)),
  changed('a size in base 256 beyond 63 bits', size, Buffer.from('80ffffffffffffffffffffff', 'hex')),
  changed('a size that is no number', size, 'zzz'),
  changed('a size with blanks in front', size, '         3\0'),
  changed('a size with a blank inside', size, '0 3'),
  changed('a size with letters behind a NUL', size, '3\0zz'),
  changed('a size of NULs', size, '', { name: 'odd', data: '' }),
  changed('a size with an 8', size, '8'),
  changed('a size with a sign', size, '-3'),
  changed('a folder with a size', size, '00000000003', { name: 'odd/', flag: '5', data: '' }),
  changed('a link with a size and data', size, '00000000003', {
    name: 'odd',
    flag: '2',
    link: 'good',
    data: 'odd',
  }),
];

const numbers: readonly OddTar[] = [
  changed('a mode that is no number', mode, 'zzz'),
  changed('a mode below zero', mode, base256(0xff, 0xff, 8)),
  changed('a mode with type bits', mode, '0120777'),
  changed('an owner that is no number', uid, 'zzz'),
  changed('an owner in base 256', uid, base256(0x80, 7, 8)),
  changed('an owner below zero', uid, base256(0xff, 0xfe, 8)),
  changed('an owner of 40 bits', uid, Buffer.from('8000000100000000', 'hex')),
  changed('a time that is no number', mtime, 'zzz'),
  changed('a time below zero', mtime, base256(0xff, 0x01)),
  changed('a time of the year 2^40', mtime, Buffer.from('800000000000010000000000', 'hex')),
  changed('a device number that is no number, of a file', devmajor, 'zzz'),
  pax('a PAX owner that is no number', { uid: 'root' }),
  pax('a PAX owner below zero', { uid: '-1' }),
  pax('a PAX owner of 40 bits', { gid: '99999999999' }),
  pax('a PAX time that is no number', { mtime: 'now' }),
  pax('a PAX time with a fraction', { mtime: '1.5' }),
  pax('a PAX time with letters in its fraction', { atime: '1.5x' }),
  pax('a PAX mode', { mode: '0755' }),
];

const records: readonly OddTar[] = [
  pax('a PAX record longer than its header', '99 path=odd\n'),
  pax('a PAX record shorter than its value', '9 path=odd\n'),
  pax('a PAX record of length 0', '0 path=odd\n'),
  pax('a PAX record without a newline', '11 path=oddx'),
  pax('a PAX record without =', '11 pathodd\n'),
  pax('a PAX record without a blank', '11path=odd\n'),
  pax('a PAX record with a plus in front', '+13 path=oddy\n'),
  pax('a PAX record without a key', '8 =odd\n\n'),
  pax('a PAX path with a NUL', { path: 'o\0d' }),
  pax('a PAX comment with a NUL', { comment: 'o\0d' }),
  pax('a PAX key with a NUL', { 'com\0ment': 'odd' }),
  pax('an empty PAX path', { path: '' }),
  pax('a PAX header of NULs', Buffer.alloc(20)),
  pax('an empty PAX header', ''),
  one('a PAX header in front of nothing', { name: 'pax', flag: 'x', data: paxBytes({ path: 'odd' }) }),
  one(
    'a PAX header in front of a PAX header',
    { name: 'p', flag: 'x', data: paxBytes({ path: 'first' }) },
    { name: 'p', flag: 'x', data: paxBytes({ uid: '7' }) },
    { name: 'odd' },
  ),
  one('a global PAX header', { name: 'g', flag: 'g', data: paxBytes({ path: 'evil' }) }, { name: 'odd' }),
  one('a global PAX header that is damaged', { name: 'g', flag: 'g', data: '99 path=x\n' }, { name: 'odd' }),
  pax('a damaged capability', { 'SCHILY.xattr.security.capability': 'abc' }),
  pax('an attribute of no name space', { 'SCHILY.xattr.odd': 'abc' }),
  pax('a user attribute', { 'SCHILY.xattr.user.odd': 'abc' }),
  pax('sparse 0.1 with a map that is no list', {
    'GNU.sparse.major': '0',
    'GNU.sparse.minor': '1',
    'GNU.sparse.map': 'x',
  }),
  pax('sparse of a version that is not known', {
    'GNU.sparse.major': '2',
    'GNU.sparse.minor': '0',
    'GNU.sparse.name': 'other',
  }),
  pax('sparse 1.0 without a map', {
    'GNU.sparse.major': '1',
    'GNU.sparse.minor': '0',
    'GNU.sparse.name': 'other',
    'GNU.sparse.realsize': '3',
  }),
  pax('a sparse name alone', { 'GNU.sparse.name': 'other' }),
];

const types: readonly OddTar[] = [
  ...[...'7SVMDNAZ89', ' ', '\xff'].map((flag) =>
    one(`the type ${JSON.stringify(flag)}`, { name: 'odd', flag, data: 'odd' }),
  ),
  one('a file that ends in a slash', { name: 'odd/', data: 'odd' }),
  one('a folder without a slash', { name: 'odd', flag: '5' }),
  one('a device', { name: 'odd', flag: '3' }),
  one('a FIFO', { name: 'odd', flag: '6' }),
  changed('a file of before POSIX', magic, '', { name: 'odd', flag: '\0' }),
  changed('a magic that nobody has', magic, 'abcdefgh', { name: 'odd' }),
];

const names: readonly OddTar[] = [
  one('a name in ..', { name: '../odd' }),
  one('a name with .. inside', { name: 'a/../b' }),
  one('a name of ..', { name: '..', flag: '5' }),
  one('an empty name', { name: '' }),
  one('a name of a slash', { name: '/', flag: '5' }),
  one('a file with the name .', { name: '.' }),
  one(
    'a name with a NUL in a GNU header',
    { name: '././@LongLink', flag: 'L', data: 'od\0d\0' },
    { name: 'x' },
  ),
  one('a damaged old sparse file', {
    name: 'odd',
    flag: 'S',
    data: 'odd',
    change: field(...magic, 'ustar  \0'),
  }),
  one('a GNU long name in front of nothing', { name: '././@LongLink', flag: 'L', data: 'odd\0' }),
  one('an empty GNU long name', { name: '././@LongLink', flag: 'L', data: '' }, { name: 'odd' }),
  one(
    'a GNU long name and a PAX path',
    { name: '././@LongLink', flag: 'L', data: 'gnu\0' },
    { name: 'p', flag: 'x', data: paxBytes({ path: 'pax' }) },
    { name: 'odd' },
  ),
  pax('a component of 256 letters', { path: 'o'.repeat(256) }),
  pax('a path of 4,200 letters', { path: 'odd/'.repeat(1050) }),
  pax('a path of 5,000 letters with . between', { path: `${'./'.repeat(2500)}odd` }),
  pax('a link to 4,096 letters', { linkpath: 'o'.repeat(4096) }, { flag: '2', data: '' }),
  pax('a link to 4,095 letters', { linkpath: 'o'.repeat(4095) }, { flag: '2', data: '' }),
  one('a link to nothing', { name: 'odd', flag: '2', link: '' }),
  one('a link out of the root', { name: 'odd', flag: '2', link: '../../../etc' }),
  changed('a prefix in front of the name', prefix, 'deep', { name: 'odd' }),
  one('a name below a file', { name: 'good/odd' }),
  one(
    'a name below a link to a folder',
    { name: 'd/', flag: '5' },
    { name: 'l', flag: '2', link: 'd' },
    { name: 'l/odd' },
  ),
  one('a name below a link to nothing', { name: 'l', flag: '2', link: 'absent' }, { name: 'l/odd' }),
  one('a name below a link to itself', { name: 'l', flag: '2', link: 'l' }, { name: 'l/odd' }),
  one('a name below a link out of the root', { name: 'l', flag: '2', link: '../../tmp' }, { name: 'l/odd' }),
  one('a folder over a file', { name: 'good', flag: '5' }),
  one('a file over a folder that is not empty', { name: 'd/', flag: '5' }, { name: 'd/x' }, { name: 'd' }),
  one('the same file twice', { name: 'odd', data: 'first' }, { name: 'odd', data: 'second!' }),
];

const hardLinks: readonly OddTar[] = [
  one('a hard link', { name: 'odd', flag: '1', link: 'good' }),
  one('a hard link to nothing', { name: 'odd', flag: '1', link: 'absent' }),
  one('a hard link to what comes later', { name: 'odd', flag: '1', link: 'later' }, { name: 'later' }),
  one('a hard link to itself', { name: 'odd', flag: '1', link: 'odd' }),
  one('a hard link to a folder', { name: 'd/', flag: '5' }, { name: 'odd', flag: '1', link: 'd' }),
  one(
    'a hard link to a symbolic link',
    { name: 'l', flag: '2', link: 'good' },
    { name: 'odd', flag: '1', link: 'l' },
  ),
  one('a hard link out of the root', { name: 'odd', flag: '1', link: '../good' }),
  one('an absolute hard link', { name: 'odd', flag: '1', link: '/good' }),
  one('a hard link without a target', { name: 'odd', flag: '1', link: '' }),
  one('a hard link with data', { name: 'odd', flag: '1', link: 'good', data: 'odd' }, { name: 'next' }),
  one(
    'a hard link through a symbolic link',
    { name: 'd/', flag: '5' },
    { name: 'd/x' },
    { name: 'l', flag: '2', link: 'd' },
    { name: 'odd', flag: '1', link: 'l/x' },
  ),
];

const whiteouts: readonly OddTar[] = [
  one('a whiteout', { name: '.wh.lower' }),
  one('a whiteout of nothing that is there', { name: '.wh.absent' }),
  one('a whiteout of ..', { name: 'd/.wh...' }),
  one('a whiteout of .', { name: 'd/.wh..' }),
  one('a whiteout without a name', { name: 'd/.wh.' }),
  one('a whiteout in a folder that is not there', { name: 'absent/.wh.x' }),
  one('an opaque folder that is not there', { name: 'absent/.wh..wh..opq' }),
  one('an opaque folder', { name: 'lowerd/.wh..wh..opq' }),
  one('an opaque root', { name: '.wh..wh..opq' }),
  one('a folder that is a whiteout', { name: '.wh.lower', flag: '5' }),
  one('a whiteout of what the same layer has', { name: '.wh.good' }),
  one(
    'metadata of AUFS',
    { name: '.wh..wh.plnk/', flag: '5' },
    { name: '.wh..wh.plnk/1.2', data: 'kept' },
    { name: 'odd' },
  ),
  one('metadata of AUFS in a folder', { name: 'lowerd/.wh..wh.aufs' }),
  one('a file in a folder with the name of a whiteout', { name: '.wh.lowerd/x' }),
  one('a whiteout below a link', { name: 'l', flag: '2', link: 'lowerd' }, { name: 'l/.wh.x' }),
];

const whole = tarBytes([file, { name: 'odd', data: 'odd' }]);
const ends: readonly OddTar[] = [
  raw('an archive without its end', tarBytes([file, { name: 'odd' }], false)),
  raw('one block of zeros at its end', Buffer.concat([tarBytes([file], false), Buffer.alloc(block)])),
  raw(
    'one block of zeros between entries',
    Buffer.concat([tarBytes([file], false), Buffer.alloc(block), tarBytes([{ name: 'odd' }])]),
  ),
  raw('entries behind the end', Buffer.concat([whole, tarBytes([{ name: 'late' }])])),
  raw('rubbish behind the end', Buffer.concat([whole, Buffer.alloc(block, 0x41)])),
  raw('rubbish in place of the end', Buffer.concat([tarBytes([file], false), Buffer.alloc(block, 0x41)])),
  raw('a header cut short', whole.subarray(0, 1024 + 100)),
  raw('data cut short', whole.subarray(0, 1024 + 512 + 2)),
  raw(
    'data without its padding',
    tarBytes([file, { name: 'odd', data: 'odd' }], false).subarray(0, 1024 + 512 + 3),
  ),
  raw('nothing', Buffer.alloc(0)),
  raw('two blocks of zeros', Buffer.alloc(1024)),
  raw('one block of zeros', Buffer.alloc(512)),
  raw(
    'a wrong checksum',
    Buffer.concat([tarBytes([file], false), Buffer.from(tarBytes([{ name: 'odd' }])).fill('1', 148, 149)]),
  ),
];

const gzip = gzipSync(whole);
const packed: readonly OddTar[] = [
  raw(
    'gzip in two members',
    Buffer.concat([gzipSync(whole.subarray(0, 700)), gzipSync(whole.subarray(700))]),
  ),
  raw('gzip with rubbish behind it', Buffer.concat([gzip, Buffer.from('rubbish')])),
  raw('gzip with zeros behind it', Buffer.concat([gzip, Buffer.alloc(64)])),
  raw('gzip without its last byte', gzip.subarray(0, -1)),
  raw(
    'gzip with a wrong checksum',
    Buffer.concat([gzip.subarray(0, -8), Buffer.from([1, 2, 3, 4]), gzip.subarray(-4)]),
  ),
  raw('gzip with a wrong length', Buffer.concat([gzip.subarray(0, -4), Buffer.from([1, 2, 3, 4])])),
];

export const oddTars: readonly OddTar[] = [
  ...sizes,
  ...numbers,
  ...records,
  ...types,
  ...names,
  ...hardLinks,
  ...whiteouts,
  ...ends,
  ...packed,
];
