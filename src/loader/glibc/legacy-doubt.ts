import { simulatedLevel } from '../../container/host.ts';
import { searchSubdirectories } from './hwcaps.ts';
import type { ObjectSet } from './load-objects.ts';
import type { LoaderSession } from './session.ts';

const legacyFolder = /\/(tls|haswell|xeon_phi|avx512_1|x86_64|sse2)\/[^/]+$/;

/** The last release with legacy hwcaps directories (G23). */
const lastWithLegacy = 236;

/** What can hide or show legacy directories of a search (G23); null where nothing does. */
function maskOf({ container, secure, tunables }: LoaderSession): string | null {
  if (!secure && container.start.env.has('LD_HWCAP_MASK')) return 'LD_HWCAP_MASK';
  const names = ['glibc.cpu.hwcap_mask', 'glibc.cpu.hwcaps'];
  const name = names.find((each) => tunables.text(each) !== undefined);
  return name === undefined ? null : `the tunable ${name}`;
}

/**
 * Why the outcome is unknown where a mask decides on a legacy directory: a library was found in one, or would be without the mask.
 * Which masks hide which directories is not simulated.
 */
export function legacyDoubt(session: LoaderSession, { maps, problems }: ObjectSet): string | null {
  const mask = session.release <= lastWithLegacy ? maskOf(session) : null;
  if (mask === null) return null;
  const { container, release } = session;
  const taken = maps.find(({ path }) => legacyFolder.test(path));
  if (taken !== undefined) return `${mask} decides whether the loader takes ${taken.path}`;
  const all = searchSubdirectories({ machine: 'x86_64', cpu: simulatedLevel(container.host), release });
  for (const problem of problems) {
    if (problem.kind !== 'library-missing') continue;
    const folders = new Set(problem.trail.map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1)));
    for (const folder of folders) {
      const hidden = all.map((subdirectory) => `${folder}${subdirectory}${problem.soname}`);
      const there = hidden.find((path) => legacyFolder.test(path) && container.rootfs.lookup(path).ok);
      if (there !== undefined) return `${mask} decides whether the loader takes ${there}`;
    }
  }
  return null;
}
