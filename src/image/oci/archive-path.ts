import { existsSync } from 'node:fs';

/** A path with what may stand behind it: `image.tar:alpine:3.19` names one image of several. */
export interface ArchivePath {
  readonly path: string;
  /** Null when no image is named. */
  readonly image: string | null;
}

/** Splits `PATH[:IMAGE]`: the longest part before a colon that exists is the path. */
export function splitArchivePath(text: string): ArchivePath {
  for (let colon = text.length; colon > 0; colon = text.lastIndexOf(':', colon - 1)) {
    const path = text.slice(0, colon);
    if (existsSync(path)) return { path, image: colon === text.length ? null : text.slice(colon + 1) };
  }
  return { path: text, image: null };
}
