import { keptText } from '../container/kept-text.ts';
import type { Remedy } from '../rules/finding.ts';
import { type AdviceFacts, nameOf, remedy } from './binary-facts.ts';
import { findStrayLibraries, type StrayLibrary } from './stray-libraries.ts';

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 1));

/** Folders that ldconfig reads: those of ld.so.conf and the files in ld.so.conf.d, and the default ones (G20). */
function ldconfigFolders({ rootfs, trace }: AdviceFacts): readonly string[] {
  const files = rootfs.list('/etc/ld.so.conf.d').map(({ name }) => `/etc/ld.so.conf.d/${name}`);
  const lines = ['/etc/ld.so.conf', ...files].flatMap((path) => (keptText(rootfs, path) ?? '').split('\n'));
  const loader = trace.loader === null ? null : rootfs.lookup(trace.loader.path);
  const content = loader?.ok === true ? loader.inode.content : null;
  const defaults = content?.kind === 'elf' ? (content.elf.libcText?.systemDirs ?? []) : [];
  return [...lines.map((line) => line.trim()).filter((line) => line.startsWith('/')), ...defaults];
}

/** `ldconfig` would put the folder's libraries into the cache; glibc only. */
function ldconfigReads(facts: AdviceFacts, folder: string): boolean {
  return (
    facts.trace.loader?.family === 'glibc' &&
    facts.rootfs.lookup('/sbin/ldconfig').ok &&
    ldconfigFolders(facts).includes(folder)
  );
}

/** `LD_LIBRARY_PATH` with the folder in front of what the image has there. */
function libraryPath({ rootfs }: AdviceFacts, folder: string): string {
  return rootfs.lookup(folder).ok ? `ENV LD_LIBRARY_PATH=${folder}` : '';
}

function adviseOnExact(soname: string, { path }: StrayLibrary, facts: AdviceFacts): Remedy {
  const folder = folderOf(path);
  if (ldconfigReads(facts, folder)) {
    return remedy(
      `${soname} lies at ${path}, which is not in the loader's cache: run ldconfig after it is copied in.`,
      'RUN ldconfig',
    );
  }
  return remedy(
    `${soname} lies at ${path}, where the loader does not look: add the folder to its search path.`,
    libraryPath(facts, folder),
  );
}

/** The file is there under its full name only; the link by which programs ask for it is missing. */
function adviseOnLonger(soname: string, { path, elf }: StrayLibrary, facts: AdviceFacts): Remedy {
  const folder = folderOf(path);
  const makesLink = elf.dynamic?.soname === soname && ldconfigReads(facts, folder);
  return remedy(
    `${path} is there, but not the link ${soname} by which it is asked for: make the link, or copy all of ${soname}* in.`,
    makesLink ? 'RUN ldconfig' : `RUN ln -s ${nameOf(path)} ${folder}/${soname}`,
  );
}

/** What to do when the library, or one of its names, lies somewhere in the image; empty when none does. */
export function adviseOnStray(soname: string, facts: AdviceFacts): readonly Remedy[] {
  if (facts.elf === null || soname.includes('/')) return [];
  const [nearest] = findStrayLibraries(facts.rootfs, soname, facts.elf);
  if (nearest?.match === 'exact') return [adviseOnExact(soname, nearest, facts)];
  if (nearest?.match === 'longer') return [adviseOnLonger(soname, nearest, facts)];
  return [];
}

/** Another number of the same library, of which a link would be no cure; null when there is none. */
export function otherNumber(soname: string, facts: AdviceFacts): string | null {
  if (facts.elf === null || soname.includes('/')) return null;
  const strays = findStrayLibraries(facts.rootfs, soname, facts.elf);
  return strays.find(({ match }) => match === 'other')?.path ?? null;
}
