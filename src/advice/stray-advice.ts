import { keptText } from '../container/kept-text.ts';
import type { Remedy } from '../rules/finding.ts';
import { literalFolders } from '../rules/literal-folders.ts';
import { elfOfObject } from '../rules/symbol-owner.ts';
import { type AdviceFacts, nameOf, problemsIn, remedy } from './binary-facts.ts';
import { folderOf, realFolderOf } from './folders.ts';
import { bestProved, proved } from './proof.ts';
import { findStrayLibraries, type StrayLibrary } from './stray-libraries.ts';

/** Folders that ldconfig reads: those of ld.so.conf and the files in ld.so.conf.d, and the default ones (G20). */
function ldconfigFolders({ rootfs, trace }: AdviceFacts): readonly string[] {
  const files = rootfs.list('/etc/ld.so.conf.d').map(({ name }) => `/etc/ld.so.conf.d/${name}`);
  const lines = ['/etc/ld.so.conf', ...files].flatMap((path) => (keptText(rootfs, path) ?? '').split('\n'));
  const loader = trace.loader === null ? null : rootfs.lookup(trace.loader.path);
  const content = loader?.ok === true ? loader.inode.content : null;
  const defaults = content?.kind === 'elf' ? (content.elf.libcText?.systemDirs ?? []) : [];
  return [...lines.map((line) => line.trim()).filter((line) => line.startsWith('/')), ...defaults];
}

/** Names of the files that ldconfig looks at. */
const readByLdconfig = /^(lib|ld-).*\.so/;

/** `ldconfig` would put the library into the cache; glibc only. */
function ldconfigReads(facts: AdviceFacts, path: string): boolean {
  return (
    facts.trace.loader?.family === 'glibc' &&
    facts.rootfs.lookup('/sbin/ldconfig').ok &&
    readByLdconfig.test(nameOf(path)) &&
    ldconfigFolders(facts).includes(folderOf(path))
  );
}

/** The container's own LD_LIBRARY_PATH as its author meant it, where that is known. */
function meantPath({ variables }: AdviceFacts): string {
  const value = variables.get('LD_LIBRARY_PATH') ?? '';
  return literalFolders(value, '', false)?.meant ?? value;
}

/** The folder in front of what the container's own LD_LIBRARY_PATH names. */
export function libraryPath(folder: string, facts: AdviceFacts): string {
  const value = meantPath(facts);
  if (value === '' || value.split(':').includes(folder)) return value === '' ? folder : value;
  return `${folder}:${value}`;
}

/** An RPATH or RUNPATH with what stands in it by mistake: proven by an LD_LIBRARY_PATH of the same folders. */
function mendRunpath(soname: string, facts: AdviceFacts): readonly Remedy[] {
  const neededBy = problemsIn(facts, 'library-missing').find((one) => one.soname === soname)?.neededBy ?? '';
  const dynamic = elfOfObject(neededBy, { trace: facts.trace, binary: facts })?.dynamic;
  const written = dynamic?.runpath ?? dynamic?.rpath ?? '';
  const meant = literalFolders(written, '', true)?.meant ?? null;
  if (meant === null) return [];
  const value = meant.replace(/\$\{ORIGIN\}|\$ORIGIN/g, folderOf(neededBy));
  const offered = remedy(
    `Link ${nameOf(neededBy)} with -Wl,-rpath,'${meant}', or change it in the file.`,
    `patchelf --set-rpath '${meant}' ${neededBy}`,
  );
  const tried = { kind: 'env', name: 'LD_LIBRARY_PATH', value } as const;
  const mended = proved(offered, facts, tried);
  return mended?.proven === true ? [mended] : [];
}

/** `ldconfig` makes the loader find the file by its soname, as a link in the last folder that is searched does. */
function byLdconfig(action: string, soname: string, path: string, facts: AdviceFacts): Remedy | null {
  const offered = remedy(action, 'RUN ldconfig', { kind: 'run', command: 'ldconfig' });
  const folder = searchedFolders(soname, facts).at(-1);
  if (folder === undefined) return offered;
  return proved(offered, facts, { kind: 'link', path: `${folder}/${soname}`, target: path });
}

