/**
 * What Go's archive/tar accepts (src/archive/tar/reader.go and strconv.go): Docker, Podman and containerd unpack layers with it, and
 * an archive that it refuses is an image that none of them can start.
 */

const zero = 0x30;
const blank = 0x20;

/** Fields of numbers in every header (POSIX ustar): offset and width. */
const numbers = [
  [100, 8],
  [108, 8],
  [116, 8],
  [124, 12],
  [136, 12],
] as const;
/** Numbers of devices, which only headers with a magic have. */
const deviceNumbers = [
  [329, 8],
  [337, 8],
] as const;
const sizeAt = 124;

/** Types without data, whatever their size says. */
export const isHeaderOnly = (type: string): boolean => '123456'.includes(type);

/** Digits with blanks and NULs around them; what follows a NUL behind them does not count. */
function isOctal(header: Uint8Array, at: number, width: number): boolean {
  const end = at + width;
  let next = at;
  while (next < end && (header[next] === blank || header[next] === 0)) next++;
  while (next < end && ((header[next] ?? 0) & ~7) === zero) next++;
  if (next === end || header[next] === 0) return true;
  while (next < end && (header[next] === blank || header[next] === 0)) next++;
  return next === end;
}

/** A number of base 256, of two's complement, that fits into 64 bits. */
function isBase256(header: Uint8Array, at: number, width: number): boolean {
  const sign = ((header[at] ?? 0) & 0x40) === 0 ? 0 : 0xff;
  if (width <= 8) return true;
  const above = width - 8;
  if ((((header[at] ?? 0) ^ sign) & 0x7f) !== 0) return false;
  for (let next = at + 1; next < at + above; next++) if (((header[next] ?? 0) ^ sign) !== 0) return false;
  return (((header[at + above] ?? 0) ^ sign) & 0x80) === 0;
}

const isNumber = (header: Uint8Array, at: number, width: number): boolean =>
  ((header[at] ?? 0) & 0x80) === 0 ? isOctal(header, at, width) : isBase256(header, at, width);

function hasMagic(header: Uint8Array): boolean {
  const magic = Buffer.from(header.buffer, header.byteOffset + 257, 8).toString('latin1');
  return magic.startsWith('ustar\0') || magic === 'ustar  \0';
}

/** What is wrong with the numbers of a header, or null. */
export function headerFault(header: Uint8Array): string | null {
  for (const [at, width] of numbers)
    if (!isNumber(header, at, width)) return 'a number of its header is none';
  if (hasMagic(header))
    for (const [at, width] of deviceNumbers)
      if (!isNumber(header, at, width)) return 'its device number is none';
  const type = String.fromCharCode(header[156] ?? 0);
  const isBelowZero = ((header[sizeAt] ?? 0) & 0xc0) === 0xc0;
  return isBelowZero && !isHeaderOnly(type) ? 'its size is below zero' : null;
}

/** A decimal number of 64 bits, as Go's strconv.ParseInt reads it. */
function isInteger(text: string): boolean {
  if (!/^[+-]?\d{1,64}$/.test(text)) return false;
  const value = BigInt(text.replace(/^\+/, ''));
  return value === BigInt.asIntN(64, value);
}

const isTime = (text: string): boolean => {
  const dot = text.indexOf('.');
  return dot < 0 ? isInteger(text) : isInteger(text.slice(0, dot)) && /^\d*$/.test(text.slice(dot + 1));
};

/** What a PAX record of this key may hold beside nothing. */
const valueRules: Readonly<Record<string, (value: string) => boolean>> = {
  uid: isInteger,
  gid: isInteger,
  size: isInteger,
  atime: isTime,
  mtime: isTime,
  ctime: isTime,
};

const namesInRecords = new Set(['path', 'linkpath', 'uname', 'gname']);

const isKey = (key: string, value: string): boolean =>
  key !== '' && !(namesInRecords.has(key) ? value : key).includes('\0');

/** PAX extended header records: `LENGTH KEY=VALUE\n` (POSIX pax), values as Latin-1. Null where one is not well formed. */
export function paxRecords(data: Uint8Array): ReadonlyMap<string, string> | null {
  const records = new Map<string, string>();
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const sparsePairs: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    if (space < 0 || space - at > 20) return null;
    const digits = bytes.toString('latin1', at, space);
    const end = at + (/^\+?\d+$/.test(digits) ? Number(digits) : 0);
    if (end - at < 5 || end <= space + 1 || end > bytes.length || bytes[end - 1] !== 0x0a) return null;
    const equals = bytes.indexOf(0x3d, space);
    if (equals < 0 || equals >= end - 1) return null;
    const key = bytes.toString('latin1', space + 1, equals);
    const value = bytes.toString('latin1', equals + 1, end - 1);
    if (!isKey(key, value)) return null;
    const part = ['GNU.sparse.offset', 'GNU.sparse.numbytes'].indexOf(key);
    if (part < 0) records.set(key, value);
    else if (part !== sparsePairs.length % 2 || value.includes(',')) return null;
    else sparsePairs.push(value);
    at = end;
  }
  if (sparsePairs.length > 0) records.set('GNU.sparse.map', sparsePairs.join());
  return records;
}

/** The major version of the formats of sparse files that are read: 0.0, 0.1 and 1.0. 1.0 has the map in front of the data. */
export type SparseVersion = '0' | '1';

/** The format of a sparse file that records name. Of one that is not known, the file is what the archive holds. */
export function sparseVersion(records: ReadonlyMap<string, string>): SparseVersion | null {
  const major = records.get('GNU.sparse.major') ?? '';
  const minor = records.get('GNU.sparse.minor') ?? '';
  if (major === '0' && (minor === '0' || minor === '1')) return '0';
  if (major === '1' && minor === '0') return '1';
  if (major !== '' || minor !== '') return null;
  return records.get('GNU.sparse.map') ? '0' : null;
}

function sparseFault(records: ReadonlyMap<string, string>): string | null {
  const version = sparseVersion(records);
  if (version === null) return null;
  const size = records.get('GNU.sparse.size') || records.get('GNU.sparse.realsize') || '';
  const fault = 'its map of a sparse file is damaged';
  if (size !== '' && !isInteger(size)) return fault;
  if (version === '1') return null;
  const map = records.get('GNU.sparse.map') || '';
  const parts = map === '' ? [] : map.split(',');
  const count = records.get('GNU.sparse.numblocks') ?? '';
  const isWhole = isInteger(count) && parts.length === 2 * Number(count) && parts.every(isInteger);
  return isWhole ? null : fault;
}

/** What is wrong with the values of PAX records that belong to an entry of this type, or null. */
export function recordsFault(records: ReadonlyMap<string, string>, type: string): string | null {
  for (const [key, value] of records) {
    const holds = Object.hasOwn(valueRules, key) ? valueRules[key] : undefined;
    if (value !== '' && holds !== undefined && !holds(value)) return `its PAX record ${key} is no number`;
  }
  if (records.get('size')?.startsWith('-') && !isHeaderOnly(type)) return 'its size is below zero';
  return sparseFault(records);
}
