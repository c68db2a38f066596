import { keptText } from '../container/kept-text.ts';
import { loaderFamily } from '../container/libc.ts';
import { areOfTwoReleases, isGlibcPart } from '../loader/glibc/builds.ts';
import type { Cure, Remedy } from '../rules/finding.ts';
import { type GlibcPart, glibcParts } from '../rules/two-glibcs.ts';
import { type AdviceFacts, type Adviser, nameOf, remedy } from './binary-facts.ts';
import { realFolderOf } from './folders.ts';
import { proved } from './proof.ts';

const oneImage = remedy(
  'Take the loader and all libraries of glibc from one image; never copy libc.so.6 alone.',
);

/** The elements of a search list that lead to other folders than this one. */
function without(folder: string, list: string, facts: AdviceFacts): string {
  return list
    .split(/[:;]/)
    .filter((element) => realFolderOf(`${element}/x`, facts.rootfs) !== folder)
    .join(':');
}

/** The search path with the loader's own folders in front: the parts of glibc are then taken from there. */
function ownFoldersFirst(facts: AdviceFacts): Extract<Cure, { kind: 'env' }> | null {
  const [loader] = glibcParts(facts);
  const folders = loader?.elf.libcText?.systemDirs ?? [];
  if (folders.length === 0) return null;
  const present = facts.variables.get('LD_LIBRARY_PATH') ?? '';
  return {
    kind: 'env',
    name: 'LD_LIBRARY_PATH',
    value: [...folders, ...(present === '' ? [] : [present])].join(':'),
  };
}

/** What names the folder to ldconfig: a file, and whether it names nothing else; null when no file does. */
function configuredIn(
  folder: string,
  { rootfs }: AdviceFacts,
): { path: string; alone: boolean; line: string } | null {
  const files = rootfs.list('/etc/ld.so.conf.d').map(({ name }) => `/etc/ld.so.conf.d/${name}`);
  for (const path of ['/etc/ld.so.conf', ...files]) {
    const lines = (keptText(rootfs, path) ?? '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
    const line = lines.find((each) => each.startsWith('/') && realFolderOf(`${each}/x`, rootfs) === folder);
    if (line !== undefined) return { path, alone: lines.length === 1, line };
  }
  return null;
}

/** A command for the image, and the names of files in it. */
interface Command {
  readonly text: string;
  readonly names: readonly string[];
}

/**
 * A command in the image. What leads every program of it to the other glibc, such as the cache, leads the shell of RUN there too: then
 * the search path is set around it, which only people do. Null where a name means something else to a shell.
 */
function run(
  action: string,
  { text, names }: Command,
  { foundBy }: GlibcPart,
  facts: AdviceFacts,
): Remedy | null {
  if (!names.every((name) => /^[\w/.+@~-]+$/.test(name))) return null;
  const own = ownFoldersFirst(facts);
  const leadsShell = foundBy === 'ld.so.cache' || foundBy === 'LD_LIBRARY_PATH';
  if (!leadsShell) return proved(remedy(action, `RUN ${text}`, { kind: 'run', command: text }), facts, own);
  if (own === null) return null;
  const before = facts.variables.get('LD_LIBRARY_PATH') ?? '';
  const lines = [`ENV LD_LIBRARY_PATH=${own.value}`, `RUN ${text}`, `ENV LD_LIBRARY_PATH=${before}`];
  return proved(remedy(action, lines.join('\n')), facts, own);
}

const hasLdconfig = ({ rootfs }: AdviceFacts): boolean =>
  ['/sbin/ldconfig', '/usr/sbin/ldconfig'].some((path) => rootfs.lookup(path).ok);

/** The files of glibc in the folder of a stray part. */
function partsIn(folder: string, { rootfs }: AdviceFacts): readonly string[] {
  return rootfs.list(folder).flatMap(({ name }) => {
    const path = `${folder}/${name}`;
    const file = rootfs.lookup(path);
    const isPart = file.ok && file.inode.content?.kind === 'elf' && isGlibcPart(file.inode.content.elf);
    return isPart ? [path] : [];
  });
}

/** The other build's files leave the image; `ldconfig` where the cache leads to them. */
function removeParts(stray: GlibcPart, facts: AdviceFacts): Remedy | null {
  const { folder, foundBy } = stray;
  if (foundBy === 'preload') return null;
  const names = partsIn(folder, facts);
  const renewed = foundBy === 'ld.so.cache' && hasLdconfig(facts) ? ' && ldconfig' : '';
  const text = `rm ${names.join(' ')}${renewed}`;
  return run(`Or remove that glibc from ${folder}.`, { text, names }, stray, facts);
}

/** The loader is led to the other build by a variable or by the cache: so is it led away. */
function leadAway(stray: GlibcPart, facts: AdviceFacts): Remedy | null {
  const { folder, foundBy, path } = stray;
  const variable = (name: string, value: string): Remedy | null => {
    const offered = remedy(
      `Take ${name === 'LD_PRELOAD' ? path : folder} out of ${name}.`,
      `ENV ${name}=${value}`,
      {
        kind: 'env',
        name,
        value,
      },
    );
    return proved(offered, facts);
  };
  if (foundBy === 'LD_LIBRARY_PATH')
    return variable(foundBy, without(folder, facts.variables.get(foundBy) ?? '', facts));
  if (foundBy === 'preload') {
    const names = (facts.variables.get('LD_PRELOAD') ?? '').split(/[ :]+/);
    const kept = names.filter((name) => nameOf(name) !== nameOf(path));
    return kept.length === names.length ? null : variable('LD_PRELOAD', kept.join(':'));
  }
  const configured = foundBy === 'ld.so.cache' && hasLdconfig(facts) ? configuredIn(folder, facts) : null;
  if (configured === null) return null;
  const change = configured.alone
    ? `rm ${configured.path}`
    : `sed -i '\\|^ *${configured.line} *$|d' ${configured.path}`;
  const action = `Take ${folder} out of ${configured.path} and renew the cache.`;
  const names = [configured.path, configured.line];
  return run(action, { text: `${change} && ldconfig`, names }, stray, facts);
}

/** The folder of the other build has its loader too: the program can run under that. */
function useItsLoader({ folder, build }: GlibcPart, facts: AdviceFacts): Remedy | null {
  const own = facts.rootfs.list(folder).find(({ inode }) => {
    const elf = inode.content?.kind === 'elf' ? inode.content.elf : null;
    return elf !== null && loaderFamily(elf) === 'glibc';
  });
  if (own === undefined || build.least === null) return null;
  const loader = glibcParts(facts)[0];
  if (loader !== undefined && !areOfTwoReleases(build, loader.build)) return null;
  return remedy(
    `Or run the program under the loader of that glibc, which is beside it.`,
    `patchelf --set-interpreter ${folder}/${own.name} ${nameOf(facts.path)}`,
  );
}

/** Parts of two builds of glibc (G0b): the other one is kept away from the loader, or leaves the image. */
export const adviseOnTwoGlibcs: Adviser = ({ where: [path] }, facts) => {
  const stray = glibcParts(facts).find((part) => part.path === path);
  if (stray === undefined || stray.byDefault) return [oneImage];
  const away = leadAway(stray, facts);
  const removed = away?.proven === true ? null : removeParts(stray, facts);
  const offered = [away, removed, useItsLoader(stray, facts)];
  const helping = offered.filter((one) => one !== null);
  return helping.length === 0 ? [oneImage] : helping;
};
