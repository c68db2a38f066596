import { keptText } from '../../container/kept-text.ts';
import { loaderFamily } from '../../container/libc.ts';
import type { Rootfs } from '../../rootfs/rootfs.ts';
import type { Executed } from '../kernel/execve.ts';
import { isBusybox } from './busybox.ts';

/** How the `env` of a release of coreutils differs from the others; null where the image does not tell. */
export interface CoreutilsEnv {
  readonly kind: 'coreutils';
  /** -S: `none` before 8.30; until 8.32 it parts words at blanks and tabs alone; 9.0 wrote it anew. */
  readonly split: 'none' | '8.30' | '9.0' | null;
  /** -a: since 9.5. */
  readonly hasArgv0: boolean | null;
  /** What its own messages begin with: those of glibc's error() with argv[0], those of gnulib's with its last component. */
  readonly says: 'argv0' | 'base name' | null;
}

/** Which `env` reads the arguments: the options of one are not those of the other. */
export type EnvDialect = CoreutilsEnv | { readonly kind: 'busybox' } | { readonly kind: 'other' };

/** The places where the packages of distributions have it: one elsewhere is of another build. */
const packaged = /^(?:\/usr)?\/bin\/(?:env|coreutils)$/;

const databases: readonly (readonly [path: string, entry: RegExp])[] = [
  ['/var/lib/dpkg/status', /^Package: coreutils\n(?:.+\n)*?Version: (?:\d+:)?(\d+)\.(\d+)/m],
  ['/lib/apk/db/installed', /^P:coreutils\nV:(\d+)\.(\d+)/m],
  ['/usr/lib/apk/db/installed', /^P:coreutils\nV:(\d+)\.(\d+)/m],
];

/** The release in the package database, 905 for 9.5; null without one. */
function packagedRelease(path: string, rootfs: Rootfs): number | null {
  if (!packaged.test(path)) return null;
  for (const [file, entry] of databases) {
    const [, major, minor] = entry.exec(keptText(rootfs, file) ?? '') ?? [];
    if (major !== undefined && minor !== undefined) return Number(major) * 100 + Number(minor);
  }
  return null;
}

function splitOf(release: number): CoreutilsEnv['split'] {
  if (release < 830) return 'none';
  return release < 900 ? '8.30' : '9.0';
}

/**
 * What the functions that env calls tell of its release (src/env.c): getenv and stpcpy expand `${NAME}` since 8.30, strpbrk
 * looks for a blank in a command that is missing since 9.0. glibc's error() was used until 9.5; gnulib's own since 9.6.
 */
function byFunctions(executed: Executed): Omit<CoreutilsEnv, 'kind'> | null {
  const symbols = executed.program.elf.dynamic?.symbols ?? [];
  const calls = (...names: readonly string[]) =>
    symbols.some(({ name, defined }) => !defined && names.includes(name));
  if (symbols.length === 0 || executed.interp === null) return null;
  const says = calls('error') ? 'argv0' : 'base name';
  const isOwnProgram = !executed.program.realPath.endsWith('/coreutils');
  if (!isOwnProgram) return { split: null, hasArgv0: null, says };
  if (!calls('getenv')) return { split: 'none', hasArgv0: false, says };
  const isNew = calls('strpbrk');
  const isOld = !isNew && calls('stpcpy', '__stpcpy_chk');
  const isFrom96 = isNew && says === 'base name' && loaderFamily(executed.interp.elf) === 'glibc';
  return {
    split: isNew ? '9.0' : isOld ? '8.30' : null,
    hasArgv0: isFrom96 ? true : isOld ? false : null,
    says,
  };
}

/** Which `env` a program is: by its name, by the functions that it calls, and by the package that it came with (K7). */
export function envDialect(executed: Executed, rootfs: Rootfs): EnvDialect {
  if (isBusybox(executed, rootfs)) return { kind: 'busybox' };
  const { realPath, elf } = executed.program;
  if (!/\/(env|coreutils)$/.test(realPath)) return { kind: 'other' };
  const symbols = elf.dynamic?.symbols ?? [];
  if (symbols.length > 0 && !symbols.some(({ name }) => name === 'putenv')) return { kind: 'other' };
  const told = byFunctions(executed);
  const release = packagedRelease(realPath, rootfs);
  return {
    kind: 'coreutils',
    split: told?.split ?? (release === null ? null : splitOf(release)),
    hasArgv0: told?.hasArgv0 ?? (release === null ? null : release >= 905),
    says: told?.says ?? null,
  };
}
