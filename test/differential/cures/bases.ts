import type { DiskImage } from '../images.ts';

const suites: Readonly<Record<string, string>> = {
  11: 'bullseye',
  12: 'bookworm',
  13: 'trixie',
  14: 'forky',
};

/** Names under which the root file system of a reference may be kept, without its architecture. */
function namesOf(reference: string): string[] {
  const name = reference.replace(/^docker\.io\/(library\/)?/, '').replace(/@sha256:.*$/, '');
  const debian = /^debian:(\w+?)(?:-slim)?$/.exec(name)?.[1];
  if (debian !== undefined) return [`debian-${suites[debian] ?? debian}`];
  const [, kind, number = ''] = /^gcr\.io\/distroless\/(\w+)-debian(\d+)/.exec(name) ?? [];
  if (kind !== undefined)
    return [`distroless-${kind}-debian${number}`, `distroless-${kind}-${suites[number] ?? number}`];
  const alpine = /^alpine:(\d+\.\d+|edge)/.exec(name)?.[1];
  return alpine === undefined ? [] : [`alpine-${alpine}`];
}

const architectures: Readonly<Record<string, readonly string[]>> = {
  amd64: ['', '-amd64'],
  '386': ['-i386', '-x86'],
  arm64: ['-arm64', '-aarch64'],
  'arm/v7': ['-armhf', '-armv7'],
  'arm/v6': ['-armhf', '-armel'],
  'arm/v5': ['-armel'],
  ppc64le: ['-ppc64el', '-ppc64le'],
  s390x: ['-s390x'],
  riscv64: ['-riscv64'],
  loong64: ['-loong64', '-loongarch64'],
};

const endingsOf = (platform: string): readonly string[] =>
  architectures[platform.replace(/^linux\//, '').replace(/^arm64\/v8$/, 'arm64')] ?? [];

/** The root file system that a reference names, among those that are here; null when none is. */
export function baseOf(reference: string, platform: string, images: readonly DiskImage[]): DiskImage | null {
  const wanted = namesOf(reference).flatMap((name) => endingsOf(platform).map((end) => `${name}${end}`));
  return images.find(({ name }) => wanted.includes(name)) ?? null;
}

/** The same image for another platform. */
export function otherPlatform(
  image: DiskImage,
  platform: string,
  images: readonly DiskImage[],
): DiskImage | null {
  const own = endingsOf(image.machine.platform).find((end) => end !== '' && image.name.endsWith(end)) ?? '';
  const name = own === '' ? image.name : image.name.slice(0, -own.length);
  const wanted = endingsOf(platform).map((end) => `${name}${end}`);
  return images.find((each) => wanted.includes(each.name)) ?? null;
}
