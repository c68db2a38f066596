import type { Container } from '../../container/container.ts';
import { runningCredentials } from '../../container/process-start.ts';
import { denialsOf } from '../../rootfs/denials.ts';
import { mayRead } from '../../rootfs/permissions.ts';
import type { Executed, OpenedFile } from '../kernel/execve.ts';
import type { Problem } from '../trace/problem.ts';
import { fileOperand, isMissing } from './file-operand.ts';
import { type Refusal, refusesArgument } from './one-argument.ts';
import { unknownOptionName } from './options/shell-letters.ts';
import { missingOperand, shellFlags } from './shell-operand.ts';
import { nameOf, type Shell, shellOf } from './shells.ts';

/** Programs that read the script which the kernel passes to them; any other may leave it alone. */
const readers =
  /^(?:sh|ash|dash|bash|zsh|ksh|mksh|fish|busybox|python|pypy|node|nodejs|deno|bun|perl|ruby|php|lua|luajit|tclsh|wish|expect|guile|Rscript|mawk|gawk|original-awk|awk|sed|pwsh|java)[\d.-]*$/;

/** What a reader other than a shell says, and its status, where they are known. */
function unreadableBy(
  name: string,
  argv0: string,
  script: string,
): { seen: string | null; exitStatus: number } {
  if (/^python[\d.]*$/.test(name))
    return { seen: `${argv0}: can't open file '${script}': [Errno 13] Permission denied`, exitStatus: 2 };
  if (/^perl[\d.]*$/.test(name))
    return { seen: `Can't open perl script "${script}": Permission denied`, exitStatus: 13 };
  return { seen: null, exitStatus: 1 };
}

function unreadable(
  shell: Shell | null,
  name: string,
  argv0: string,
  script: string,
): { seen: string | null; exitStatus: number } {
  switch (shell) {
    case 'dash':
      return { seen: `${argv0}: 0: cannot open ${script}: Permission denied`, exitStatus: 2 };
    case 'busybox':
      return { seen: `${argv0}: can't open '${script}': Permission denied`, exitStatus: 2 };
    case 'bash':
      return { seen: `${argv0}: ${script}: Permission denied`, exitStatus: 126 };
    case null:
      return unreadableBy(name, argv0, script);
  }
}

/** A shell's message for an option with a blank among its letters; `o` takes the next argument, the script, for a name. */
function blankOption(shell: Shell, argv0: string, argument: string, script: string): Refusal | null {
  if (shell === 'bash' && /^--\S*[ \t]/.test(argument))
    return { said: `${argv0}: ${argument}: invalid option`, exitStatus: 2 };
  if (!/^-[a-zA-Z]*[ \t]/.test(argument)) return null;
  const [letters = ''] = argument.split(/[ \t]/);
  const exitStatus = shell === 'bash' && letters.includes('e') ? 1 : 2;
  if (letters.includes('o')) return unknownOptionName(shell, argv0, script);
  switch (shell) {
    case 'dash':
      return { said: `${argv0}: 0: Illegal option -`, exitStatus };
    case 'busybox':
      return { said: `${argv0}: illegal option -`, exitStatus };
    case 'bash':
      return { said: `${argv0}: - : invalid option`, exitStatus };
  }
}

/** What comes of a script that its interpreter cannot run. */
export type ScriptStop =
  | { readonly kind: 'ends'; readonly problem: Problem }
  | { readonly kind: 'unknown'; readonly reason: string };

const ends = (problem: Problem): ScriptStop => ({ kind: 'ends', problem });

function shellRefusal(shell: Shell, argument: string, argv0: string, script: string): Refusal | null {
  if (!argument.endsWith('\r')) return blankOption(shell, argv0, argument, script);
  // A word that is not an option names a file, which is not there.
  if (!/^[-+]/.test(argument)) return { said: null, exitStatus: shell === 'bash' ? 127 : 2 };
  return { said: shell === 'dash' ? `${argv0}: 0: Illegal option -` : null, exitStatus: 2 };
}

/** What the first line hands over: all of its argument (K3), or the words that `env -S` made of it (K7). */
function handedWords({ script, argv }: Executed): readonly string[] {
  if (script === null) return [];
  return script.argument === null
    ? argv.slice(1, Math.max(argv.indexOf(script.path, 1), 1))
    : [script.argument];
}

