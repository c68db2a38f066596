import type { Container } from '../../container/container.ts';
import { decisiveDefect } from '../doubt/decisive-defect.ts';
import type { Executed, OpenedFile } from '../kernel/execve.ts';
import type { Ending } from '../trace/load-trace.ts';
import { type Loaded, unknownLoad } from '../trace/loaded.ts';
import type { Problem } from '../trace/problem.ts';
import { bindSymbols } from './bind-symbols.ts';
import { type Module, type ModuleList, ModuleLoader } from './load-libraries.ts';
import { startSession } from './session.ts';

/** The first problem that ends the start, behind the lines about files that were skipped (U1, U4, U6). */
function endingOf(list: ModuleList, problems: readonly Problem[]): Ending {
  const end = problems.find(({ fatal }) => fatal);
  if (end !== undefined) {
    const lines = end.seen === null ? list.printed : [...list.printed, end.seen];
    const message = lines.join('\n');
    return { kind: 'stops', stage: end.stage, message, isWhole: true, exitStatus: end.exitStatus ?? 255 };
  }
  const broken = list.modules.find(({ elf }) => decisiveDefect(elf) !== null);
  const reason =
    list.unknown ?? (broken === undefined ? null : `${broken.path} cannot be read as its headers promise`);
  return reason === null ? { kind: 'starts', printed: list.printed.join('\n') } : { kind: 'unknown', reason };
}

/** Starts a program under uclibc-ng's loader, as `_dl_get_ready_to_run` of ldso/ldso/ldso.c does (U1 to U8). */
export function startUnderUclibc(container: Container, executed: Executed, interp: OpenedFile): Loaded {
  const { path, realPath, elf, inode } = executed.program;

  // Read the loader's parameters from its file, the environment and the image (U2, U6 to U8).
  const session = startSession(container, interp, executed.argv[0] ?? path, executed.secure);
  const loader = { family: 'uclibc', version: session.version, path: interp.path } as const;
  const { dynamic } = elf;
  if (dynamic === null) return unknownLoad(loader, `${path} names a loader but has no dynamic segment`);

  // Load the preloads, then every need of every module in turn, the loader last (U1 to U5, U8).
  const main: Module = { name: path, path: realPath, elf, dynamic, inodeId: inode.id, role: 'main' };
  const modules = new ModuleLoader(session, main);
  modules.load();
  const { list } = modules;
  // From here on no module is added: `list.modules` is the scope, in look-up order.

  // Bind the modules from the last loaded to the program (U6, U7).
  const problems = [...list.problems, ...bindSymbols(session, list)];

  return { loader, objects: list.objects, problems, ending: endingOf(list, problems) };
}
