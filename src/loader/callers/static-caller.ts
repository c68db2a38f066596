import type { Container } from '../../container/container.ts';
import { findLibcs } from '../../container/libc.ts';
import type { ElfFile } from '../../elf/elf-file.ts';
import { glibc } from '../glibc/loader.ts';
import type { OpenedFile } from '../kernel/execve.ts';
import { endingBy, type Loaded, unknownLoad } from '../trace/loaded.ts';
import type { ProblemOf } from '../trace/problem.ts';
import { libraryMissing } from '../trace/problems.ts';
import { plainMode } from './dlopen-mode.ts';

/** What glibc's libraries are: with one of them a second glibc comes into the process. */
const libcLibrary = /^(libc\.so\.6|ld-linux.*\.so\.\d|ld64?\.so\.\d)$/;

/** musl's `dlopen` of a static program is a stub (S36). */
function withoutDlopen(caller: string, path: string): Loaded {
  const problem: ProblemOf<'static-caller'> = {
    kind: 'static-caller',
    caller,
    path,
    stage: 'library',
    fatal: true,
    seen: 'Dynamic loading not supported',
    exitStatus: 1,
  };
  return { loader: null, objects: [], problems: [problem], ending: endingBy(problem) };
}

/** A static glibc program loads with the loader that is linked into it; the image's libraries are those of another build. */
function openInStaticGlibc(
  container: Container,
  { path, elf }: { readonly path: string; readonly elf: ElfFile | null },
  program: OpenedFile,
): Loaded {
  const libcs = findLibcs(container.rootfs).filter(
    (libc) =>
      libc.family === 'glibc' &&
      libc.elf.machine === program.elf.machine &&
      libc.elf.class === program.elf.class,
  );
  const [libc] = libcs;
  if (libc === undefined || glibc.dlopen === null) {
    const [soname] = elf?.dynamic?.needed ?? [];
    if (soname === undefined)
      return { loader: null, objects: [], problems: [], ending: { kind: 'starts', printed: '' } };
    const text = `${soname}: cannot open shared object file: No such file or directory`;
    const missing = libraryMissing(
      { soname, neededBy: path, trail: [], unreadable: [] },
      { seen: text, exitStatus: 1 },
    );
    return { loader: null, objects: [], problems: [missing], ending: endingBy(missing) };
  }
  const found = container.rootfs.lookup(libc.loaderPath);
  const loader = {
    path: libc.loaderPath,
    realPath: found.ok ? found.path : libc.loaderPath,
    inode: libc.inode,
    elf: libc.elf,
  };
  const loaded = glibc.dlopen(container, {
    path,
    mode: plainMode,
    loader,
    caller: program,
    kind: null,
    before: [],
  });
  if (loaded.ending.kind !== 'starts') return loaded;
  const second = loaded.objects.find((object) => libcLibrary.test(object.name));
  if (second === undefined) return loaded;
  const version = libc.version === null ? '' : ` ${libc.version}`;
  return unknownLoad(
    loaded.loader,
    `${program.path} is static and loads with the glibc that is linked into it; with ${second.path ?? second.name} the image's ` +
      `glibc${version} comes into the process, which dies of an assertion (134) or a signal (136) unless both are of one build, ` +
      'and no file says of which build the static one is',
  );
}

/** dlopen in a static program: musl's refuses, glibc's loads with its own loader (S1, S36). */
export function openInStatic(
  container: Container,
  plugin: { readonly path: string; readonly elf: ElfFile | null },
  program: OpenedFile,
): Loaded {
  const { notes } = program.elf;
  if (notes.goBuildId !== null && notes.abiTag === null)
    return unknownLoad(
      null,
      `${program.path} is a static Go program: what it loads shared objects with is unknown`,
    );
  return notes.abiTag === null
    ? withoutDlopen(program.path, plugin.path)
    : openInStaticGlibc(container, plugin, program);
}
