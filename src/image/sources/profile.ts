import { resolve } from 'node:path';
import { printablePath } from '../entry-path.ts';
import type { ImageContent } from '../image.ts';
import { ImageError } from '../image-error.ts';
import { decodeImageContent } from '../index-file/index-file.ts';
import {
  describeMatch,
  hasProfiles,
  matchProfile,
  type ProfileMatch,
  profilesNear,
  readProfileFile,
} from '../profiles/profile-catalog.ts';
import { parseDockerReference } from '../reference/docker-reference.ts';
import {
  formatPlatform,
  parsePlatform,
  platformMatches,
  selectPlatform,
  wantedPlatforms,
} from '../reference/platform.ts';
import { FileFault, readRegularFile } from '../regular-file.ts';
import type { SourceContext, SourceImage } from '../source-options.ts';
import { openScratch } from './scratch.ts';

/** Largest index file that is read from outside the package. */
const maxIndexFile = 512 * 1024 * 1024;

/** The embedded profile that a name stands for. Throws ImageError: `call` when there is none. */
export function openProfile(name: string, context: SourceContext): SourceImage {
  if (name === 'scratch') return { ...openScratch(context), source: 'scratch' };
  const found = findProfile(name, context);
  if ('image' in found) return found.image;
  throw new ImageError(found.code, `profile:${printablePath(name)}: ${found.reason}`);
}

export type ProfileAttempt =
  | { readonly image: SourceImage }
  | { readonly reason: string; readonly code: 'call' | 'unreadable' };

/** Like `openProfile`, but a profile that does not exist is an answer and no error. */
export function findProfile(name: string, context: SourceContext): ProfileAttempt {
  const reference = parseDockerReference(name);
  if (reference === null) return { reason: 'not a valid image name', code: 'call' };
  if (reference.digest !== null) {
    return {
      reason: 'a profile does not match a digest; remove the digest to use one',
      code: 'call',
    };
  }
  if (!hasProfiles()) {
    const reason =
      'the embedded profiles are not beside this code: copy the folder dist/profiles of the package libc-check to profiles/ ' +
      'beside the bundle, or let the bundler leave libc-check external';
    return { reason, code: 'unreadable' };
  }
  const match = matchProfile(reference);
  if (match === null) {
    const near = profilesNear(reference);
    const others = near.length === 0 ? '"libc-check profile list" shows all' : `there are ${near.join(', ')}`;
    return { reason: `there is no embedded profile of it (${others})`, code: 'call' };
  }
  return openMatch(match, describeMatch(match, reference), context);
}

/**
 * The platform must be there: that no profile was made for it says nothing about the image, so unlike for an index of
 * platforms no other one is taken.
 */
function openMatch(match: ProfileMatch, resolved: string, context: SourceContext): ProfileAttempt {
  const offers = match.profile.files.map((file) => ({ file, platform: parsePlatform(file.platform) }));
  const wanted = wantedPlatforms(context);
  const [first, ...rest] = offers;
  if (
    first === undefined ||
    (wanted.length > 0 &&
      !offers.some(({ platform }) => wanted.some((each) => platformMatches(each, platform))))
  ) {
    const there = match.profile.files.map((file) => file.platform).join(', ');
    const [asked = 'any platform'] = wanted.map(formatPlatform);
    const code = context.platform === null ? 'unreadable' : 'call';
    return { reason: `the embedded profile ${match.profile.name} has no ${asked}, only ${there}`, code };
  }
  const called = { asked: context.platform, fitting: context.fitting };
  const { chosen, ...choice } = selectPlatform([first, ...rest], called, match.profile.name);
  const content = decodeImageContent(readProfileFile(chosen.file));
  const config = { ...content.config, ...match.names.config };
  const { difference = null } = match.names;
  return { image: { resolved, digest: null, content: { ...content, config }, difference, ...choice } };
}

/** An index file that `libc-check profile build` wrote. Throws ImageError. */
export function openIndexFile(path: string, context: SourceContext): SourceImage {
  const name = printablePath(path);
  let content: ImageContent;
  try {
    content = decodeImageContent(readRegularFile(path, maxIndexFile));
  } catch (error) {
    if (error instanceof FileFault)
      throw new ImageError('unreadable', `${name} ${error.message}`, { cause: error });
    if (error instanceof ImageError)
      throw new ImageError(error.code, `${name}: ${error.message}`, { cause: error });
    throw error;
  }
  const asked = { asked: context.platform, fitting: null };
  selectPlatform([{ platform: content.platform }], asked, name);
  return { resolved: resolve(path), digest: null, content, platformChosen: false };
}
