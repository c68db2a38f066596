import type { Container } from '../container/container.ts';
import { findLibcs, type Libc, loaderFamily, systemLibc } from '../container/libc.ts';
import { EF_ARM_ABI_FLOAT_HARD, EF_RISCV_FLOAT_ABI, EM_ARM, EM_RISCV } from '../elf/constants.ts';
import { wantedLibc } from '../elf/describe/wanted-libc.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { machineName } from '../elf/machine.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import { type OpenedFile, runEntrypoint } from './kernel/execve.ts';
import { loaders } from './loaders.ts';
import { startInTurn } from './simulate.ts';
import type { LoadTrace } from './trace/load-trace.ts';
import { type Loaded, traceOf, unknownLoad } from './trace/loaded.ts';
import type { Problem } from './trace/problem.ts';

/** A float ABI that the kernel does not distinguish but that decides which loader a program for this object would have. */
function floatAbi(elf: ElfFile): number {
  if (elf.machine === EM_ARM) return elf.flags & EF_ARM_ABI_FLOAT_HARD;
  return elf.machine === EM_RISCV ? elf.flags & EF_RISCV_FLOAT_ABI : 0;
}

/**
 * The image's loader that a process that loads this object would run under: same machine and class, best the family that it
 * was built for, else that of the image's own programs. Null for `elf`: the file is no ELF file, and every loader refuses it.
 */
function loaderFor(elf: ElfFile | null, rootfs: Rootfs): Libc | null {
  if (elf === null) return systemLibc(rootfs, findLibcs(rootfs));
  const fitting = findLibcs(rootfs).filter(
    (libc) =>
      libc.elf.machine === elf.machine &&
      libc.elf.class === elf.class &&
      libc.elf.endianness === elf.endianness,
  );
  const sameFloat = fitting.filter((libc) => floatAbi(libc.elf) === floatAbi(elf));
  const candidates = sameFloat.length > 0 ? sameFloat : fitting;
  const { family } = wantedLibc(elf);
  return candidates.find((libc) => libc.family === family) ?? systemLibc(rootfs, candidates);
}

/** The loader of an image as a process has it open. */
function openedLoader({ loaderPath: path, inode, elf }: Libc, rootfs: Rootfs): OpenedFile {
  const found = rootfs.lookup(path);
  return { path, realPath: found.ok ? found.path : path, inode, elf };
}

function dlopen(container: Container, path: string, loader: OpenedFile, caller: OpenedFile | null): Loaded {
  const family = loaderFamily(loader.elf);
  const simulated = family === null ? null : (loaders[family]?.dlopen ?? null);
  return simulated === null
    ? unknownLoad(null, `dlopen under ${loader.path} is not simulated`)
    : simulated(container, { path, loader, caller });
}

/** dlopen in the program `loadedBy` of the image: that one has to start first. */
function dlopenIn(container: Container, path: string, loadedBy: string): LoadTrace {
  const result = runEntrypoint(container, loadedBy, [loadedBy]);
  const started = startInTurn(container, result);
  if (started.ending.kind !== 'starts' || result.kind !== 'executed') return started;
  const { interp, program } = result.executed;
  if (interp === null) {
    const reason = `${loadedBy} is a static program: it loads no shared objects`;
    return { ...started, ending: { kind: 'unknown', reason } };
  }
  return { executed: started.executed, ...dlopen(container, path, interp, program) };
}

/** Whether the trace has come to open the file: it has a problem with it. */
const namesProblemOf = ({ problems }: LoadTrace, path: string): boolean =>
  problems.some((problem) => 'soname' in problem && problem.soname === path);

/** The image has no loader for this object. */
function withoutLoader(path: string, machine: string): LoadTrace {
  const problem: Problem = {
    kind: 'no-loader',
    path,
    machine,
    stage: 'interpreter',
    fatal: true,
    seen: null,
    exitStatus: 1,
  };
  return traceOf({ kind: 'stopped', problem, opened: [] }, []);
}

/**
 * What dlopen of the file at `path` would do: in the program `loadedBy` of the image, or where that is null, in one that has
 * only its libc, under the image's own loader. A file that is no ELF file (`elf` is null) is refused in every process, so
 * that the caller's own faults do not matter.
 */
export function simulateDlopen(
  container: Container,
  path: string,
  elf: ElfFile | null,
  loadedBy: string | null,
): LoadTrace {
  const inCaller = loadedBy === null ? null : dlopenIn(container, path, loadedBy);
  if (inCaller !== null && (elf !== null || namesProblemOf(inCaller, path))) return inCaller;
  const libc = loaderFor(elf, container.rootfs);
  if (libc === null) {
    const machine = elf === null ? container.platform.architecture : machineName(elf);
    return withoutLoader(path, machine);
  }
  return {
    executed: [path],
    ...dlopen(container, path, openedLoader(libc, container.rootfs), null),
  };
}
