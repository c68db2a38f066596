import type { Platform } from '../image.ts';
import { ImageError } from '../image-error.ts';

const architectureNames: Readonly<Record<string, Omit<Platform, 'os'>>> = {
  x86_64: { architecture: 'amd64', variant: null },
  'x86-64': { architecture: 'amd64', variant: null },
  i386: { architecture: '386', variant: null },
  i686: { architecture: '386', variant: null },
  x86: { architecture: '386', variant: null },
  aarch64: { architecture: 'arm64', variant: null },
  armhf: { architecture: 'arm', variant: 'v7' },
  armel: { architecture: 'arm', variant: 'v6' },
  armv7l: { architecture: 'arm', variant: 'v7' },
  armv6l: { architecture: 'arm', variant: 'v6' },
  loongarch64: { architecture: 'loong64', variant: null },
  ppc64el: { architecture: 'ppc64le', variant: null },
  mips64el: { architecture: 'mips64le', variant: null },
  mipsel: { architecture: 'mipsle', variant: null },
};

/**
 * One spelling for each platform, as containerd normalises them: `aarch64` is `arm64`, `arm64/v8` is `arm64`,
 * `amd64/v1` is `amd64`, `arm` without a variant is `arm/v7`.
 */
export function normalisePlatform(platform: Platform): Platform {
  const os = platform.os.toLowerCase();
  const named = architectureNames[platform.architecture.toLowerCase()];
  const architecture = named?.architecture ?? platform.architecture.toLowerCase();
  let variant = platform.variant?.toLowerCase() || named?.variant || null;
  if (variant !== null && /^\d+$/.test(variant)) variant = `v${variant}`;
  if (architecture === 'arm64' && variant === 'v8') variant = null;
  if (architecture === 'amd64' && variant === 'v1') variant = null;
  if (architecture === 'arm' && variant === null) variant = 'v7';
  return { os, architecture, variant };
}

/** Parses `linux/arm64`, `linux/arm/v7` or only `arm64`; throws ImageError `call` for anything else. */
export function parsePlatform(text: string): Platform {
  const parts = text.split('/');
  const ok = parts.length <= 3 && parts.every((part) => /^[A-Za-z0-9_.-]+$/.test(part));
  if (!ok) {
    const shown = text.replace(/[^\x20-\x7e]/g, '?').slice(0, 80);
    throw new ImageError(
      'call',
      `"${shown}" is not a platform: write os/architecture[/variant], such as linux/arm64`,
    );
  }
  const [first = '', second, third] = parts;
  if (second === undefined && first !== 'linux') {
    return normalisePlatform({ os: 'linux', architecture: first, variant: null });
  }
  if (second === undefined) {
    throw new ImageError('call', `"${first}" names no architecture: write linux/amd64 or linux/arm64`);
  }
  return normalisePlatform({ os: first, architecture: second, variant: third ?? null });
}

/** `linux/arm/v7`. */
export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = platform;
  return variant === null ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

const variantNumber = (platform: Platform): number =>
  Number(/^v(\d+)/.exec(platform.variant ?? '')?.[1] ?? 0);

/**
 * How well an image for `offered` suits `wanted`: 0 is exact, larger is worse, null is not at all. As containerd has it:
 * a lower variant of the same architecture runs (arm/v7 takes v6 and v5, amd64/v3 takes amd64), never a higher one.
 */
export function platformDistance(wanted: Platform, offered: Platform): number | null {
  const want = normalisePlatform(wanted);
  const offer = normalisePlatform(offered);
  if (want.os !== offer.os || want.architecture !== offer.architecture) return null;
  if (want.variant === offer.variant) return 0;
  const distance = variantNumber(want) - variantNumber(offer);
  return distance > 0 ? distance : null;
}

/** True when an image for `offered` can be taken for `wanted`. */
export function platformMatches(wanted: Platform, offered: Platform): boolean {
  return platformDistance(wanted, offered) !== null;
}

/**
 * The platform that an engine takes on the machine that executes programs for `fitting` (R8): machines that execute i386
 * programs are amd64 machines today, and their engines take linux/amd64 of an image that has it.
 */
