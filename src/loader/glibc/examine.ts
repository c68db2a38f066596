import { needsNewerKernel } from '../../container/host.ts';
import {
  EF_ARM_ABI_FLOAT_HARD,
  EF_ARM_ABI_FLOAT_SOFT,
  EF_ARM_EABI_VER5,
  EF_ARM_EABIMASK,
  EF_MIPS_ABI2,
  EF_MIPS_NAN2008,
  EF_PPC64_ABI,
  EF_RISCV_FLOAT_ABI,
  ELF_NOTE_OS_LINUX,
  ELFOSABI_GNU,
  ELFOSABI_NONE,
  EM_ARM,
  EM_MIPS,
  EM_PPC64,
  EM_RISCV,
  ET_EXEC,
  EV_CURRENT,
  PT_LOAD,
} from '../../elf/constants.ts';
import type { ElfFile } from '../../elf/elf-file.ts';
import { tableSizes } from '../../elf/file-header.ts';
import { isLinked } from '../../elf/kind.ts';
import type { FileContent } from '../../image/image.ts';
import { mayRead } from '../../rootfs/permissions.ts';
import type { Credentials, Inode, LookupErrno, Rootfs } from '../../rootfs/rootfs.ts';
import { decisiveDefect } from '../doubt/decisive-defect.ts';
import { isCutOff, libraryCutStatus, pageSize } from '../doubt/lost-pages.ts';
import { refusedByAbiTag, trailWords } from '../trace/trail-words.ts';
import type { GlibcRelease } from './glibc-version.ts';
import { isPie } from './link-map.ts';
import { type LoaderText, loaderText } from './loader-text.ts';

/** The loader's own properties that a candidate must fit (G10, G11, G17). */
export interface Fit {
  readonly loader: ElfFile;
  readonly release: GlibcRelease;
  /** Running kernel as [major, minor], for the ABI tag of libraries up to 2.35 (G15). */
  readonly kernel: readonly [number, number];
}

/** The outcome of opening one candidate. */
export type Candidate =
  | { readonly kind: 'usable'; readonly path: string; readonly inode: Inode; readonly elf: ElfFile }
  /** The search goes on as if it were absent (G10). */
  | {
      readonly kind: 'skipped';
      readonly outcome: string;
      readonly otherClass: boolean;
      readonly errno: LookupErrno;
    }
  /** The search ends here (G11, G13). `names` is what the loader's message names: the file, or what was asked for. */
  | {
      readonly kind: 'refused';
      readonly reason: LoaderText;
      readonly names: 'path' | 'request';
    }
  /** Mapped, then a page past the end of the file is touched (G14). */
  | { readonly kind: 'truncated'; readonly exitStatus: number }
  | { readonly kind: 'unknown'; readonly reason: string };

const skipped = (outcome: string, errno: LookupErrno = 'ENOENT', otherClass = false): Candidate => ({
  kind: 'skipped',
  outcome,
  otherClass,
  errno,
});

/** Opens one candidate as `open_verify` and `_dl_map_object_from_fd` do (G10 to G17). */
export function examine(
  rootfs: Rootfs,
  path: string,
  cwd: string,
  credentials: Credentials,
  fit: Fit,
): Candidate {
  const found = rootfs.lookup(path, { cwd, credentials });
  if (!found.ok) return skipped(trailWords[found.errno], found.errno);
  const { inode } = found;
  if (inode.type !== 'directory' && !mayRead(inode, credentials)) return skipped(trailWords.EACCES, 'EACCES');
  if (inode.type === 'directory') {
    return { kind: 'refused', reason: loaderText('cannot read file data', 'EISDIR'), names: 'path' };
  }
  if (inode.type === 'special') return { kind: 'unknown', reason: `${path} is a device or a pipe` };
  return examineContent(path, inode, inode.content, fit);
}

