import { EM_X86_64 } from '../../elf/constants.ts';
import { symbolTable } from '../symbols/symbol-table.ts';
import type { Problem } from '../trace/problem.ts';
import { relrUnknown } from '../trace/problems.ts';
import { areOfTwoReleases, buildOf, buildWords } from './builds.ts';
import type { LinkMap } from './link-map.ts';
import type { LoaderSession } from './session.ts';

/** ld.so calls `__libc_early_init` of the libc.so.6 that it was built with (G0b, since 2.32). */
export function earlyInitProblems(session: LoaderSession, maps: readonly LinkMap[]): Problem[] {
  const libc = maps.find((map) => map.dynamic.soname === 'libc.so.6');
  if (session.release < 232 || libc === undefined) return [];
  const initialisers = symbolTable(libc.dynamic).get('__libc_early_init') ?? [];
  if (initialisers.some(({ defined }) => defined)) return [];
  return [
    {
      kind: 'loader-libc-mismatch',
      loader: session.loader.path,
      libc: libc.path,
      stage: 'symbol',
      fatal: true,
      seen: "Inconsistency detected by ld.so: dl-call-libc-early-init.c: 37: _dl_call_libc_early_init: Assertion `sym != NULL' failed!",
      exitStatus: 127,
    },
  ];
}

interface LastWords {
  readonly seen: string | null;
  readonly exitStatus: number;
}

const smashing: LastWords = { seen: '*** stack smashing detected ***: terminated', exitStatus: 134 };

/** How every program of x86-64 ended that was tried with the loader and the libc.so.6 of these releases: `LOADER/LIBC`. */
const measured: Readonly<Record<string, LastWords>> = {
  '2.41/2.36': smashing,
  '2.43/2.36': smashing,
  '2.43/2.41': { seen: null, exitStatus: 139 },
};

/** What becomes of loader and libc.so.6 of two releases that find each other's symbols. */
interface MixedBuilds {
  readonly problems: readonly Problem[];
  /** Why it is unknown; null where it is known or they are of one release. */
  readonly unknown: string | null;
}

/** libc.so.6 reads the loader's tables by offsets and numbers that change with each release (G0b). */
export function mixedBuilds(session: LoaderSession, maps: readonly LinkMap[]): MixedBuilds {
  const { loader, container } = session;
  const libc = maps.find((map) => map.dynamic.soname === 'libc.so.6');
  if (libc === undefined) return { problems: [], unknown: null };
  const real = (path: string): string => {
    const found = container.rootfs.lookup(path, { cwd: container.start.cwd });
    return found.ok ? found.path : path;
  };
  const builds = [buildOf(loader.elf, real(loader.path)), buildOf(libc.elf, real(libc.path))] as const;
  if (!areOfTwoReleases(...builds)) return { problems: [], unknown: null };
  const { machine, class: elfClass, libcText } = loader.elf;
  const pair = `${libcText?.glibcVersion}/${libc.elf.libcText?.glibcVersion}`;
  const end = machine === EM_X86_64 && elfClass === 64 ? measured[pair] : undefined;
  if (end === undefined) {
    const [ofLoader, ofLibc] = builds.map(buildWords);
    const reason = `${loader.path} is of ${ofLoader} and ${libc.path} of ${ofLibc}: what becomes of two builds of glibc in one process is not known`;
    return { problems: [], unknown: reason };
  }
  const mismatch = { kind: 'loader-libc-mismatch', loader: loader.path, libc: libc.path } as const;
  return { problems: [{ ...mismatch, stage: 'symbol', fatal: true, ...end }], unknown: null };
}

/** Functions of libc.so.6 that the initializer of a library calls, through the PLT: up to 2.33, libpthread's. */
const calledByInitializers: Readonly<Record<string, string>> = { 'libpthread.so.0': '__libc_pthread_init' };

/**
 * Missing functions that wait for their first call, which the loader itself makes by running initializers, before the program
 * (G0b): each as the error that it is then, in place of the warning that it was.
 */
export function calledAtInit(symbols: readonly Problem[], maps: readonly LinkMap[]): readonly Problem[] {
  return symbols.flatMap((problem) => {
    if (problem.kind !== 'symbol-missing' || problem.binding !== 'lazy') return [];
    const soname = maps.find(({ path }) => path === problem.neededBy)?.dynamic.soname ?? '';
    if (calledByInitializers[soname] !== problem.name) return [];
    return [{ ...problem, binding: 'startup', fatal: true }];
  });
}

/** DT_RELR under a loader that does not support it: pointers stay unrelocated, without a message (G46, up to 2.35). */
export function silentRelrProblems(session: LoaderSession, maps: readonly LinkMap[]): Problem[] {
  if (session.release >= 236) return [];
  return maps
    .filter((map) => map.dynamic.relocations.relr && map.role !== 'interpreter')
    .map((map) => relrUnknown(map.path, 'glibc'));
}
