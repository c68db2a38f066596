import type { Bytes } from '../bytes/bytes.ts';
import { PT_LOAD, STT_OBJECT } from '../constants.ts';
import type { DynamicSymbol, Segment } from '../elf-file.ts';
import type { RelativePlaces } from './relative-places.ts';

/** `MODULE_MAGIC_COOKIE` is "AP" and the series: AP24, AP22, AP13. */
const cookie = /^AP\d\d$/;
/** `MODULE_MAGIC_NUMBER_MAJOR` is a date. */
const [leastMajor, mostMajor] = [19_950_000, 21_000_000];
const longestName = 64;

/** Where a `module_struct` may be, and what of the file is read with it. */
interface Place {
  readonly places: RelativePlaces;
  readonly segments: readonly Segment[];
  readonly address: number;
  readonly layout: { readonly class: 32 | 64; readonly endianness: 'little' | 'big' };
}

/** `module_struct` (http_config.h of httpd): three numbers, eleven pointers or words, and in 2.4 the flags. */
function isOfItsSize({ type, size }: DynamicSymbol, word: 4 | 8): boolean {
  const before = word === 8 ? 16 : 12;
  return type === STT_OBJECT && size >= before + 11 * word && size <= before + 13 * word;
}

/** Of so many bytes at an address all are zero once they are in memory, and none is in the file. */
const isZeroed = (segments: readonly Segment[], address: number, length: number): boolean =>
  segments.some(
    ({ type, vaddr, filesz, memsz }) =>
      type === PT_LOAD && address >= vaddr + filesz && address + length <= vaddr + memsz,
  );

/** `magic` as httpd prints it: `%08lx`. */
function hexOf(head: Bytes, at: number, { class: bits, endianness }: Place['layout']): string {
  const words = bits === 32 ? [head.u32(at)] : [head.u32(at), head.u32(at + 4)];
  const inOrder = endianness === 'big' ? words : words.toReversed();
  const text = inOrder.map((each) => each.toString(16).padStart(8, '0')).join('');
  return text.replace(/^0+(?=.{8})/, '');
}

/**
 * The `module_struct` that a symbol names, as `AP24 20120211 mod_dav.c`: `int version, minor, index; char *name; void *handle; module
 * *next; unsigned long magic`. With another magic that stands in its place, as `0x00000000 20120211 ?`; null where something
 * else stands there.
 */
export function apacheModuleAt(
  { places, segments, address, layout }: Place,
  symbol: DynamicSymbol,
): string | null {
  const word = layout.class === 64 ? 8 : 4;
  const name = word === 8 ? 16 : 12;
  const length = name + 4 * word;
  const head = places.bytesAt(address, length);
  if (head === null)
    return isOfItsSize(symbol, word) && isZeroed(segments, address, length) ? '0x00000000 0 ?' : null;
  const magicAt = name + 3 * word;
  const version = head.u32(0);
  const hex = hexOf(head, magicAt, layout);
  const series = Buffer.from(hex, 'hex').toString('latin1');
  const isOne = cookie.test(series) && version >= leastMajor && version <= mostMajor;
  if (!isOne)
    return cookie.test(series) || places.has(address + magicAt) || !isOfItsSize(symbol, word)
      ? null
      : `0x${hex} ${version} ?`;
  const target = places.target(address + name);
  const file = target === null ? '' : places.textAt(target, longestName);
  return `${series} ${version} ${/^[\w.+-]+$/.test(file) ? file : '?'}`;
}
