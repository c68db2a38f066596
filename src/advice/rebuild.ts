import type { Remedy } from '../rules/finding.ts';
import { type AdviceFacts, toolchainOf } from './binary-facts.ts';

const machineTriples: Readonly<Record<string, string>> = {
  amd64: 'x86_64',
  arm64: 'aarch64',
  '386': 'i686',
  arm: 'armv7',
  riscv64: 'riscv64gc',
  ppc64le: 'powerpc64le',
  s390x: 's390x',
};

const architectureOf = (platform: string): string => platform.split('/')[1] ?? 'amd64';

/** Build it so that it needs no loader at all. */
export function buildStatically(facts: AdviceFacts): Remedy {
  const triple = machineTriples[architectureOf(facts.platform)] ?? 'x86_64';
  switch (toolchainOf(facts)) {
    case 'go':
      return {
        action:
          'Build without cgo and without -buildmode=pie: the program is then static and runs in any image.',
        command: 'CGO_ENABLED=0 go build',
      };
    case 'rust':
      return {
        action: 'Build for the musl target: the program is then static and runs in any image.',
        command: `rustup target add ${triple}-unknown-linux-musl && cargo build --release --target ${triple}-unknown-linux-musl`,
      };
    case 'node-addon':
      return {
        action:
          'Install the packages inside an image like the one it runs in, so that the addon fits its libc.',
        command: `RUN npm ci`,
      };
    case 'c':
      return {
        action: 'Link statically with musl: the program then runs in any image.',
        command: 'musl-gcc -static …',
      };
  }
}

/** Build it in the image's own release line, so that it asks for nothing newer. */
export function buildAgainstOlderLibc(facts: AdviceFacts, release: string | null): Remedy {
  const suffix = release === null ? '' : `.${release}`;
  const triple = machineTriples[architectureOf(facts.platform)] ?? 'x86_64';
  switch (toolchainOf(facts)) {
    case 'rust':
      return {
        action: `Build for the glibc of the image${release === null ? '' : ` (${release})`} or an older one.`,
        command: `cargo zigbuild --release --target ${triple}-unknown-linux-gnu${suffix}`,
      };
    case 'go':
      return {
        action: 'Build without cgo, or in a builder image of the same release as the image that it runs in.',
        command: 'CGO_ENABLED=0 go build',
      };
    default:
      return {
        action: `Build in an image of the same or an older release than ${facts.imageReference}.`,
        command: null,
      };
  }
}

/** Build it for the image's processor. */
export function buildForPlatform(facts: AdviceFacts): Remedy {
  const architecture = architectureOf(facts.platform);
  if (toolchainOf(facts) === 'go') {
    return { action: `Build for ${facts.platform}.`, command: `GOOS=linux GOARCH=${architecture} go build` };
  }
  if (toolchainOf(facts) === 'rust') {
    const triple = `${machineTriples[architecture] ?? architecture}-unknown-linux-gnu`;
    return { action: `Build for ${facts.platform}.`, command: `cargo build --release --target ${triple}` };
  }
  return {
    action: `Build for ${facts.platform}, for example in a builder image of that platform.`,
    command: null,
  };
}
