import { platformOf } from '../elf/machine.ts';
import { acceptance } from '../loader/kernel/architecture.ts';
import type { Remedy } from '../rules/finding.ts';
import { familyOfBuild, moveToBase } from './base-move.ts';
import { type AdviceFacts, type Adviser, listed, nameOf, remedy, startsOrLoads } from './binary-facts.ts';
import { packageManagerOf, packagesInWords } from './package-manager.ts';
import { type Prospect, prospectByNames, prospectOf } from './prospect.ts';
import { buildForPlatform } from './rebuild.ts';

/** What comes of the start in the same image for another platform. */
function prospectFor(platform: string, facts: AdviceFacts): Prospect {
  const image = facts.imageReference;
  const trial = facts.attempt({ kind: 'base', image, packages: [], platform });
  return trial === null ? prospectByNames(facts.rootfs, facts.elf) : prospectOf(trial, facts.elf);
}

/** The image for that platform; another base where the program's libc is not that of the image, or where that has more of its libraries. */
function imageForPlatform(platform: string, facts: AdviceFacts): readonly Remedy[] {
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

export const adviseOnArchitecture: Adviser = (_finding, facts) => {
  const { elf } = facts;
  const fitting = elf === null ? null : platformOf(elf);
  const platform =
    fitting === null ? null : [fitting.os, fitting.architecture, fitting.variant].filter(Boolean).join('/');
  return [buildForPlatform(facts), ...(platform === null ? [] : imageForPlatform(platform, facts))];
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

/** The words of a shell form that a program could be given without a shell; null where they need one. */
function wordsWithoutShell(text: string): readonly string[] | null {
  return /[^\w\s@%+=:,./-]|^\s*\w+=/.test(text) ? null : text.trim().split(/\s+/);
}

const shellPath = /^(?:\/bin\/)?sh$/;

/** What a shell form starts, in the exec form; null where the command is no shell form. */
function execForm({ argv }: Pick<AdviceFacts, 'argv'>): Remedy | null {
  const [shell, option, text] = argv ?? [];
  if (!shellPath.test(shell ?? '') || option !== '-c' || text == null) return null;
  const words = wordsWithoutShell(text);
  const action =
    'Use the exec form in the Dockerfile: the shell form runs /bin/sh, which the image does not have.';
  return remedy(action, words === null ? null : `ENTRYPOINT ${JSON.stringify(words)}`);
}

export const adviseOnMissingProgram: Adviser = (_finding, facts) => {
  if (facts.argv === null)
    return [remedy('Say where the Dockerfile puts the program.', '--at /usr/local/bin/')];
  const [command] = facts.argv;
  const found = ['/usr/local/bin', '/usr/bin', '/bin', '/app', ''].flatMap((folder) => {
    const path = `${folder}/${nameOf(command ?? '')}`;
    const at = facts.rootfs.lookup(path);
    return at.ok && at.inode.type === 'file' && (at.inode.mode & 0o111) !== 0 ? [path] : [];
  });
  const [elsewhere] = found;
  const shell = execForm(facts);
  if (shell !== null) return [shell];
  if (elsewhere !== undefined)
    return [remedy(`The image has it at ${elsewhere}: name that path.`, `ENTRYPOINT ["${elsewhere}"]`)];
  return [remedy(`Copy ${nameOf(command ?? '')} into the image, or correct its name in ENTRYPOINT or CMD.`)];
};

/** Makes the user with the program that the image has for it. */
export const adviseOnUser: Adviser = ({ subject }, facts) => {
  const [user = subject] = subject.split(':');
  const manager = packageManagerOf(facts.rootfs);
  const make =
    manager === null
      ? remedy('Use a number, which needs no entry in /etc/passwd.', 'USER 65532:65532')
      : remedy(
          'Create the user in the image.',
          manager === 'apk' ? `RUN adduser -D ${user}` : `RUN useradd --system ${user}`,
        );
  return manager === null ? [make] : [make, remedy('Or use a number, which needs no entry.', 'USER 65532')];
};
