import { EM_X86_64, PT_TLS } from '../../elf/constants.ts';
import type { ElfFile } from '../../elf/elf-file.ts';
import type { LinkMap } from './link-map.ts';
import type { LoaderSession } from './session.ts';

/** Room for thread-local storage at fixed offsets, in bytes. */
export interface TlsRoom {
  /** What fits for certain. */
  readonly sure: number;
  /** What is larger does not fit. */
  readonly most: number;
}

const defaultNamespaces = 4;
const mostNamespaces = 16;
const defaultOptional = 512;
/** Initial-exec TLS that is kept for each namespace: of its libc, and of its other libraries (LIBC_IE_TLS, OTHER_IE_TLS). */
const perNamespace = 288;
/** Up to 2.35 a namespace more takes more: LIBC_IE_TLS was 192. */
const perOlderNamespace = 336;
const beforeTunables = 1664;
/** The block of static TLS is rounded up to cache lines (TCB_ALIGNMENT). */
const blockAlignment = 64;
/** Since 2.41 the block holds the area of rseq(2), aligned to its size. */
const rseqArea = 32;

const roundUp = (value: number, alignment: number): number => Math.ceil(value / alignment) * alignment;

/** The surplus in the block of static TLS: `_dl_tls_static_surplus_init` of elf/dl-tls.c, TLS_STATIC_SURPLUS before 2.32. */
function surplusOf({ release, tunables }: LoaderSession, auditors: number): TlsRoom {
  const namespaces =
    tunables.number('glibc.rtld.nns', { least: 1, most: mostNamespaces }) ?? defaultNamespaces;
  const optional =
    tunables.number('glibc.rtld.optional_static_tls', { least: 0, most: 2 ** 48 }) ?? defaultOptional;
  const count = namespaces + auditors;
  const newer = perNamespace * count + optional;
  if (release >= 236) return { sure: newer, most: newer };
  const older = perOlderNamespace * count - 192 + optional;
  if (release >= 232) return { sure: Math.min(newer, older), most: Math.max(newer, older) };
  return { sure: beforeTunables, most: Math.max(beforeTunables, auditors === 0 ? 0 : older) };
}

/** Size and alignment of an object's thread-local storage; 0 and 1 where it has none. */
function threadStorageOf({ tlsSize, segments }: ElfFile): { readonly size: number; readonly align: number } {
  const align = segments.findLast(({ type }) => type === PT_TLS)?.align ?? 1;
  return { size: tlsSize ?? 0, align: Math.max(align, 1) };
}

/**
 * What is free for objects that come after `placed` were given their offsets, in load order (G62). On x86-64 with glibc 2.36 or
 * later both numbers are the same, as measured; elsewhere the layout of the block can add a cache line.
 */
export function tlsRoom(session: LoaderSession, placed: readonly LinkMap[], auditors: number): TlsRoom {
  const { sure, most } = surplusOf(session, auditors);
  const { machine, class: elfClass } = session.loader.elf;
  if (machine !== EM_X86_64 || elfClass !== 64 || session.release < 236)
    return { sure, most: most + blockAlignment + rseqArea };
  let used = 0;
  for (const { elf } of placed) {
    const { size, align } = threadStorageOf(elf);
    if (size > 0) used = roundUp(used + size, align);
  }
  if (session.release >= 241) used = roundUp(used, rseqArea) + rseqArea;
  const free = roundUp(used + sure, blockAlignment) - used;
  return { sure: free, most: free };
}

/** What remains of `free` bytes when the storage of one object is placed at its end (`_dl_try_allocate_static_tls`). */
export function afterPlacing(free: number, elf: ElfFile): number {
  const { size, align } = threadStorageOf(elf);
  return size === 0 ? free : Math.floor((free - size) / align) * align;
}
