import type { ElfFile } from './elf-file.ts';

/** The fields that tell what a file was built for. */
export type MachineFields = Pick<ElfFile, 'machine' | 'class' | 'endianness' | 'flags'>;

/** An OCI platform; `variant` only where the file tells it. */
export interface MachinePlatform {
  readonly os: 'linux';
  readonly architecture: string;
  readonly variant: string | null;
}

const EM_MIPS = 8;
const EM_ARM = 40;
const EM_X86_64 = 62;
const EM_AARCH64 = 183;
const EM_RISCV = 243;
const EM_LOONGARCH = 258;
const EF_MIPS_ABI2 = 0x20;
const EF_ARM_ABI_FLOAT_SOFT = 0x200;
const EF_ARM_ABI_FLOAT_HARD = 0x400;

/** Machines whose name does not depend on class or endianness. */
const fixedNames: Readonly<Record<number, string>> = {
  2: 'sparc',
  3: 'i386',
  4: 'm68k',
  15: 'hppa',
  42: 'sh4',
  43: 'sparc64',
  50: 'ia64',
  195: 'arc',
  247: 'bpf',
  36902: 'alpha',
};

/**
 * The machine's name as uname and loaders have it: `x86_64`, `x32`, `i386`, `aarch64`, `arm`,
 * `riscv64`, `ppc64`, `ppc64le`, `s390x`, `mips64el`, `mipsn32`, `loongarch64`; `machine 999` for what has no name here.
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
    case 20:
      return little ? 'ppcle' : 'ppc';
    case 21:
      return little ? 'ppc64le' : 'ppc64';
    case 22:
      return elfClass === 32 ? 's390' : 's390x';
    case EM_MIPS: {
      const abi = elfClass === 64 ? '64' : flags & EF_MIPS_ABI2 ? 'n32' : '';
      return `mips${abi}${little ? 'el' : ''}`;
    }
    default:
      return fixedNames[machine] ?? `machine ${machine}`;
  }
}

/** GOARCH names, as OCI images have them, by the name of the machine. */
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