function examineContent(path: string, inode: Inode, content: FileContent | null, fit: Fit): Candidate {
  if (content?.kind === 'unread')
    return { kind: 'unknown', reason: `${path} could not be read: ${content.reason}` };
  const refused = (text: string, names: 'path' | 'request' = 'path'): Candidate => ({
    kind: 'refused',
    reason: loaderText(text),
    names,
  });
  if (inode.size < tableSizes[fit.loader.class].fileHeader) return refused('file too short');
  if (content?.kind !== 'elf') return refused('invalid ELF header');
  const { elf } = content;
  const header = examineHeader(elf, fit.loader);
  if (header !== null) return typeof header === 'string' ? refused(header) : header;
  if (otherAbi(elf, fit.loader)) return skipped('built for another ABI of this machine');
  if (fit.release <= 235 && isForAnotherSystem(elf, fit.kernel)) {
    return skipped(refusedByAbiTag);
  }
  const mapping = examineMapping(elf, fit.release);
  if (mapping !== null) return refused(mapping, fit.release >= 231 ? 'request' : 'path');
  const unreadable = decisiveDefect(elf);
  if (isCutOff(elf)) return { kind: 'truncated', exitStatus: libraryCutStatus(elf) };
  if (unreadable !== null) return { kind: 'unknown', reason: `${path}: ${unreadable.reason}` };
  return { kind: 'usable', path, inode, elf };
}

/** The checks of the file header in the loader's order (G11): a text that is fatal, a skip, or null. */
function examineHeader(elf: ElfFile, loader: ElfFile): string | Candidate | null {
  if (elf.identClass !== loader.identClass) return skipped('other ELF class', 'ENOENT', true);
  if (elf.identData !== loader.identData) return `ELF file data encoding not ${loader.endianness}-endian`;
  if (elf.identVersion !== EV_CURRENT) return 'ELF file version ident does not match current one';
  if (elf.osabi !== ELFOSABI_NONE && elf.osabi !== ELFOSABI_GNU) return 'ELF file OS ABI invalid';
  if (elf.abiVersion !== 0 && (elf.osabi === ELFOSABI_NONE || elf.abiVersion >= 4))
    return 'ELF file ABI version invalid';
  if (elf.identPadding) return 'nonzero padding in e_ident';
  if (elf.version !== EV_CURRENT) return 'ELF file version does not match current one';
  if (elf.machine !== loader.machine) return skipped('made for another machine');
  if (!isLinked(elf)) return 'only ET_DYN and ET_EXEC can be loaded';
  if (elf.phentsize !== loader.phentsize) return "ELF file's phentsize not the expected size";
  return null;
}

/** e_flags that exclude a library of the same machine (G17, `elf_machine_matches_host` and reject_phdr hooks). */
function otherAbi(elf: ElfFile, loader: ElfFile): boolean {
  switch (loader.machine) {
    case EM_ARM: {
      if ((elf.flags & EF_ARM_EABIMASK) >>> 0 !== EF_ARM_EABI_VER5) return false;
      const hard = (loader.flags & EF_ARM_ABI_FLOAT_HARD) !== 0;
      return (elf.flags & (hard ? EF_ARM_ABI_FLOAT_SOFT : EF_ARM_ABI_FLOAT_HARD)) !== 0;
    }
    case EM_RISCV:
      return (elf.flags & EF_RISCV_FLOAT_ABI) !== (loader.flags & EF_RISCV_FLOAT_ABI);
    case EM_PPC64: {
      const abi = elf.flags & EF_PPC64_ABI;
      return abi !== 0 && abi !== (loader.flags & EF_PPC64_ABI || abi);
    }
    case EM_MIPS:
      return ((elf.flags ^ loader.flags) & (EF_MIPS_ABI2 | EF_MIPS_NAN2008)) !== 0;
    default:
      return false;
  }
}

/** NT_GNU_ABI_TAG of a library against the running kernel (G15, up to 2.35). */
function isForAnotherSystem(elf: ElfFile, kernel: readonly [number, number]): boolean {
  const tag = elf.notes.abiTag;
  return tag !== null && (tag.os !== ELF_NOTE_OS_LINUX || needsNewerKernel(tag.kernel, kernel));
}

/** Fatal after opening (G13, G16); null when the object can be mapped. */
function examineMapping(elf: ElfFile, release: GlibcRelease): string | null {
  const loads = elf.segments.filter((segment) => segment.type === PT_LOAD);
  for (const load of loads) {
    if (release <= 234 && load.align % pageSize !== 0) return 'ELF load command alignment not page-aligned';
    if ((load.vaddr - load.offset) % pageSize !== 0) {
      return release <= 234
        ? 'ELF load command address/offset not properly aligned'
        : 'ELF load command address/offset not page-aligned';
    }
  }
  if (loads.length === 0) return 'object file has no loadable segments';
  if (elf.type === ET_EXEC) return 'cannot dynamically load executable';
  if (elf.dynamic === null)
    return elf.truncated || elf.defects.length > 0 ? null : 'object file has no dynamic section';
  if (release >= 230 && isPie(elf.dynamic)) return 'cannot dynamically load position-independent executable';
  return null;
}