export function enginePlatform(fitting: Platform): Platform {
  return fitting.architecture === '386' ? { ...fitting, architecture: 'amd64', variant: null } : fitting;
}

/** The platforms of which a call takes one, the best first: the one asked for, or those on which the binary can be executed. */
export function wantedPlatforms(wanted: {
  readonly platform: Platform | null;
  readonly fitting: Platform | null;
}): readonly Platform[] {
  if (wanted.platform !== null) return [wanted.platform];
  return wanted.fitting === null ? [] : [wanted.fitting, enginePlatform(wanted.fitting)];
}

/** The platform of an image that nothing in it tells: the one asked for, the binary's, or linux/amd64. */
export function fallbackPlatform(wanted: {
  readonly platform: Platform | null;
  readonly fitting: Platform | null;
}): Platform {
  if (wanted.platform !== null) return wanted.platform;
  return wanted.fitting === null ? amd64 : enginePlatform(wanted.fitting);
}

const amd64: Platform = { os: 'linux', architecture: 'amd64', variant: null };
const arm64: Platform = { os: 'linux', architecture: 'arm64', variant: null };
/** 32-bit Arm on the newest processors, which takes every variant. */
const newestArm: Platform = { os: 'linux', architecture: 'arm', variant: 'v8' };

/** What was chosen out of several platforms, and whether it was chosen to fit the binary. */
export interface PlatformChoice<T> {
  readonly chosen: T;
  readonly platformChosen: boolean;
  /**
   * A platform of the image beside the chosen one on which binary and engine do not agree: the one that fits the binary, or
   * the one that an engine may take in its place; null when they agree.
   */
  readonly alternative: Platform | null;
}

function nearest<T extends { readonly platform: Platform }>(
  wanted: Platform,
  offers: readonly T[],
): T | null {
  let best: { offer: T; distance: number } | null = null;
  for (const offer of offers) {
    const distance = platformDistance(wanted, offer.platform);
    if (distance !== null && (best === null || distance < best.distance)) best = { offer, distance };
  }
  return best?.offer ?? null;
}

/**
 * Picks one of the platforms an image has, as an engine does (R8). Asked for: that one or ImageError `call` with the list.
 * Otherwise the one that the engine of a machine takes on which the binary can be executed; when there is none, the one that
 * fits the binary, linux/amd64 or the first, so that the kernel stage can say what is wrong with it. `offers` must not be empty.
 */
export function selectPlatform<T extends { readonly platform: Platform }>(
  offers: readonly [T, ...T[]],
  wanted: { readonly asked: Platform | null; readonly fitting: Platform | null },
  image: string,
): PlatformChoice<T> {
  const fitting = wanted.fitting === null ? null : nearest(wanted.fitting, offers);
  if (wanted.asked !== null) {
    const chosen = nearest(wanted.asked, offers);
    if (chosen !== null) return { chosen, platformChosen: false, alternative: beside(chosen, fitting) };
    const list = [...new Set(offers.map((offer) => formatPlatform(offer.platform)))].join(', ');
    throw new ImageError('call', `${image} has no ${formatPlatform(wanted.asked)}; it has: ${list}`);
  }
  const taken = wanted.fitting === null ? null : nearest(enginePlatform(wanted.fitting), offers);
  const chosen = taken ?? fitting;
  if (chosen === null)
    return { chosen: nearest(amd64, offers) ?? offers[0], platformChosen: false, alternative: null };
  const newer =
    chosen.platform.architecture === 'arm' ? [nearest(arm64, offers), nearest(newestArm, offers)] : [];
  const alternatives = [fitting, ...newer].flatMap((other) => beside(chosen, other) ?? []);
  return {
    chosen,
    platformChosen: offers.length > 1 && chosen === fitting,
    alternative: alternatives[0] ?? null,
  };
}

function beside<T extends { readonly platform: Platform }>(chosen: T, other: T | null): Platform | null {
  return other === null || other === chosen ? null : other.platform;
}
