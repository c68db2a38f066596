import {
  EM_386,
  EM_AARCH64,
  EM_ARM,
  EM_LOONGARCH,
  EM_MIPS,
  EM_PPC64,
  EM_RISCV,
  EM_S390,
  EM_X86_64,
} from '../../elf/constants.ts';
import type { ElfFile } from '../../elf/elf-file.ts';
import type { Platform } from '../../image/image.ts';

/** Whether a kernel of that platform takes the file: `yes`, `no` (ENOEXEC), or a reason why that is unknown. */
export type Acceptance = 'native' | 'compat' | 'refused' | { readonly unknown: string };

interface Native {
  readonly machine: number;
  readonly class: 32 | 64 | null;
  readonly endianness: 'little' | 'big';
}

const natives: Readonly<Record<string, Native>> = {
  amd64: { machine: EM_X86_64, class: null, endianness: 'little' },
  386: { machine: EM_386, class: null, endianness: 'little' },
  arm64: { machine: EM_AARCH64, class: null, endianness: 'little' },
  arm: { machine: EM_ARM, class: null, endianness: 'little' },
  riscv64: { machine: EM_RISCV, class: 64, endianness: 'little' },
  ppc64le: { machine: EM_PPC64, class: null, endianness: 'little' },
  ppc64: { machine: EM_PPC64, class: null, endianness: 'big' },
  s390x: { machine: EM_S390, class: 64, endianness: 'big' },
  loong64: { machine: EM_LOONGARCH, class: 64, endianness: 'little' },
  mips: { machine: EM_MIPS, class: 32, endianness: 'big' },
  mipsle: { machine: EM_MIPS, class: 32, endianness: 'little' },
  mips64: { machine: EM_MIPS, class: 64, endianness: 'big' },
  mips64le: { machine: EM_MIPS, class: 64, endianness: 'little' },
};

/**
 * e_machine against the platform's kernel (K11, K12): native, compatible (i386 under x86-64; x86-64 in an image for 386, which runs
 * on x86-64 kernels too), or refused.
 * The class is checked only where the kernel checks it (K10).
 */
export function acceptance(elf: ElfFile, platform: Platform): Acceptance {
  const native = natives[platform.architecture];
  if (native === undefined)
    return { unknown: `the platform ${platform.os}/${platform.architecture} is not known` };
  if (elf.machine === native.machine) {
    if (native.class !== null && elf.class !== native.class) return 'refused';
    if (elf.endianness !== native.endianness && elf.machine !== EM_X86_64) return 'refused';
    if (elf.machine === EM_X86_64 && elf.class === 32) return 'refused';
    return 'native';
  }
  if (platform.architecture === 'amd64' && elf.machine === EM_386) return 'compat';
  if (platform.architecture === '386' && elf.machine === EM_X86_64 && elf.class === 64) return 'compat';
  if (platform.architecture === 'arm64' && elf.machine === EM_ARM) {
    return { unknown: 'whether an arm64 host runs 32-bit Arm programs depends on its processor' };
  }
  return 'refused';
}
