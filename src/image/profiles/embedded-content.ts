import type { ImageContent, Platform } from '../image.ts';
import { decodeImageContent } from '../index-file/index-file.ts';
import { parseDockerReference } from '../reference/docker-reference.ts';
import { formatPlatform, parsePlatform, platformMatches } from '../reference/platform.ts';
import { matchProfile, readProfileFile } from './profile-catalog.ts';

const opened = new Map<string, ImageContent | null>();

function open(name: string, platform: Platform): ImageContent | null {
  const reference = parseDockerReference(name);
  const match = reference === null ? null : matchProfile(reference);
  const file = match?.profile.files.find((offered) =>
    platformMatches(platform, parsePlatform(offered.platform)),
  );
  return file === undefined ? null : decodeImageContent(readProfileFile(file));
}

/**
 * What the embedded profile of that name holds for the platform, decoded once in a process; null when there is none. Throws Error
 * when the package's own file is damaged.
 */
export function embeddedContent(name: string, platform: Platform): ImageContent | null {
  const key = `${name} ${formatPlatform(platform)}`;
  const known = opened.get(key);
  if (known !== undefined) return known;
  const content = open(name, platform);
  opened.set(key, content);
  return content;
}
