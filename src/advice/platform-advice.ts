import { otherElfSystem } from '../elf/describe/other-system.ts';
import { platformOf } from '../elf/machine.ts';
import type { Remedy } from '../rules/finding.ts';
import { familyOfBuild, moveToBase } from './base-move.ts';
import { type AdviceFacts, type Adviser, remedy } from './binary-facts.ts';
import { buildForPlatform } from './rebuild.ts';

/** The image for that platform; another base where the program's libc is not that of the image. */
export function imageForPlatform(platform: string, facts: AdviceFacts): readonly Remedy[] {
  const family = facts.elf?.interp == null ? null : familyOfBuild(facts.elf);
  if (family !== null && facts.libcs.every((libc) => libc.family !== family))
    return moveToBase(family, facts, platform);
  return [
    remedy(
      'Or use the image for the platform that the program is built for.',
      `docker run --platform ${platform} …`,
      { kind: 'platform', platform },
    ),
  ];
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