/** Why a shell does not take the first word that is more than flags; a flag `e` before it decides how bash ends. */
function refusedByShell(
  shell: Shell,
  words: readonly string[],
  argv0: string,
  script: string,
): [string, Refusal] | null {
  const at = words.findIndex((word) => !shellFlags.test(word));
  const word = words[at];
  const refusal = word === undefined ? null : shellRefusal(shell, word, argv0, script);
  if (word === undefined || refusal === null) return null;
  const ends =
    shell === 'bash' && /^-[^-]/.test(word) && words.slice(0, at).some((flags) => flags.includes('e'));
  return [word, ends ? { ...refusal, exitStatus: 1 } : refusal];
}

/** Why a shell does not take what the first line hands over: an option, or the name of a file that is not there. */
function refusalOfShell(
  container: Container,
  shell: Shell,
  words: readonly string[],
  argv0: string,
  script: string,
): [string, Refusal] | null {
  const refused = refusedByShell(shell, words, argv0, script);
  if (refused !== null) return refused;
  const operand = missingOperand(container, shell, [argv0, ...words]);
  return operand === null ? null : [operand.file, operand];
}

/** Node itself, by what it gives to addons or by its library: other programs are called so too. */
function isNode({ elf: { dynamic } }: OpenedFile): boolean {
  if (dynamic === null) return false;
  return (
    dynamic.needed.some((soname) => soname.startsWith('libnode.so')) ||
    dynamic.symbols.some(({ name }) => name.startsWith('napi_'))
  );
}

/** The same of another interpreter. Only its first word is known to be read as an option, or as a file. */
function refusedWord(
  container: Container,
  program: OpenedFile,
  [word = '']: readonly string[],
  argv0: string,
): [string, Refusal] | null {
  const name = nameOf(program);
  const refusal = refusesArgument(name, word, argv0);
  if (refusal !== null) return [word, refusal];
  const operand = fileOperand(name, word, argv0);
  if (operand === null || (/^node/.test(name) && !isNode(program))) return null;
  return isMissing(container, operand) ? [word, operand.missing] : null;
}

/** What comes of an argument of the first line that the interpreter does not take (K3); null when it takes it. */
function refusedArgument(container: Container, executed: Executed): Problem | null {
  const { script, argv, program } = executed;
  const words = handedWords(executed);
  if (script === null || words.length === 0) return null;
  if (script.argument === null && /^node/.test(nameOf(program)) && !isNode(program)) return null;
  const argv0 = argv[0] ?? program.path;
  const shell = shellOf(executed, container.rootfs);
  const refused =
    shell === null
      ? refusedWord(container, program, words, argv0)
      : refusalOfShell(container, shell, words, argv0, script.path);
  if (refused === null) return null;
  const [argument, { said: seen, exitStatus }] = refused;
  const effect = {
    script: script.path,
    interpreter: argv0,
    stage: 'interpreter',
    fatal: true,
    seen,
    exitStatus,
  } as const;
  if (argument.endsWith('\r')) return { kind: 'script-argument', ...effect };
  const given = { argument: script.argument, option: argument };
  return { kind: 'script-option', ...given, said: null, splits: false, ...effect };
}

/**
 * Why an interpreter cannot run the script that the kernel passed to it: the file may be executed but not read (K6),
 * or it does not take the argument of the first line as an option: that ends in a carriage return or holds a blank (K3).
 * Null when it can.
 */
export function readScript(container: Container, executed: Executed): ScriptStop | null {
  const { script } = executed;
  if (script === null) return null;
  const refused = refusedArgument(container, executed);
  if (refused !== null) return ends(refused);
  const shell = shellOf(executed, container.rootfs);
  const argv0 = executed.argv[0] ?? executed.program.path;
  const credentials = runningCredentials(container.start);
  const user = { cwd: container.start.cwd, credentials };
  const found = container.rootfs.lookup(script.path, user);
  if (found.ok && mayRead(found.inode, credentials)) return null;
  const name = nameOf(executed.program);
  if (shell === null && !readers.test(name))
    return {
      kind: 'unknown',
      reason: `the user may not read ${script.path}, and whether ${argv0} does is unknown`,
    };
  return ends({
    kind: 'script-unreadable',
    script: script.path,
    interpreter: argv0,
    denials: denialsOf(container.rootfs, script.path, user, mayRead),
    stage: 'interpreter',
    fatal: true,
    ...unreadable(shell, name, argv0, script.path),
  });
}
