import type { ProblemOf } from '../loader/trace/problem.ts';
import type { Remedy } from '../rules/finding.ts';
import { type AdviceFacts, type Adviser, nameOf, problemsIn, remedy } from './binary-facts.ts';
import { adviseOnJoinedOptions, adviseOnOneWord, firstLine, joinedBy } from './first-line.ts';
import { installing, installLine, packageManagerOf } from './package-manager.ts';
import { packageOfCommand } from './packages.ts';
import { openUp } from './permission-advice.ts';
import { adviseOnStrayCommand, adviseOnStrayInterpreter, pathOfPackage } from './stray-commands.ts';
import { adviseOnDanglingPython } from './virtual-environment.ts';

/** A command that the image lacks, by its package. */
export function adviseToInstallCommand(command: string, facts: AdviceFacts): Remedy | null {
  const manager = packageManagerOf(facts.rootfs);
  const name = packageOfCommand(command, facts.distro);
  if (manager === null || name === null) return null;
  return remedy(`Install the package ${name}.`, installLine(manager, [name]), installing(manager, [name]));
}

const shells = new Set(['bash', 'dash', 'ash', 'zsh', 'ksh', 'sh']);

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

/** The package, and the line by which its interpreter is found where it is not the path that the script names. */
function installInterpreter(
  { script, interpreter }: ProblemOf<'script-interpreter'>,
  facts: AdviceFacts,
): readonly Remedy[] {
  const name = nameOf(interpreter);
  const install = adviseToInstallCommand(name, facts);
  if (install === null) return [];
  const path = pathOfPackage(name, facts.distro);
  const isThere = path === interpreter || `/usr${path}` === interpreter || path === `/usr${interpreter}`;
  if (isThere && (facts.distro.id !== 'alpine' || path === interpreter)) return [install];
  const line = `#!${path}`;
  return [
    {
      ...install,
      action: `${install.action.slice(0, -1)}, and begin ${nameOf(script)} with ${line}.`,
      cure: null,
    },
  ];
}

/** `C:\\Python\\python.exe`, in quotes or not: pip and venv write it on Windows. */
const onWindows = /^"?[a-z]:[\\/]/i;

/** The first line names a file of Windows: what is installed in the image gets another. Empty where it does not. */
function adviseOnWindowsPath(interpreter: string): readonly Remedy[] {
  if (!onWindows.test(interpreter)) return [];
  if (!/python/i.test(interpreter))
    return [remedy('It is a path of Windows: name the interpreter of the image.', '#!/usr/bin/env NAME')];
  return [
    remedy(
      'It is a path of Windows: create the environment in the image, and keep the one of this machine out of the build (.dockerignore).',
      '.venv',
    ),
  ];
}

export const adviseOnScriptInterpreter: Adviser = ({ subject }, facts) => {
  const name = nameOf(subject);
  const problem = problemsIn(facts, 'script-interpreter').find(({ interpreter }) => interpreter === subject);
  if (problem === undefined) return [];
  if (problem.denials.length > 0) return openUp(problem.denials, 'execute', realPath(subject, facts), facts);
  if (problem.danglesTo !== null) return adviseOnDangling(subject, problem.danglesTo, facts);
  if (problem.errno === 'ELOOP')
    return [remedy('Name a program in the first line, such as the last of these interpreters.')];
  const windows = adviseOnWindowsPath(subject);
  if (windows.length > 0) return windows;
  const elsewhere = problem.errno === 'ENOENT' ? adviseOnStrayInterpreter(problem, facts) : [];
  const install = elsewhere.length > 0 ? [] : installInterpreter(problem, facts);
  const hasShell = facts.rootfs.lookup('/bin/sh').ok;
  const rewrite =
    shells.has(name) && name !== 'sh' && hasShell && elsewhere.length === 0
      ? [remedy('Or write the script for the shell that the image has.', '#!/bin/sh')]
      : [];
  const base = `The image has no ${name}${hasShell ? '' : ' and no shell at all'}: add it, or start a compiled program directly.`;
  const found = [...elsewhere, ...install];
  return [...(found.length > 0 ? found : [remedy(base)]), ...rewrite];
};

const putThere = (name: string): string =>
  name.includes('/')
    ? `Copy ${nameOf(name)} to that path, or correct it.`
    : `Put ${name} into a folder of PATH.`;

