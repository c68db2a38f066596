import type { Container } from '../../../container/container.ts';
import type { ElfFile } from '../../../elf/elf-file.ts';
import { cpythonVersionOf } from '../../callers/cpython.ts';
import { type CallerKind, knownCallers } from '../../callers/known-callers.ts';
import { nodeModuleVersion } from '../../callers/node-module-version.ts';
import type { Executed, OpenedFile } from '../../kernel/execve.ts';
import { type FileOperand, fileOperand, isMissing } from '../file-operand.ts';
import type { ScriptStop } from '../read-script.ts';
import { nameOf, type Shell, shellOf } from '../shells.ts';
import { unknownWord } from '../unknown-word.ts';
import { dashHasPipefail } from './dash-pipefail.ts';
import { javaRelease, readJavaOptions } from './java-options.ts';
import { readLuaOptions } from './lua-options.ts';
import { readNodeOptions } from './node-options.ts';
import { readPerlOptions } from './perl-options.ts';
import { readPhpOptions } from './php-options.ts';
import { readPythonOptions } from './python-options.ts';
import type { OptionsRead } from './read-options.ts';
import { readRubyOptions } from './ruby-options.ts';
import { readShellOptions } from './shell-options.ts';

/** Whether a program is what its name says: by a symbol that only this program gives to its plugins, or by its library. */
function isOfKind({ dynamic }: ElfFile, id: CallerKind['id']): boolean {
  const kind = knownCallers.find((each) => each.id === id);
  if (dynamic === null || kind === undefined) return false;
  return (
    dynamic.needed.some((soname) => kind.library?.test(soname) === true) ||
    dynamic.symbols.some(({ name, defined }) => defined && kind.symbols?.test(name) === true)
  );
}

/** How the words handed to a program are read; null where its options are not known. */
function readFor(
  container: Container,
  { program, argv }: Executed,
  words: readonly string[],
): OptionsRead | null {
  const name = nameOf(program);
  const argv0 = argv[0] ?? program.path;
  const is = (id: CallerKind['id'], names: RegExp): boolean => names.test(name) && isOfKind(program.elf, id);
  if (is('node', /^node(?:js)?$/))
    return readNodeOptions(words, argv0, nodeModuleVersion(container, program));
  if (is('python', /^python[\d.]*$/)) return readForPython(container, program, words);
  if (is('perl', /^perl[\d.]*$/)) return readPerlOptions(words);
  if (is('ruby', /^ruby[\d.]*$/)) return readRubyOptions(words, argv0);
  if (is('php', /^php[\d.]*$/)) return readPhpOptions(words);
  if (is('lua', /^lua-?[\d.]*$/)) return readLuaOptions(words, argv0, name);
  if (is('java', /^java$/)) {
    const release = javaRelease(program.realPath, container.start.env.get('JAVA_VERSION'));
    return readJavaOptions(words, release);
  }
  return null;
}

function readForPython(
  { rootfs }: Container,
  { realPath }: OpenedFile,
  words: readonly string[],
): OptionsRead | null {
  const [major, minor] = cpythonVersionOf(rootfs, realPath)?.split('.') ?? [];
  return major === undefined ? null : readPythonOptions(words, Number(major) * 100 + Number(minor));
}

const jarOperand = (file: string): FileOperand => ({
  file,
  endings: [''],
  missing: { said: `Error: Unable to access jarfile ${file}`, exitStatus: 1 },
});

/** What comes of the program's text that the words name, where it is not there. */
function missingText(container: Container, { program, argv }: Executed, word: string): ScriptStop | null {
  const name = nameOf(program);
  const operand = name === 'java' ? jarOperand(word) : fileOperand(name, word, argv[0] ?? program.path);
  if (operand === null || !isMissing(container, operand)) return null;
  const { said: seen, exitStatus } = operand.missing;
  const problem = {
    kind: 'entrypoint-unusable',
    path: operand.file,
    errno: 'ENOENT',
    cause: 'missing',
    denials: [],
    stage: 'interpreter',
    fatal: true,
    seen,
    exitStatus,
  } as const;
  return { kind: 'ends', problem };
}

function stopBy(executed: Executed, read: OptionsRead): ScriptStop | null {
  if (read.kind === 'taken') return null;
  if (read.kind === 'unknown') return read;
  const { option, said: seen, exitStatus } = read;
  const { script, argv, program } = executed;
  const problem = {
    kind: 'script-option',
    script: script?.path ?? null,
    interpreter: argv[0] ?? program.path,
    argument: script?.argument ?? null,
    option,
    said: null,
    splits: false,
  } as const;
  return { kind: 'ends', problem: { ...problem, stage: 'interpreter', fatal: true, seen, exitStatus } };
}

const shellOptions = (
  container: Container,
  shell: Shell,
  executed: Executed,
  words: readonly string[],
): OptionsRead => readShellOptions(shell, executed.argv[0] ?? '', words, dashHasPipefail(container.rootfs));

/**
 * Why a shell or an interpreter does not begin with its program's text: it does not take an option that the first line, or the
 * command, hands to it, or the text is not there (K9). Null where it does, and where that is not known.
 */
export function givenOptions(container: Container, executed: Executed): ScriptStop | null {
  const { script, argv } = executed;
  // Several words of a first line are one argument, which each program takes its own way (K3).
  if (script?.argument != null && /[ \t\r]/.test(script.argument)) return null;
  const end = argv.findIndex((word, at) => at > 0 && word.includes(unknownWord));
  const words = argv.slice(1, end < 0 ? undefined : end);
  const shell = shellOf(executed, container.rootfs);
  if (shell !== null) {
    const isShell = /(?:^|\/)-?(?:sh|ash|dash|bash)$/.test(argv[0] ?? '');
    return isShell ? stopBy(executed, shellOptions(container, shell, executed, words)) : null;
  }
  const read = readFor(container, executed, words);
  if (read === null) return null;
  const word = read.kind === 'taken' && read.operand !== null ? words[read.operand] : undefined;
  if (word === undefined || word === script?.path) return stopBy(executed, read);
  return missingText(container, executed, word);
}
