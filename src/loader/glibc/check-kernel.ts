import { needsNewerKernel } from '../../container/host.ts';
import type { Problem } from '../trace/problem.ts';
import type { LoaderSession } from './session.ts';

/** Up to 2.35 the loader itself refuses a kernel older than the one that its glibc was built for (G15). */
export function kernelProblems({ container, loader, facts, release }: LoaderSession): Problem[] {
  const { kernel } = container.host;
  const wanted = facts.libc?.notes.abiTag?.kernel;
  if (release > 235 || wanted === undefined || !needsNewerKernel(wanted, kernel)) return [];
  return [
    {
      kind: 'kernel-too-old',
      path: loader.path,
      kernel: wanted.join('.'),
      stage: 'library',
      fatal: true,
      seen: 'FATAL: kernel too old',
      exitStatus: 127,
    },
  ];
}
