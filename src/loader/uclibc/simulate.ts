import type { Container } from '../../container/container.ts';
import { decisiveDefect } from '../doubt/decisive-defect.ts';
import type { Executed, OpenedFile } from '../kernel/execve.ts';
import type { Ending, LoadTrace, Problem } from '../trace/load-trace.ts';
import { bindSymbols } from './bind-symbols.ts';
import { type Module, type ModuleList, ModuleLoader } from './load-libraries.ts';
import { startSession } from './session.ts';

type Simulated = Pick<LoadTrace, 'loader' | 'objects' | 'problems' | 'ending'>;

/** The first problem that ends the start, behind the lines about files that were passed over (U1, U4, U6). */
function endingOf(list: ModuleList, problems: readonly Problem[]): Ending {
  const end = problems.find(({ fatal }) => fatal);
  if (end !== undefined) {
    const lines = end.seen === null ? list.printed : [...list.printed, end.seen];
    return { kind: 'stops', stage: end.stage, message: lines.join('\n'), exitStatus: end.exitStatus ?? 255 };
  }
  const broken = list.modules.find(({ elf }) => decisiveDefect(elf) !== null);
  const reason =
    list.unknown ?? (broken === undefined ? null : `${broken.path} cannot be read as its headers promise`);
  return reason === null ? { kind: 'starts', printed: list.printed.join('\n') } : { kind: 'unknown', reason };
}

/** Starts a program under uclibc-ng's loader (U1 to U8). */
export function startUnderUclibc(container: Container, executed: Executed, interp: OpenedFile): Simulated {
  const { program } = executed;
  const session = startSession(container, interp, executed.argv[0] ?? program.path, executed.secure);
  const loader = { family: 'uclibc', version: session.version, path: interp.path } as const;
  const { dynamic } = program.elf;
  if (dynamic === null) {
    const reason = `${program.path} names a loader but has no dynamic segment`;
    return { loader, objects: [], problems: [], ending: { kind: 'unknown', reason } };
  }
  const { path, realPath, elf, inode } = program;
  const main: Module = { name: path, path: realPath, elf, dynamic, inodeId: inode.id, role: 'main' };
  const modules = new ModuleLoader(session, main);
  modules.load();
  const problems = [...modules.list.problems, ...bindSymbols(session, modules.list)];
  return { loader, objects: modules.list.objects, problems, ending: endingOf(modules.list, problems) };
}
