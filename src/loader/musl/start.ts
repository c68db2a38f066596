import type { Container } from '../../container/container.ts';
import type { Executed, OpenedFile } from '../kernel/execve.ts';
import { preloadNames } from '../preload-names.ts';
import { EndingBuilder } from '../trace/ending-builder.ts';
import { type Loaded, unknownLoad } from '../trace/loaded.ts';
import type { Problem } from '../trace/problem.ts';
import { relocateAll } from './bind-symbols.ts';
import { longerCopy } from './copied-variables.ts';
import { mainDso } from './dso.ts';
import { type DsoChain, LibraryLoader, preloadSeparators } from './load-libraries.ts';
import { identityOf, loadedChain } from './loaded-chain.ts';
import { startSession } from './session.ts';
import { silentCrashes } from './silent-crashes.ts';
import { textrelProblems } from './text-relocations.ts';

/**
 * All problems of loading and relocating are printed, then the process ends (M20), unless a relocation kills it before;
 * other crashes come later.
 */
function endingOf(
  chain: DsoChain,
  relocating: readonly Problem[],
  crashes: readonly Problem[],
): EndingBuilder {
  const mapped = chain.problems.filter((problem) => problem.kind === 'truncated');
  const deadly = relocating.findIndex(({ kind }) => kind === 'crash' || kind === 'textrel-unsupported');
  const done = deadly < 0 ? relocating : relocating.slice(0, deadly);
  const killed = deadly < 0 ? [] : relocating.slice(deadly, deadly + 1);
  return new EndingBuilder()
    .firstFatal(mapped)
    .allThenStop([...killed, ...chain.problems, ...done])
    .firstFatal(crashes);
}

/**
 * Starts a program under musl's loader, as `__dls3` of ldso/dynlink.c does (M1 to M60). `preloads` come before those of the
 * environment. Each pass runs in full, as in musl itself, which goes on after failures (M20).
 */
export function startUnderMusl(
  container: Container,
  executed: Executed,
  interp: OpenedFile,
  preloads: readonly string[],
): Loaded {
  const { program } = executed;

  // Read the loader's parameters from its file, the environment and the image (M0, M7, M40, M60).
  const session = startSession(container, interp, executed.secure);
  const { dynamic } = program.elf;
  if (dynamic === null)
    return unknownLoad(identityOf(session), `${program.path} names a loader but has no dynamic segment`);

  // Load the preloads (M5; none under AT_SECURE, M60), then every need of every object, in turn (M1 to M10).
  const main = mainDso(executed.filename, program.realPath, program.elf, dynamic, program.inode.id);
  const loader = new LibraryLoader(session, main, 127);
  loader.preload(preloads);
  if (!session.secure) loader.preload(preloadNames(container.start, preloadSeparators, false));
  loader.loadDependencies();
  const { chain } = loader;
  // From here on no object is added: `chain.all` is the global scope, in look-up order (M30).

  // Relocate the libraries, then the program, whose read-only segments stay read-only (M20, M30 to M44).
  const scope = {
    all: chain.all,
    lazy: false,
    libraryMissing: chain.missing.size > 0,
    isCallers: () => false,
    exitStatus: 127,
    opened: [],
  };
  const bound = relocateAll(session, scope, chain.all);
  const relocating = [...bound, ...textrelProblems(session, main, chain, bound)];
  if (!relocating.some(({ fatal }) => fatal)) chain.unknown ??= longerCopy(chain.all);
  // From here on every object is relocated, and the process has ended if a library or symbol is missing.

  // Run code: of another machine (M10), or with pointers that DT_RELR left as they are in the file (M40).
  const crashes = silentCrashes(session, chain, chain.all);

  const problems = [...chain.problems, ...relocating, ...crashes];
  return loadedChain(session, chain, problems, endingOf(chain, relocating, crashes));
}
