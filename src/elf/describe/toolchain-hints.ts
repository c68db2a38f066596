import type { ByteSource } from '../bytes/byte-source.ts';
import { readOrNull } from '../bytes/byte-sources.ts';
import { ELF_NOTE_OS_LINUX, PF_W, PF_X, PT_LOAD } from '../constants.ts';
import type { ElfFile, Segment, ToolchainHints, Unpacked } from '../elf-file.ts';
import { isStatic, kindOf } from '../kind.ts';
import { unpackUpx } from '../packed/upx.ts';
import { goMagic, readGoVersion } from './go-build-info.ts';
import { lookAtSections } from './section-look.ts';
import { findInSegments } from './segment-scan.ts';

/** Texts in the read-only data of static glibc programs (S2). */
const glibcNeedles = {
  gconv: '/gconv-modules.cache',
  earlyInit: '__libc_early_init',
  nsswitch: '/etc/nsswitch.conf',
  // nss/nss_files/files-alias.c, a part of libc since 2.34 and of libnss_files.so.2 before.
  files: '/etc/aliases',
} as const;

/** The toolchain that built this binary, as far as its bytes show it. Scans the segments (at most 256 MiB): for the checked binary only. */
export function readToolchainHints(source: ByteSource, elf: ElfFile): ToolchainHints {
  const look = lookAtSections(source);
  const { go } = findInSegments(source, elf.segments.filter(isWritable), { go: goMagic });
  const readOnly = readOnlyData(elf.segments);
  const staticGlibc = isStaticGlibc(elf) ? findInSegments(source, readOnly, glibcNeedles) : null;
  return {
    go: go === undefined ? null : { version: readGoVersion(source, elf, go) },
    rust: go === undefined ? readRust(source, elf, look.comments) : null,
    upx: upxOf(source, elf),
    appImage: appImageOf(source),
    comments: look.comments,
    staticGlibc:
      staticGlibc === null
        ? null
        : {
            iconv: staticGlibc.gconv !== undefined,
            nss: staticGlibc.nsswitch !== undefined,
            nssBuiltIn: staticGlibc.nsswitch !== undefined && staticGlibc.files !== undefined,
            dlopen: staticGlibc.earlyInit !== undefined,
          },
    symbolTable: look.hasSymtab,
  };
}

/** Go's linker puts its build information first into the writable segment, where Go itself looks for it (debug/buildinfo). */
function isWritable({ flags }: Segment): boolean {
  return (flags & PF_W) !== 0;
}

/** Where strings are: segments that are neither written nor executed; with older linkers there are none, and code has them. */
function readOnlyData(segments: readonly Segment[]): readonly Segment[] {
  const constant = segments.filter(({ type, flags }) => type === PT_LOAD && (flags & (PF_W | PF_X)) === 0);
  return constant.length > 0 ? constant : segments;
}

/** Panic messages hold the path of the standard library, `/rustc/COMMIT/library/…`; symbols are mangled as `_R…` or `…17hHASHE`. */
function readRust(
  source: ByteSource,
  elf: ElfFile,
  comments: readonly string[],
): { readonly commit: string | null } | null {
  const { rustc } = findInSegments(source, readOnlyData(elf.segments), { rustc: '/rustc/' });
  const commit = /^\/rustc\/([0-9a-f]{40})\//.exec(rustc?.toString('latin1', 0, 64) ?? '')?.[1] ?? null;
  if (commit !== null) return { commit };
  const mangled =
    elf.dynamic?.symbols.some(({ name }) => /^(_ZN.*17h[0-9a-f]{16}E$|_RNv)/.test(name)) ?? false;
  return mangled || comments.some((line) => line.startsWith('rustc version ')) ? { commit: null } : null;
}

/** UPX writes its `l_info` right behind the program headers: a checksum, then `UPX!` (S20). */
function upxOf(source: ByteSource, elf: ElfFile): Unpacked | null {
  const behind = (elf.class === 64 ? 64 : 52) + elf.phnum * elf.phentsize;
  if (behind > 4096) return null;
  const marker = readOrNull(source, behind, 256)?.indexOf('UPX!') ?? -1;
  return marker < 4 ? null : unpackUpx(source, elf, behind + marker - 4);
}

function appImageOf(source: ByteSource): 1 | 2 | null {
  const [a, i, type] = readOrNull(source, 8, 3) ?? [];
  if (a !== 0x41 || i !== 0x49) return null;
  return type === 1 || type === 2 ? type : null;
}

/** Static programs of glibc carry its ABI tag; musl's and Go's have none (S2). */
function isStaticGlibc(elf: ElfFile): boolean {
  return isStatic(kindOf(elf)) && elf.notes.abiTag?.os === ELF_NOTE_OS_LINUX;
}
