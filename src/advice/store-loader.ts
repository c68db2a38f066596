import { EM_AARCH64, EM_X86_64 } from '../elf/constants.ts';
import type { Remedy } from '../rules/finding.ts';
import { baseImages, isAtLeast, neededGlibc } from './base-images.ts';
import { type AdviceFacts, nameOf, remedy } from './binary-facts.ts';
import { packageManagerOf } from './package-manager.ts';
import { buildStatically } from './rebuild.ts';

/** A loader of the image that could run the program in place of the one that it names. */
function fittingLoader({ elf, libcs }: AdviceFacts): string | null {
  const fitting = libcs.find(
    (libc) => libc.family === 'glibc' && libc.elf.machine === elf?.machine && libc.elf.class === elf.class,
  );
  return fitting?.loaderPath ?? null;
}

/** Where distributions have the loader of glibc, by machine. */
const usualLoaders: Readonly<Record<number, string>> = {
  [EM_X86_64]: '/lib64/ld-linux-x86-64.so.2',
  [EM_AARCH64]: '/lib/ld-linux-aarch64.so.1',
};

/** A loader in the store of Nix or Guix, of the machine that built the program. */
export function adviseOnStore(store: string, facts: AdviceFacts): readonly Remedy[] {
  const program = nameOf(facts.path) || 'PROGRAM';
  const set = (loader: string): string => `patchelf --set-interpreter ${loader} --remove-rpath ${program}`;
  const belongs = `The loader belongs to the build machine (${store}).`;
  const paths = 'and remove the search paths of the build machine';
  const loader = fittingLoader(facts);
  if (loader !== null)
    return [remedy(`${belongs} Set the loader of the image, ${paths}.`, set(loader)), buildStatically(facts)];
  // Its loader is in no base, so none can be proven: the first whose glibc is new enough.
  const needed = neededGlibc(facts.elf);
  const base = baseImages('glibc', facts.platform, packageManagerOf(facts.rootfs) === null).find(
    ({ libc }) => needed === null || isAtLeast(libc, needed),
  );
  const usual = usualLoaders[facts.elf?.machine ?? 0];
  if (base === undefined || usual === undefined)
    return [remedy(`${belongs} Set the loader of an image with glibc, ${paths}.`), buildStatically(facts)];
  const action = `${belongs} Use an image with glibc, set the loader of that, ${paths}.`;
  return [remedy(action, `${set(usual)}\nFROM ${base.tag}`), buildStatically(facts)];
}