function adviseOnExact(soname: string, { path }: StrayLibrary, facts: AdviceFacts): Remedy | null {
  const folder = folderOf(path);
  if (ldconfigReads(facts, path)) {
    const action = `${soname} is at ${path}, which is not in the loader's cache: run ldconfig after it is copied in.`;
    return byLdconfig(action, soname, path, facts);
  }
  const value = libraryPath(folder, facts);
  return remedy(
    `${soname} is at ${path}, where the loader does not look: add the folder to its search path.`,
    `ENV LD_LIBRARY_PATH=${value}`,
    { kind: 'env', name: 'LD_LIBRARY_PATH', value },
  );
}

/** A link in a folder that is always searched: for a program whose loader ignores the environment (G80). */
function linkInSearched(soname: string, { path }: StrayLibrary, facts: AdviceFacts): Remedy | null {
  const folder = searchedFolders(soname, facts).findLast((one) => facts.rootfs.lookup(one).ok);
  if (folder === undefined || facts.trace.secure !== true) return null;
  return remedy(
    `${soname} is at ${path}, where the loader does not look: make a link in a folder that it searches.`,
    `RUN ln -s ${path} ${folder}/${soname}`,
    { kind: 'link', path: `${folder}/${soname}`, target: path },
  );
}

const isLink = (path: string, { rootfs }: AdviceFacts): boolean => {
  const found = rootfs.lookup(path, { follow: false });
  return found.ok && found.inode.type === 'symlink';
};

/** The file is there under another name only; the link by which programs ask for it is missing. */
function adviseOnLink(soname: string, { path, elf }: StrayLibrary, facts: AdviceFacts): Remedy | null {
  const folder = folderOf(path);
  const searched = searchedFolders(soname, facts);
  const isSearched = searched.length === 0 || searched.includes(folder);
  if (elf.dynamic?.soname === soname && ldconfigReads(facts, path)) {
    const action = `${path} is there, and no link ${soname} leads to it: run ldconfig, which makes one.`;
    return byLdconfig(action, soname, path, facts);
  }
  const at = isSearched ? folder : (searched.find((one) => facts.rootfs.lookup(one).ok) ?? folder);
  const target = at === folder ? nameOf(path) : path;
  return remedy(
    `${path} is there, and no link ${soname} leads to it: make one, or copy all of ${soname}* in.`,
    `RUN ln ${isLink(`${at}/${soname}`, facts) ? '-sf' : '-s'} ${target} ${at}/${soname}`,
    { kind: 'link', path: `${at}/${soname}`, target },
  );
}

/** The folders in which the loader looked for a library. */
function searchedFolders(soname: string, { trace, rootfs }: AdviceFacts): readonly string[] {
  const missing = trace.problems.find(
    (problem) => problem.kind === 'library-missing' && problem.soname === soname,
  );
  return missing?.kind === 'library-missing'
    ? missing.trail.map(({ path }) => realFolderOf(path, rootfs))
    : [];
}

/** The most files of one name that are looked at. */
const copiesTried = 6;

/** What to do when the library is somewhere in the image, under its name or another; empty when none does or none helps. */
export function adviseOnStray(soname: string, facts: AdviceFacts): readonly Remedy[] {
  if (facts.elf === null || soname.includes('/')) return [];
  const offered = findStrayLibraries(facts.rootfs, soname, facts.elf).flatMap((stray) => {
    if (stray.match === 'exact')
      return [adviseOnExact(soname, stray, facts), linkInSearched(soname, stray, facts)].flatMap(
        (one) => one ?? [],
      );
    const isSame = stray.match === 'longer' || stray.elf.dynamic?.soname === soname;
    return isSame ? (adviseOnLink(soname, stray, facts) ?? []) : [];
  });
  const mended = mendRunpath(soname, facts);
  return mended.length > 0 ? mended : bestProved(offered.slice(0, copiesTried), facts);
}

/** Another number of the same library, of which a link would be no cure; null when there is none. */
export function otherNumber(soname: string, facts: AdviceFacts): string | null {
  if (facts.elf === null || soname.includes('/')) return null;
  const strays = findStrayLibraries(facts.rootfs, soname, facts.elf);
  return strays.find(({ match, elf }) => match === 'other' && elf.dynamic?.soname !== soname)?.path ?? null;
}
