/** An architecture as Debian, Docker, ELF, gcc and qemu name it. */
export interface Machine {
  readonly debian: string;
  /** `linux/…` of an image. */
  readonly platform: string;
  readonly eMachine: number;
  readonly class: 32 | 64;
  readonly endianness: 'little' | 'big';
  /** The user-mode emulator; null where this machine's own kernel runs it. */
  readonly qemu: string | null;
  readonly gcc: string;
  readonly gccFlags: readonly string[];
  /** Directory of Debian's libraries. */
  readonly triplet: string;
  /** Name of the file that musl programs of this architecture have as PT_INTERP. */
  readonly muslArch: string;
  readonly float: 'hard' | 'soft' | null;
}

const define = (
  debian: string,
  architecture: string,
  elf: readonly [number, 32 | 64, 'little' | 'big'],
  emulator: string | null,
  triplet: string,
  muslArch: string,
  more: Partial<Machine> = {},
): Machine => ({
  debian,
  platform: `linux/${architecture}`,
  eMachine: elf[0],
  class: elf[1],
  endianness: elf[2],
  qemu: emulator === null ? null : `/usr/bin/qemu-${emulator}-static`,
  gcc: `${triplet}-gcc`,
  gccFlags: [],
  triplet,
  muslArch,
  float: null,
  ...more,
});

/** Every architecture that the differential test can run, natively or under qemu-user. */
export const machines: readonly Machine[] = [
  define('amd64', 'amd64', [62, 64, 'little'], null, 'x86_64-linux-gnu', 'x86_64'),
  define('i386', '386', [3, 32, 'little'], null, 'i386-linux-gnu', 'i386', { gcc: 'i686-linux-gnu-gcc' }),
  define('arm64', 'arm64', [183, 64, 'little'], 'aarch64', 'aarch64-linux-gnu', 'aarch64'),
  define('armhf', 'arm/v7', [40, 32, 'little'], 'arm', 'arm-linux-gnueabihf', 'armhf', { float: 'hard' }),
  define('armel', 'arm/v5', [40, 32, 'little'], 'arm', 'arm-linux-gnueabi', 'arm', { float: 'soft' }),
  define('ppc64el', 'ppc64le', [21, 64, 'little'], 'ppc64le', 'powerpc64le-linux-gnu', 'powerpc64le'),
  define('s390x', 's390x', [22, 64, 'big'], 's390x', 's390x-linux-gnu', 's390x'),
  define('riscv64', 'riscv64', [243, 64, 'little'], 'riscv64', 'riscv64-linux-gnu', 'riscv64'),
  define('mips64el', 'mips64le', [8, 64, 'little'], 'mips64el', 'mips64el-linux-gnuabi64', 'mips64el'),
  define('loong64', 'loong64', [258, 64, 'little'], 'loongarch64', 'loongarch64-linux-gnu', 'loongarch64'),
];

export function machineOfDebian(name: string): Machine {
  const machine = machines.find(({ debian }) => debian === name);
  if (machine === undefined) throw new Error(`no such architecture: ${name}`);
  return machine;
}
