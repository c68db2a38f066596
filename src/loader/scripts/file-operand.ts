import type { Container } from '../../container/container.ts';
import { mounted } from './mounted-paths.ts';
import type { Refusal } from './one-argument.ts';

/** A file that an interpreter reads because the first line names it, and what it says where that is not there. */
export interface FileOperand {
  readonly file: string;
  /** Endings with which it is looked for as well. */
  readonly endings: readonly string[];
  readonly missing: Refusal;
}

type Reader = (argument: string, argv0: string) => FileOperand | null;

/** A word that is not an option names the program's text. */
const bare =
  (said: (file: string, argv0: string) => string | null, exitStatus: number, endings = ['']): Reader =>
  (argument, argv0) =>
    /^[^-]/.test(argument)
      ? { file: argument, endings, missing: { said: said(argument, argv0), exitStatus } }
      : null;

/** The rest of the word behind an option, its blank included, is the name of the program's text. */
const behind =
  (option: RegExp, said: (file: string, argv0: string) => string | null, exitStatus: number): Reader =>
  (argument, argv0) => {
    const file = option.exec(argument)?.[1];
    if (file === undefined || file === '' || file === '-') return null;
    return { file, endings: [''], missing: { said: said(file, argv0), exitStatus } };
  };

/** What node looks for: a file, or a module of that name. */
const module = bare(() => null, 1, ['', '.js', '.json', '.node']);

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** By the name of the file that runs; each was seen to say it (Debian 12). */
const readers: readonly (readonly [name: RegExp, reader: Reader])[] = [
  // Before 3.9 python names a relative path as it is given.
  [
    /^python[\d.]*$/,
    bare(
      (file, argv0) =>
        file.startsWith('/')
          ? `${argv0}: can't open file '${file}': [Errno 2] No such file or directory`
          : null,
      2,
    ),
  ],
  [/^node(?:js)?$/, (word, argv0) => (word === 'inspect' ? null : module(word, argv0))],
  [/^perl[\d.]*$/, bare((file) => `Can't open perl script "${file}": No such file or directory`, 2)],
  [/^ruby[\d.]*$/, bare((file, argv0) => `${argv0}: No such file or directory -- ${file} (LoadError)`, 1)],
  [/^lua[\d.]*$/, bare((file, argv0) => `${argv0}: cannot open ${file}: No such file or directory`, 1)],
  [/^tclsh[\d.]*$/, bare((file) => `couldn't read file "${file}": no such file or directory`, 1)],
  [/^php[\d.]*$/, bare((file) => `Could not open input file: ${file}`, 1)],
  [/^php[\d.]*$/, behind(/^-f([^\r]+)$/, (file) => `Could not open input file: ${file}`, 1)],
  [
    /^gawk$/,
    behind(
      /^(?:-[bcgnNOMPrsSt]*[fE]|--(?:file|exec)=)([^\r]+)$/,
      (file, argv0) =>
        `${baseName(argv0)}: fatal: cannot open source file \`${file}' for reading: No such file or directory`,
      2,
    ),
  ],
  [
    /^mawk$/,
    behind(
      /^-f(.+)$/s,
      (file, argv0) => `${baseName(argv0)}: cannot open ${file} (No such file or directory)`,
      2,
    ),
  ],
  [
    /^sed$/,
    behind(
      /^(?:-[nrsuzE]*f|--file=)(.+)$/s,
      (file, argv0) => `${argv0}: couldn't open file ${file}: No such file or directory`,
      4,
    ),
  ],
];

/**
 * The file that an interpreter other than a shell reads first because of what its first line hands over (K3). `name` is that of the
 * file that runs. Null where it names none, or is not known.
 */
export function fileOperand(name: string, argument: string, argv0: string): FileOperand | null {
  for (const [pattern, reader] of readers) {
    const found = pattern.test(name) ? reader(argument, argv0) : null;
    if (found !== null) return found;
  }
  return null;
}

/** Whether a file that an interpreter is to read is not in the image, and an engine puts none there. */
export function isMissing({ rootfs, start }: Container, { file, endings }: FileOperand): boolean {
  if (mounted.test(file)) return false;
  return endings.every((ending) => {
    const found = rootfs.lookup(`${file}${ending}`, { cwd: start.cwd });
    return !found.ok && found.errno === 'ENOENT';
  });
}
