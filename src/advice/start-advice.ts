import { acceptance } from '../loader/kernel/architecture.ts';
import type { Remedy } from '../rules/finding.ts';
import { type AdviceFacts, type Adviser, nameOf, problemsIn, remedy } from './binary-facts.ts';
import { installing, installLine, packageManagerOf } from './package-manager.ts';
import { packageOfCommand } from './packages.ts';
import { openUp } from './permission-advice.ts';

/** The program's own name, for lines to paste. */
const programName = ({ path }: AdviceFacts): string => nameOf(path) || 'PROGRAM';

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

/** A command that the image lacks, by its package. */
function adviseToInstallCommand(command: string, facts: AdviceFacts): Remedy | null {
  const manager = packageManagerOf(facts.rootfs);
  const name = packageOfCommand(command, facts.distro);
  if (manager === null || name === null) return null;
  return remedy(`Install the package ${name}.`, installLine(manager, [name]), installing(manager, [name]));
}

const shells = new Set(['bash', 'dash', 'ash', 'zsh', 'ksh', 'sh']);

/** Folders in which uv, pyenv and others put a Python of their own. */
const ownPython = /\/(uv|pyenv|\.pyenv|rye|\.rye|conda|miniconda3|cpython)[/-]/;

/** A virtual environment holds links to the Python that it was made with, by the path that this had there. */
function adviseOnDanglingPython(target: string, { rootfs }: AdviceFacts): readonly Remedy[] {
  const kept = /^(.*?\/(?:uv\/python|\.pyenv|pyenv|\.rye\/py|rye\/py))\//.exec(target)?.[1] ?? null;
  const folder = kept ?? target.replace(/\/bin\/[^/]*$/, '');
  const present = ['/usr/local/bin/python3', '/usr/bin/python3'].find((path) => rootfs.lookup(path).ok);
  const copy = remedy(
    `Also copy the Python that the environment was created with, to the same path.`,
    `COPY --from=build ${folder} ${folder}`,
  );
  const make =
    present === undefined
      ? remedy('Or create the environment in the image in which it runs, on the Python that is there.')
      : remedy(
          `Or create the environment with the Python of the image in which it runs, ${present}; with uv:`,
          `ENV UV_PYTHON_DOWNLOADS=never UV_PYTHON=${present}`,
        );
  return ownPython.test(target) || present === undefined ? [copy, make] : [make, copy];
}

/** The interpreter is a link to what the image lacks: the target is missing, not the interpreter's package. */
function adviseOnDangling(interpreter: string, target: string, facts: AdviceFacts): readonly Remedy[] {
  if (/^(python|pypy)[\d.]*$/.test(nameOf(target))) return adviseOnDanglingPython(target, facts);
  return [
    remedy(`Also copy ${target} into the image.`, `COPY --from=build ${target} ${target}`),
    remedy(`Or make ${interpreter} a link to what the image has.`),
  ];
}

/** Where the links of a path end; the path itself where they lead nowhere. */
function realPath(path: string, { rootfs }: AdviceFacts): string {
  const found = rootfs.lookup(path);
  return found.ok ? found.path : path;
}

export const adviseOnScriptInterpreter: Adviser = ({ subject }, facts) => {
  const name = nameOf(subject);
  const problem = problemsIn(facts, 'script-interpreter').find(({ interpreter }) => interpreter === subject);
  if (problem !== undefined && problem.denials.length > 0)
    return openUp(problem.denials, 'execute', realPath(subject, facts), facts);
  if (problem?.danglesTo != null) return adviseOnDangling(subject, problem.danglesTo, facts);
  const install = adviseToInstallCommand(name, facts);
  const hasShell = facts.rootfs.lookup('/bin/sh').ok;
  const rewrite =
    shells.has(name) && name !== 'sh' && hasShell
      ? [remedy('Or write the script for the shell that the image has.', '#!/bin/sh')]
      : [];
  const base = `The image has no ${name}${hasShell ? '' : ' and no shell at all'}: add it, or start a compiled program directly.`;
  return [install ?? remedy(base), ...rewrite];
};

export const adviseOnScriptCommand: Adviser = (finding, facts) => {
  if (finding.subject.endsWith('\r')) return adviseOnCrlf(finding, facts);
  const install = adviseToInstallCommand(finding.subject, facts);
  return [install ?? remedy(`Put ${finding.subject} into a folder of PATH.`)];
};

export const adviseOnScriptOption: Adviser = (_finding, facts) => {
  const isOfEnv = problemsIn(facts, 'script-option').some(({ interpreter }) => interpreter.endsWith('env'));
  if (!isOfEnv) return [remedy('Join the letters, or set the options in the second line.', 'set -eu')];
  return [
    remedy('Pass a single name to env, or name the interpreter itself.', '#!/usr/bin/env NAME'),
    remedy('Or install the env of coreutils (8.30 or later), which has -S.'),
  ];
};

export const adviseOnCrlf: Adviser = (_finding, facts) => {
  const [problem] = problemsIn(facts, 'script-interpreter');
  const script = nameOf(problem?.script ?? '') || programName(facts);
  return [
    remedy('Save the script with Unix line endings.', `sed -i 's/\\r$//' ${script}`),
    remedy('Keep Git from changing them again (.gitattributes).', `${script} text eol=lf`),
  ];
};
