import { formatPlatform } from '../../image/reference/platform.ts';
import { jsonDocument } from '../printable.ts';
import { contentsOf, type ProfileListReport, type ProfileReport } from './report.ts';

/** The embedded profiles with all of their names, platforms and provenances as one JSON document. */
export function renderProfileListJson({ schemaVersion, tool, profiles }: ProfileListReport): string {
  return jsonDocument({
    schemaVersion,
    tool,
    profiles: profiles.map(({ name, release, names, files }) => ({
      name,
      release,
      aliases: names.flatMap(({ repositories, tags }) =>
        repositories.flatMap((repository) => tags.map((tag) => `${repository}:${tag}`)),
      ),
      platforms: files.map(({ platform, sha256, provenance }) => ({ platform, sha256, provenance })),
    })),
  });
}

/** What a profile was made from and holds as one JSON document. */
export function renderProfileJson({ schemaVersion, tool, image }: ProfileReport): string {
  const { provenance, config, platform } = image.content;
  return jsonDocument({
    schemaVersion,
    tool,
    profile: image.resolved,
    platform: formatPlatform(platform),
    provenance,
    config,
    contents: contentsOf(image),
  });
}
