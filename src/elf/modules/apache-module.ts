import type { RelativePlaces } from './relative-places.ts';

/** `MODULE_MAGIC_COOKIE` is "AP" and the series: AP24, AP22, AP13. */
const cookie = /^AP\d\d$/;
/** `MODULE_MAGIC_NUMBER_MAJOR` is a date. */
const [leastMajor, mostMajor] = [19_950_000, 21_000_000];
const longestName = 64;

/**
 * The `module_struct` (http_config.h of httpd) at an address, as `AP24 20120211 mod_dav.c`: `int version, minor, index; char *name;
 * void *handle; module *next; unsigned long magic`. Null where something else stands there. `word` is the size of a pointer.
 */
export function apacheModuleAt(places: RelativePlaces, address: number, word: number): string | null {
  const name = word === 8 ? 16 : 12;
  const head = places.bytesAt(address, name + 4 * word);
  if (head === null) return null;
  const version = head.u32(0);
  const magic = head.word(name + 3 * word);
  const series = String.fromCharCode(...[24, 16, 8, 0].map((shift) => Math.floor(magic / 2 ** shift) & 0xff));
  if (!cookie.test(series) || magic >= 2 ** 32 || version < leastMajor || version > mostMajor) return null;
  const target = places.target(address + name);
  const file = target === null ? '' : places.textAt(target, longestName);
  return `${series} ${version} ${/^[\w.+-]+$/.test(file) ? file : '?'}`;
}
