import type { Container } from '../../container/container.ts';
import { simulatedLevel } from '../../container/host.ts';
import { runningCredentials } from '../../container/process-start.ts';
import type { OpenedFile } from '../kernel/execve.ts';
import type { GlibcRelease } from './glibc-version.ts';
import { maskedLevel } from './hwcaps.ts';
import { type LoaderFacts, loaderFacts } from './loader-facts.ts';
import { type SystemSearch, systemSearch } from './system-search.ts';
import { Tunables } from './tunables.ts';
import { assumedKernel, isProfiled } from './variables.ts';

/** The loader of one start with everything that it reads before it looks for libraries (G0). */
export interface LoaderSession {
  readonly container: Container;
  readonly loader: OpenedFile;
  readonly facts: LoaderFacts;
  readonly release: GlibcRelease;
  readonly version: string | null;
  readonly search: SystemSearch;
  /** AT_SECURE (G80). */
  readonly secure: boolean;
  /** argv[0]: how messages name the program (G90). */
  readonly argv0: string;
  /** LD_BIND_NOW is set and not empty (G51), and nothing is profiled. */
  readonly bindNow: boolean;
  /** LD_PROFILE: every function is bound at its first call, whatever BIND_NOW says (G92). */
  readonly profiles: boolean;
  readonly tunables: Tunables;
}

/** Reads the loader's parameters from the file that PT_INTERP led to and from the image (G0, G20, G22, G51). */
export function startSession(
  container: Container,
  loader: OpenedFile,
  argv0: string,
  secure: boolean,
): LoaderSession {
  const env = container.start.env;
  const level = simulatedLevel(container.host);
  const { release } = loaderFacts(container.rootfs, loader.elf, level);
  const tunables = new Tunables(secure ? '' : (env.get('GLIBC_TUNABLES') ?? ''), release);
  const isSecure = secure || tunables.enablesSecure;
  const cpu = maskedLevel(level, tunables.text('glibc.cpu.hwcaps'));
  const facts = loaderFacts(container.rootfs, loader.elf, cpu);
  const profiles = !isSecure && isProfiled(env, release);
  return {
    container,
    loader,
    facts,
    release,
    version: facts.version,
    search: systemSearch({
      loader: loader.elf,
      cpu,
      kernel: (isSecure ? null : assumedKernel(env, release)) ?? container.host.kernel,
      cwd: container.start.cwd,
      credentials: runningCredentials(container.start),
    }),
    secure: isSecure,
    argv0,
    bindNow: !profiles && (env.get('LD_BIND_NOW') ?? '') !== '',
    profiles,
    tunables,
  };
}
