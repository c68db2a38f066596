import { posix } from 'node:path';
import type { Touch } from '../../../loader/scripts/handed-over.ts';
import type { Fields, Value } from '../state.ts';

/** What a script has of the container's files, to tell a folder from a file. */
export interface TouchedIn {
  readonly cwd: Value;
  /** Whether a path is a folder of the image. */
  isFolder(path: string): boolean;
}

/** Options of these programs that take the next word. */
const valued = /^(?:-[a-zA-Z]*[tSmogZ]|--(?:target-directory|suffix|mode|owner|group|reference|from|size))$/;

/** The operands of a command, and the folder of `-t`. */
function operandsOf(args: readonly Value[]): {
  readonly operands: readonly Value[];
  readonly target: Value | undefined;
} {
  const operands: Value[] = [];
  let target: Value | undefined;
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? null;
    if (word === '--') return { operands: [...operands, ...args.slice(at + 1)], target };
    if (word === null || !/^-./.test(word)) operands.push(word);
    else if (valued.test(word)) {
      at++;
      if (/t$|^--target/.test(word)) target = args[at] ?? null;
    } else if (word.startsWith('--target-directory=')) target = word.slice(word.indexOf('=') + 1);
  }
  return { operands, target };
}

/** Which of the rights to a file are left by a mode of chmod: `null` where none can be lost. */
function takenBy(mode: Value): Touch['takes'] | null {
  if (mode === null) return null;
  if (/^[0-7]{1,5}$/.test(mode)) {
    const bits = Number.parseInt(mode, 8);
    if ((bits & 0o555) === 0o555) return null;
    return (bits & 0o111) === 0 ? 'all' : 'from others';
  }
  if (!/[-=]/.test(mode)) return null;
  return /^(?:[go]+[-=][rwxXst]*,?)+$/.test(mode) ? 'from others' : 'all';
}

const touch = (path: string, takes: Touch['takes'] = 'all', named: string | null = null): Touch => ({
  path,
  takes,
  named,
});

function absolute(paths: readonly Value[], { cwd }: TouchedIn): string[] {
  return paths.flatMap((path) => {
    if (path === null || path === '') return [];
    if (path.startsWith('/')) return [posix.normalize(path)];
    return cwd === null ? [] : [posix.resolve(cwd, path)];
  });
}

/** Where mv, cp, ln and install put files. */
function targetsOf(args: readonly Value[], where: TouchedIn): readonly string[] {
  const { operands, target } = operandsOf(args);
  const sources = target === undefined ? operands.slice(0, -1) : operands;
  const last = target === undefined ? operands.at(-1) : target;
  const [to] = absolute([last ?? null], where);
  if (to === undefined || sources.length === 0) return [];
  if (target === undefined && !where.isFolder(to)) return [to];
  return sources.flatMap((source) => (source === null ? [] : [posix.join(to, posix.basename(source))]));
}

function touchedByFind(args: readonly Value[], where: TouchedIn): readonly Touch[] {
  const expression = args.findIndex((word) => word !== null && /^[-!(]/.test(word));
  const folders = absolute(expression < 0 ? args : args.slice(0, expression), where);
  const behind = (option: string): Value => args[args.indexOf(option) + 1] ?? null;
  const action = ['-exec', '-execdir', '-ok', '-okdir'].find((each) => args.includes(each));
  const program = action === undefined ? null : behind(action);
  const named = args.includes('-name') ? behind('-name') : null;
  let takes: Touch['takes'] | null = args.includes('-delete') ? 'all' : null;
  if (program !== null && /^(?:rm|mv|unlink|sed)$/.test(posix.basename(program))) takes = 'all';
  if (program !== null && posix.basename(program) === 'chmod')
    takes = takenBy(
      args.slice(args.indexOf(program) + 1).find((word) => word?.startsWith('-') !== true) ?? null,
    );
  if (takes === null) return [];
  const starts = folders.length === 0 ? absolute(['.'], where) : folders;
  return starts.map((folder) => touch(folder, takes ?? 'all', named));
}

/**
 * The files that a command takes away, replaces or closes, by its name and arguments. What is not known of its words is not
 * among them.
 */
export function touchedBy(name: string, { values }: Fields, where: TouchedIn): readonly Touch[] {
  const { operands } = operandsOf(values);
  const all = (paths: readonly string[]): readonly Touch[] => paths.map((path) => touch(path));
  switch (posix.basename(name)) {
    case 'rm':
    case 'rmdir':
    case 'unlink':
    case 'shred':
    case 'truncate':
    case 'tee':
      return all(absolute(operands, where));
    case 'mv': {
      const { target } = operandsOf(values);
      const sources = target === undefined ? operands.slice(0, -1) : operands;
      return all([...absolute(sources, where), ...targetsOf(values, where)]);
    }
    case 'cp':
    case 'ln':
    case 'install':
      return all(targetsOf(values, where));
    case 'sed':
      return values.some((word) => /^(?:-[a-zA-Z]*i|--in-place)/.test(word ?? ''))
        ? all(absolute(operands, where))
        : [];
    case 'chmod': {
      const mode = values.find((word) => word !== null && (!word.startsWith('-') || /^-[rwx]+$/.test(word)));
      const takes = takenBy(mode ?? null);
      const paths = operands[0] === mode ? operands.slice(1) : operands;
      return takes === null ? [] : absolute(paths, where).map((path) => touch(path, takes));
    }
    case 'find':
      return touchedByFind(values, where);
    default:
      return [];
  }
}

/** What a redirection of output does to the file that it names. */
export const touchedByWriting = (path: Value, where: TouchedIn): readonly Touch[] =>
  absolute([path], where).map((each) => touch(each));
