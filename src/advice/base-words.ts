import type { Remedy } from '../rules/finding.ts';
import type { BaseImage } from './base-images.ts';
import { type AdviceFacts, listed, remedy, startsOrLoads } from './binary-facts.ts';
import { officialVariant, officialVariantBy } from './official-image.ts';
import { installLine, packagesInWords } from './package-manager.ts';
import type { Prospect } from './prospect.ts';

/** What comes of the start on another base. */
export interface Move extends Prospect {
  readonly base: BaseImage;
}

/** What keeps it from being said that it starts there; empty where nothing does. */
function unseenIn(
  { base, examined, doubt }: Pick<Move, 'base' | 'examined' | 'doubt'>,
  platform: string | null,
  facts: AdviceFacts,
): string {
  if (!examined)
    return ` This was not examined: the files of ${base.tag} for ${platform ?? facts.platform} are not embedded.`;
  const [reason] = doubt?.split('; ') ?? [];
  return reason === undefined ? '' : ` It is not known whether it ${startsOrLoads(facts)} there: ${reason}.`;
}

/** The remedy that names a base: what comes of the start there, as far as it was examined. */
export function remedyOfMove(
  { base, examined, doubt, packages, lacks, proven }: Move,
  platform: string | null,
  facts: AdviceFacts,
): Remedy {
  const variant =
    officialVariant(facts.imageReference, base.suite) ?? officialVariantBy(facts.variables, base.suite);
  const image = variant ?? base.tag;
  const has = `${base.family} ${base.libc}`;
  const from = [
    `FROM ${platform === null ? '' : `--platform=${platform} `}${image}`,
    ...(packages.length === 0 ? [] : [installLine(base.family === 'musl' ? 'apk' : 'apt', packages)]),
  ];
  const cure = { kind: 'base', image, packages, platform } as const;
  const where = platform === null ? '' : ` for ${platform}`;
  const what =
    variant === null
      ? `${base.tag}${where} (${has})`
      : `${variant}${where}, which is built on ${base.tag.replace('-slim', '')} (${has})`;
  const verb = startsOrLoads(facts);
  const unseen = unseenIn({ base, examined, doubt }, platform, facts);
  if (packages.length > 0) {
    const words = `Or use ${what} and install ${packagesInWords(packages)} there.`;
    return remedy(`${words}${unseen}`, from.join('\n'), cure);
  }
  if (lacks.length > 0) {
    const words = proven ? `it ${verb} there, and later lacks` : 'there it still lacks';
    return {
      ...remedy(`Or use ${what}; ${words} ${listed(lacks)}.${unseen}`, from.join('\n'), proven ? cure : null),
      proven,
    };
  }
  return proven
    ? { ...remedy(`Or use ${what}: it ${verb} there.`, from.join('\n'), cure), proven }
    : remedy(`Or use ${what}.${unseen}`, from.join('\n'), cure);
}