export const adviseOnScriptCommand: Adviser = (finding, facts) => {
  const { subject } = finding;
  if (subject.endsWith('\r')) return adviseOnCrlf(finding, facts);
  const problem = problemsIn(facts, 'env-command-missing').find(({ command }) => command === subject);
  if (problem === undefined) return [];
  const words = subject.split(/[ \t]+/);
  const [name = subject] = words;
  const oneWord = words.length > 1 ? adviseOnOneWord({ ...problem, words }, facts) : [];
  if (oneWord.some(({ proven }) => proven)) return oneWord;
  const install = adviseToInstallCommand(name, facts) ?? remedy(putThere(name));
  if (oneWord.length > 0) return [...oneWord, joinedBy('And', install)];
  const elsewhere = adviseOnStrayCommand(problem, facts);
  return elsewhere.length > 0 ? [...elsewhere, joinedBy('Or', install)] : [install];
};

/** For an interpreter that reads its options itself. */
function adviseOnOwnOptions(
  script: string,
  interpreter: string,
  argument: string,
  facts: AdviceFacts,
): readonly Remedy[] {
  const found = adviseOnJoinedOptions(script, interpreter, argument, facts);
  if (shells.has(nameOf(interpreter)))
    return [...found, remedy('Or set the options in the second line.', 'set -eu')];
  const one = 'Leave one option in the first line: all that follows the interpreter is one argument.';
  return found.length > 0 ? found : [remedy(one)];
}

/** A fault needs another shell or another line; all else depends on what the script is given. */
export const adviseOnEndedScript: Adviser = (_finding, facts) => {
  const [problem] = problemsIn(facts, 'script-ends');
  if (problem === undefined) return [];
  const { script, line, reason, isFault } = problem;
  const place = line === null ? 'its -c' : `line ${line} of ${script}`;
  if (isFault) return [remedy(`Correct ${place}, or name a shell in the first line that takes it.`)];
  const [, variable] = /^(\w+) is not set$/.exec(reason) ?? [];
  if (variable !== undefined)
    return [remedy(`Set ${variable}: give docker run and libc-check the same.`, `-e ${variable}=VALUE`)];
  return [remedy(`Give it what ${place} asks for: variables by -e NAME=VALUE, arguments behind --.`)];
};

export const adviseOnScriptOption: Adviser = (_finding, facts) => {
  const [problem] = problemsIn(facts, 'script-option');
  if (problem === undefined) return [];
  const { script, interpreter, argument, option, splits } = problem;
  if (script === null)
    return [remedy(`Leave ${option} out of the command, or take a ${nameOf(interpreter)} that has it.`)];
  if (argument === null) return [];
  if (argument.startsWith('#')) {
    const line = firstLine(script, `#!${interpreter}`, 'A first line has no comments: remove it.', facts);
    return line === null ? [] : [line];
  }
  if (nameOf(interpreter) !== 'env' && !/[ \t\r]/.test(argument) && option.startsWith('-')) {
    const line = firstLine(script, `#!${interpreter}`, `Leave ${argument} out of the first line.`, facts);
    return line === null ? [] : [line];
  }
  if (nameOf(interpreter) !== 'env') return adviseOnOwnOptions(script, interpreter, argument, facts);
  if (splits) {
    const line = `#!${interpreter} -S ${argument.replace(/^--split-string[= ]?/, '').trim()}`;
    const apart = option === '-S' ? null : firstLine(script, line, 'Have env take the line apart.', facts);
    return [apart ?? remedy('Correct what follows env in the first line.')];
  }
  const words = argument
    .replace(/^-S/, '')
    .split(/[ \t]+/)
    .filter((word) => word !== '');
  const hasCommand = option === '-S' && /^[^-=]+$/.test(words[0] ?? '-');
  const rewritten = hasCommand ? adviseOnOneWord({ script, env: interpreter, splits, words }, facts) : [];
  const otherwise = [
    remedy('Pass a single name to env, or name the interpreter itself.', `#!${interpreter} NAME`),
  ];
  return [
    ...(rewritten.length > 0 ? rewritten : otherwise),
    remedy('Or install the env of coreutils (8.30 or later), which has -S.'),
  ];
};

export const adviseOnCrlf: Adviser = (_finding, facts) => {
  const [problem] = problemsIn(facts, 'script-interpreter');
  const windows = adviseOnWindowsPath(problem?.interpreter ?? '');
  if (windows.length > 0) return windows;
  const script = nameOf(problem?.script ?? '') || nameOf(facts.path) || 'PROGRAM';
  return [
    remedy('Save the script with Unix line endings.', `sed -i 's/\\r$//' ${script}`),
    remedy('Keep Git from changing them again (.gitattributes).', `${script} text eol=lf`),
  ];
};
