import type { Container } from '../../container/container.ts';
import { simulatedLevel } from '../../container/host.ts';
import { runningCredentials } from '../../container/process-start.ts';
import type { OpenedFile } from '../kernel/execve.ts';
import type { GlibcRelease } from './glibc-version.ts';
import { maskedLevel } from './hwcaps.ts';
import { type LoaderFacts, loaderFacts } from './loader-facts.ts';
import { type SystemSearch, systemSearch } from './system-search.ts';

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
  /** LD_BIND_NOW is set and not empty (G51). */
  readonly bindNow: boolean;
  readonly tunables: ReadonlyMap<string, string>;
}

const noTunables: ReadonlyMap<string, string> = new Map();

function readTunables(text: string | undefined): ReadonlyMap<string, string> {
  if (text === undefined) return noTunables;
  const tunables = new Map<string, string>();
  for (const pair of text.split(':')) {
    const [name, value] = pair.split('=');
    if (name !== undefined && value !== undefined) tunables.set(name, value);
  }
  return tunables;
}

/** Reads the loader's parameters from the file that PT_INTERP led to and from the image (G0, G20, G22, G51). */
export function startSession(
  container: Container,
  loader: OpenedFile,
  argv0: string,
  secure: boolean,
): LoaderSession {
  const env = container.start.env;
  const tunables = secure ? noTunables : readTunables(env.get('GLIBC_TUNABLES'));
  const cpu = maskedLevel(simulatedLevel(container.host), tunables.get('glibc.cpu.hwcaps'));
  const facts = loaderFacts(container.rootfs, loader.elf, cpu);
  return {
    container,
    loader,
    facts,
    release: facts.release,
    version: facts.version,
    search: systemSearch({
      loader: loader.elf,
      cpu,
      kernel: container.host.kernel,
      cwd: container.start.cwd,
      credentials: runningCredentials(container.start),
    }),
    secure,
    argv0,
    bindNow: (env.get('LD_BIND_NOW') ?? '') !== '',
    tunables,
  };
}
