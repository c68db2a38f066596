import {
  EF_ARM_ABI_FLOAT_HARD,
  EF_ARM_ABI_FLOAT_SOFT,
  EF_MIPS_ABI2,
  EM_68K,
  EM_386,
  EM_AARCH64,
  EM_ALPHA,
  EM_ARC_COMPACT2,
  EM_ARM,
  EM_BPF,
  EM_IA_64,
  EM_LOONGARCH,
  EM_MIPS,
  EM_PARISC,
  EM_PPC,
  EM_PPC64,
  EM_RISCV,
  EM_S390,
  EM_SH,
  EM_SPARC,
  EM_SPARCV9,
  EM_X86_64,
} from './constants.ts';
import type { ElfClass, ElfFile } from './elf-file.ts';

/** The fields that define the machine of a file. */
export type MachineFields = Pick<ElfFile, 'machine' | 'class' | 'endianness' | 'flags'>;

/** The key of a table that has one row for each machine and class, as the loaders' tables of relocation types do: `62/64`. */
export function machineKey(machine: number, elfClass: ElfClass): string {
  return `${machine}/${elfClass}`;
}

/** An OCI platform; `variant` only where the file defines it. */
export interface MachinePlatform {
  readonly os: 'linux';
  readonly architecture: string;
  readonly variant: string | null;
}

/** Machines whose name does not depend on class or endianness. */
const fixedNames: Readonly<Record<number, string>> = {
  [EM_SPARC]: 'sparc',
  [EM_386]: 'i386',
  [EM_68K]: 'm68k',
  [EM_PARISC]: 'hppa',
  [EM_SH]: 'sh4',
  [EM_SPARCV9]: 'sparc64',
  [EM_IA_64]: 'ia64',
  [EM_ARC_COMPACT2]: 'arc',
  [EM_BPF]: 'bpf',
  [EM_ALPHA]: 'alpha',
};

/**
 * The machine's name as uname and loaders print it: `x86_64`, `x32`, `i386`, `aarch64`, `arm`,
 * `riscv64`, `ppc64`, `ppc64le`, `s390x`, `mips64el`, `mipsn32`, `loongarch64`; `machine 999` for a machine without a name here.
 */
export function machineName(fields: MachineFields): string {
  const { machine, class: elfClass, endianness, flags } = fields;
  const little = endianness === 'little';
  switch (machine) {
    case EM_X86_64:
      return elfClass === 32 ? 'x32' : 'x86_64';
    case EM_AARCH64:
      return `aarch64${little ? '' : '_be'}${elfClass === 32 ? '_ilp32' : ''}`;
    case EM_ARM:
      return little ? 'arm' : 'armeb';
    case EM_RISCV:
      return `riscv${elfClass}`;
    case EM_LOONGARCH:
      return `loongarch${elfClass}`;
    case EM_PPC:
      return little ? 'ppcle' : 'ppc';
    case EM_PPC64:
      return little ? 'ppc64le' : 'ppc64';
    case EM_S390:
      return elfClass === 32 ? 's390' : 's390x';
    case EM_MIPS: {
      const abi = elfClass === 64 ? '64' : flags & EF_MIPS_ABI2 ? 'n32' : '';
      return `mips${abi}${little ? 'el' : ''}`;
    }
    default:
      return fixedNames[machine] ?? `machine ${machine}`;
  }
}

/** GOARCH names, as OCI images use them, by the name of the machine. */
const architectures: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  x32: 'amd64',
  i386: '386',
  aarch64: 'arm64',
  aarch64_be: 'arm64be',
  arm: 'arm',
  armeb: 'armbe',
  loongarch64: 'loong64',
  mipsel: 'mipsle',
  mips64el: 'mips64le',
  mipsn32: 'mips64p32',
  mipsn32el: 'mips64p32le',
};

/**
 * The platform of images that fit the file. ARM's variant is by the float ABI of e_flags: hard float is what v7 images
 * have (v6 too, at Alpine and Raspberry Pi OS), soft float v5; null when e_flags says neither.
 */
export function platformOf(fields: MachineFields): MachinePlatform {
  const name = machineName(fields);
  return { os: 'linux', architecture: architectures[name] ?? name, variant: variantOf(fields) };
}

function variantOf({ machine, flags }: MachineFields): string | null {
  if (machine !== EM_ARM) return null;
  if (flags & EF_ARM_ABI_FLOAT_HARD) return 'v7';
  return flags & EF_ARM_ABI_FLOAT_SOFT ? 'v5' : null;
}
