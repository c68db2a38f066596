import { otherElfSystem } from '../elf/describe/other-system.ts';
import { platformOf } from '../elf/machine.ts';
import { acceptance } from '../loader/kernel/architecture.ts';
import type { Remedy } from '../rules/finding.ts';
import { isAtLeast, neededGlibc } from './base-images.ts';
import { familyOfBuild, moveToBase } from './base-move.ts';
import { type AdviceFacts, type Adviser, listed, problemsIn, remedy, startsOrLoads } from './binary-facts.ts';
import { packagesInWords } from './package-manager.ts';
import { type Prospect, prospectByNames, prospectOf } from './prospect.ts';
import { buildForPlatform } from './rebuild.ts';

/** What comes of the start in the same image for another platform. */
function prospectFor(platform: string, facts: AdviceFacts): Prospect {
  const image = facts.imageReference;
  const trial = facts.attempt({ kind: 'base', image, packages: [], platform });
  if (trial !== null) return prospectOf(trial, facts.elf);
  const prospect = prospectByNames(facts.rootfs, facts.elf);
  const needed = neededGlibc(facts.elf);
  const present = facts.libcs.find(({ family }) => family === 'glibc')?.version ?? null;
  return needed === null || present === null || isAtLeast(present, needed)
    ? prospect
    : { ...prospect, lacks: [`GLIBC_${needed}`, ...prospect.lacks] };
}

/** The image for that platform; another base where the program's libc is not that of the image, or where that has more of its libraries. */
export function imageForPlatform(platform: string, facts: AdviceFacts): readonly Remedy[] {
  const family = facts.elf?.interp == null ? null : familyOfBuild(facts.elf);
  if (family !== null && facts.libcs.every((libc) => libc.family !== family))
    return moveToBase(family, facts, platform);
  const { packages, lacks, proven } = prospectFor(platform, facts);
  const run = `docker run --platform ${platform} …`;
  const use = 'Or use the image for the platform that the program is built for';
  if (packages.length === 0 && lacks.length === 0) {
    const starts = proven ? `: it ${startsOrLoads(facts)} there` : '';
    return [{ ...remedy(`${use}${starts}.`, run, { kind: 'platform', platform }), proven }];
  }
  const bases =
    family === null ? [] : moveToBase(family, facts, platform).filter(({ cure }) => cure !== null);
  const missing = lacks.length > 0 ? listed(lacks) : packagesInWords(packages);
  return bases.length > 0 ? bases : [remedy(`${use}; there it still lacks ${missing}.`, run)];
}

/** A machine without a name (`machine 32767`) has no images. */
const isPlatform = (platform: string): boolean => !platform.includes(' ');

/** A program for another machine: another build of it, or the image for that machine where there is one. */
export const adviseOnArchitecture: Adviser = (_finding, facts) => {
  const { elf } = facts;
  const fitting = elf === null ? null : platformOf(elf);
  const platform =
    fitting === null ? null : [fitting.os, fitting.architecture, fitting.variant].filter(Boolean).join('/');
  const isOfLinux = elf !== null && otherElfSystem(elf) === null;
  const hasOwn = isOfLinux && platform !== null && platform !== facts.platform && isPlatform(platform);
  return [buildForPlatform(facts), ...(hasOwn ? imageForPlatform(platform, facts) : [])];
};

/** An archive without a file for the platform: another release of it, or a platform that it has files for. */
export const adviseOnMissingBuild: Adviser = (_finding, facts) => {
  const { platform } = facts;
  const [problem] = problemsIn(facts, 'build-missing');
  const own = problem?.has.find((each) => each.startsWith('linux/'));
  return [
    problem?.taker === 'python'
      ? remedy(
          'Install the package inside the image, so that pip takes its wheel or builds it.',
          'RUN pip install PACKAGE',
        )
      : remedy(`Take a release of it, or a variant, that has a build for ${platform}.`),
    ...(own === undefined
      ? []
      : [remedy(`Or build and run the image for ${own}.`, `docker build --platform ${own} …`)]),
  ];
};

/** The base of the image was taken for the machine that built it. */
export const adviseOnImagePlatform: Adviser = ({ found }, { platform }) => [
  remedy(
    `Take the base of the last stage for ${platform}: FROM without --platform=$BUILDPLATFORM, which is for stages that build.`,
    'FROM --platform=$TARGETPLATFORM BASE',
  ),
  remedy(
    `Or, if the image is meant for ${found.replace('files for ', '')}, build and run it for that.`,
    `docker build --platform ${found.replace('files for ', '')} …`,
  ),
];

/** The engine takes the platform that it is asked for. */
export const adviseOnOtherPlatform: Adviser = ({ subject }, { elf, container, platform }) => {
  const isNative = elf !== null && acceptance(elf, container.platform) === 'native';
  const fitting = isNative ? platform : subject;
  return [
    remedy('Ask the engine for the platform that fits.', `docker run --platform ${fitting} …`, {
      kind: 'platform',
      platform: fitting,
    }),
  ];
};
