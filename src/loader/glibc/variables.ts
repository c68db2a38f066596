import type { Host } from '../../container/host.ts';
import type { GlibcRelease } from './glibc-version.ts';
import { leadingNumber } from './tunables.ts';

type Environment = ReadonlyMap<string, string>;

/** Since 2.43 LD_PROFILE counts only together with LD_PROFILE_OUTPUT. */
const needsOutputSince: GlibcRelease = 243;

/** LD_PROFILE names a library, loaded or not: the loader then binds all functions at their first call (G92). */
export function isProfiled(env: Environment, release: GlibcRelease): boolean {
  const isSet = (name: string) => (env.get(name) ?? '') !== '';
  return isSet('LD_PROFILE') && (release < needsOutputSince || isSet('LD_PROFILE_OUTPUT'));
}

/** Up to 2.35 the kernel that LD_ASSUME_KERNEL names counts for the ABI tags of libraries (G15, `_dl_osversion_init`); null without one. */
export function assumedKernel(env: Environment, release: GlibcRelease): Host['kernel'] | null {
  const text = release > 235 ? undefined : env.get('LD_ASSUME_KERNEL');
  if (text === undefined) return null;
  const parts = text.split('.').map(leadingNumber);
  const isVersion = parts.length <= 3 && parts.every((part) => part !== null && part < 255);
  const [major, minor] = parts;
  return isVersion && major != null && major + (minor ?? 0) > 0 ? [major, minor ?? 0] : null;
}

/** Variables that make the loader print something instead of starting the program; null where none is set (G92). */
export function endsAfterPrinting(env: Environment, secure: boolean): string | null {
  if (env.has('LD_TRACE_LOADED_OBJECTS'))
    return 'LD_TRACE_LOADED_OBJECTS makes the loader list the libraries in place of starting the program';
  return !secure && hasDebugWord(env, 'help')
    ? 'LD_DEBUG=help makes the loader print its options in place of starting the program'
    : null;
}

/** LD_DEBUG has this word; blanks, commas and colons separate. */
export const hasDebugWord = (env: Environment, word: string): boolean =>
  new RegExp(`(^|[ ,:])${word}($|[ ,:])`).test(env.get('LD_DEBUG') ?? '');
