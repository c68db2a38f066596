import { type ForeignAt, foreignAt } from '../container/foreign-at.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';

const list = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const roleWords = { program: 'program', library: 'library', object: 'object file' } as const;

const simpleWords: Readonly<
  Record<
    Exclude<
      ForeignAt['kind'],
      'mach-o' | 'pe' | 'other-elf' | 'git-lfs' | 'late-shebang' | 'broken-shebang' | 'word' | 'dangling-link'
    >,
    string
  >
> = {
  folder: 'a folder',
  empty: 'an empty file',
  dotnet: 'a .NET assembly, which the dotnet runtime executes',
  wasm: 'a WebAssembly module',
  bitcode: 'LLVM bitcode, which no linker has made a program of',
  'static-library': 'an archive of object files (a static library), which only a linker reads',
  'debian-package': 'a Debian package',
  'rpm-package': 'an RPM package',
  zip: 'a zip archive (jar, wheel and the like are zip archives too)',
  gzip: 'a file compressed by gzip',
  xz: 'a file compressed by xz',
  zstd: 'a file compressed by zstd',
  bzip2: 'a file compressed by bzip2',
  '7z': 'a 7z archive',
  rar: 'a RAR archive',
  lz4: 'a file compressed by lz4',
  compress: 'a file compressed by compress',
  squashfs: 'a SquashFS file system, such as a snap',
  'python-bytecode': 'compiled Python code (.pyc)',
  aix: 'a program or library for AIX (XCOFF)',
  plan9: 'a program for Plan 9',
  'elf-stump': 'the beginning of an ELF file, which ends before its headers do',
  'core-dump': 'a core dump: the memory of a program that crashed',
  tar: 'a tar archive',
  'java-class': 'a compiled Java class',
  'linker-script': 'a linker script, a text that only linkers read',
  dockerfile: 'a Dockerfile',
  'batch-file': 'a batch file, which only the command interpreter of Windows reads',
  'web-page': 'an HTML or XML page, as a server answers in place of a file that it does not have',
  'server-answer': 'the answer of a server in place of a file that it does not give',
  text: 'a text file',
  data: 'a file of no format that kernels and loaders know',
  'object-file': 'an object file (.o): the output of a compiler before linking',
};

const lateShebangWords: Readonly<Record<Extract<ForeignAt, { kind: 'late-shebang' }>['before'], string>> = {
  'byte-order-mark': 'a script with a byte order mark before its #!',
  'utf-16': 'a script in UTF-16, in which the kernel finds no #!',
  blank: 'a script with a blank or an empty line before its #!',
  comment: 'a script whose #! is not in its first line',
};

function wordsOfWord({ target, isThere, wasThere }: Extract<ForeignAt, { kind: 'word' }>): string {
  const text = `a text that holds only ${target}`;
  const lost = 'a symbolic link that an archiver or a copy turned into text';
  if (isThere || wasThere) return `${text}, the name of a file beside it: ${lost}`;
  return /\/|\.so/.test(target) ? `${text}, which looks like ${lost}` : text;
}

/** A noun for it: `a macOS library (Mach-O) for arm64`. */
export function wordsOf(foreign: ForeignAt): string {
  switch (foreign.kind) {
    case 'mach-o': {
      const machines = foreign.machines.length === 0 ? '' : ` for ${list(foreign.machines)}`;
      return `a macOS ${foreign.role === null ? 'file' : roleWords[foreign.role]} (Mach-O)${machines}`;
    }
    case 'pe':
      return `a Windows ${roleWords[foreign.role]} (PE)${foreign.machine === null ? '' : ` for ${foreign.machine}`}`;
    case 'other-elf':
      return `an ELF file for ${foreign.system}`;
    case 'git-lfs': {
      const size = foreign.size === null ? '' : ` of ${foreign.size} bytes`;
      return `a Git LFS pointer, a text in place of the file${size} that was not fetched`;
    }
    case 'late-shebang':
      return lateShebangWords[foreign.before];
    case 'broken-shebang':
      return foreign.by === 'space'
        ? 'a script with a space inside of its #!'
        : 'a script that begins with ! in place of #!';
    case 'word':
      return wordsOfWord(foreign);
    case 'dangling-link':
      return foreign.isLoop
        ? `a link to ${foreign.target}, which leads back to it`
        : `a link to ${foreign.target}, which the image does not have`;
    default:
      return simpleWords[foreign.kind];
  }
}

/** Of these a reader knows no more when they are named than by the loader's own words. */
const unspecific: ReadonlySet<ForeignAt['kind']> = new Set(['empty', 'text', 'data']);

/** What the file at `path` is, as a noun, where it is nothing for kernel or loader; null where that says no more than that. */
export function foreignWords(rootfs: Rootfs, path: string): string | null {
  const foreign = foreignAt(rootfs, path);
  return foreign === null || unspecific.has(foreign.kind) ? null : wordsOf(foreign);
}

/** The same as a sentence that follows another; empty where there is nothing to say. */
export function foreignSentence(rootfs: Rootfs, path: string): string {
  const foreign = foreignAt(rootfs, path);
  return foreign === null ? '' : ` It is ${wordsOf(foreign)}.`;
}
