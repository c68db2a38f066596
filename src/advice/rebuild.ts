import { familyOfInterp, type LibcFamily } from '../elf/libc-names.ts';
import type { Cure, Remedy } from '../rules/finding.ts';
import { type AdviceFacts, remedy, toolchainOf } from './binary-facts.ts';

type Rebuild = Extract<Cure, { kind: 'rebuild' }>;

/** The file built again, by who made it. */
export function rebuilt(
  facts: AdviceFacts,
  target: Rebuild['target'],
  release: string | null = null,
): Rebuild {
  const toolchain = toolchainOf(facts);
  return { kind: 'rebuild', toolchain: toolchain === 'python-extension' ? 'c' : toolchain, target, release };
}

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

/** Rust's name of the platform with that libc. */
function rustTarget({ platform }: AdviceFacts, libc: 'gnu' | 'musl'): string {
  const architecture = architectureOf(platform);
  const machine = machineTriples[architecture] ?? 'x86_64';
  return `${machine}-unknown-linux-${libc}${architecture === 'arm' ? 'eabihf' : ''}`;
}

/** A Go program without cgo that has an interpreter all the same (S10). */
export const isGoPie = (facts: AdviceFacts): boolean =>
  toolchainOf(facts) === 'go' && facts.elf?.interp != null && facts.elf.dynamic?.needed.length === 0;

function goStatically(facts: AdviceFacts): Remedy {
  return isGoPie(facts)
    ? remedy(
        'Build without -buildmode=pie, which alone makes it need a loader: it is then static and runs in any image.',
        'CGO_ENABLED=0 go build -buildmode=exe',
        rebuilt(facts, 'static'),
      )
    : remedy(
        'Build without cgo: the program is then static and runs in any image.',
        'CGO_ENABLED=0 go build',
        rebuilt(facts, 'static'),
      );
}

const extensionInside = ({ platform }: AdviceFacts, family: LibcFamily | null): Remedy =>
  remedy(
    family === 'musl'
      ? `Install the package inside the image: pip then takes the wheel for musl (musllinux), where the project publishes one, or builds it.`
      : `Install the package inside the image: pip then takes the wheel for ${platform}.`,
    'RUN pip install PACKAGE',
  );

const addonInside = (): Remedy =>
  remedy(
    'Install the packages inside the image, so that the addon fits its libc, and keep node_modules of other machines out (.dockerignore).',
    'RUN npm ci',
  );

/** Build it so that it needs no loader at all. */
export function buildStatically(facts: AdviceFacts): Remedy {
  const musl = rustTarget(facts, 'musl');
  switch (toolchainOf(facts)) {
    case 'go':
      return goStatically(facts);
    case 'rust':
      if (familyOfInterp(facts.elf?.interp?.path ?? '') === 'musl') {
        return remedy(
          'Link statically, as the musl target does by default: the program then runs in any image.',
          `RUSTFLAGS='-C target-feature=+crt-static' cargo build --release --target ${musl}`,
          rebuilt(facts, 'static'),
        );
      }
      return remedy(
        'Build for the musl target: the program is then static and runs in any image.',
        `rustup target add ${musl} && cargo build --release --target ${musl}`,
        rebuilt(facts, 'static'),
      );
    case 'node-addon':
      return addonInside();
    case 'python-extension':
      return extensionInside(facts, null);
    case 'c':
      return remedy(
        'Link statically with musl: the program then runs in any image.',
        'musl-gcc -static …',
        rebuilt(facts, 'static'),
      );
  }
}

/** Build it for the family of libc that the image has. */
export function buildForLibc(facts: AdviceFacts, family: LibcFamily): Remedy | null {
  const toolchain = toolchainOf(facts);
  if (toolchain === 'node-addon') return addonInside();
  if (toolchain === 'python-extension') return extensionInside(facts, family);
  if (family === 'musl' && toolchain !== 'c') return buildStatically(facts);
  if (family === 'musl') {
    const command = 'FROM alpine AS build\nRUN apk add build-base';
    return remedy('Build it for musl, in an Alpine image.', command, rebuilt(facts, 'musl'));
  }
  if (family !== 'glibc') return null;
  const gnu = rustTarget(facts, 'gnu');
  return toolchain === 'rust'
    ? remedy('Build for the glibc target.', `cargo build --release --target ${gnu}`, rebuilt(facts, 'glibc'))
    : remedy(
        `Build it for glibc, in a builder image of the same release as ${facts.imageReference}.`,
        null,
        rebuilt(facts, 'glibc'),
      );
}

/** Build it in the image's own release line, so that it asks for nothing newer than `release` of glibc. */
export function buildAgainstOlderLibc(facts: AdviceFacts, release: string | null): Remedy {
  const named = release === null ? '' : ` (${release})`;
  switch (toolchainOf(facts)) {
    case 'rust':
      return remedy(
        `Build for the glibc of the image${named} or an older one.`,
        `cargo zigbuild --release --target ${rustTarget(facts, 'gnu')}${release === null ? '' : `.${release}`}`,
        rebuilt(facts, 'glibc', release),
      );
    case 'go':
      return remedy(
        `Build in a builder image of the release that the image has${named}; a golang tag without a release name moves to newer ones.`,
        null,
        rebuilt(facts, 'glibc', release),
      );
    case 'node-addon':
      return addonInside();
    case 'python-extension':
      return extensionInside(facts, 'glibc');
    case 'c':
      return remedy(
        `Build in an image of the same or an older release than ${facts.imageReference}.`,
        null,
        rebuilt(facts, 'glibc', release),
      );
  }
}

/** Build it for the image's processor. */
export function buildForPlatform(facts: AdviceFacts): Remedy {
  const architecture = architectureOf(facts.platform);
  const action = `Build for ${facts.platform}.`;
  switch (toolchainOf(facts)) {
    case 'go':
      return remedy(action, `GOOS=linux GOARCH=${architecture} go build`, rebuilt(facts, 'platform'));
    case 'rust':
      return remedy(
        action,
        `cargo build --release --target ${rustTarget(facts, 'gnu')}`,
        rebuilt(facts, 'platform'),
      );
    case 'node-addon':
      return addonInside();
    case 'python-extension':
      return extensionInside(facts, null);
    case 'c':
      return remedy(
        `Build for ${facts.platform}, for example in a builder image of that platform.`,
        null,
        rebuilt(facts, 'platform'),
      );
  }
}
