import { wantedLibc } from '../elf/describe/wanted-libc.ts';
import { familyOfSoname, type LibcFamily } from '../elf/libc-names.ts';
import type { Remedy } from '../rules/finding.ts';
import { familyOfBuild, moveToBase } from './base-move.ts';
import {
  type AdviceFacts,
  type Adviser,
  libraryAtFault,
  listed,
  problemsIn,
  remedy,
} from './binary-facts.ts';
import { forI386, is32BitOn64 } from './i386-advice.ts';
import { otherLibc } from './interpreter-advice.ts';
import { adviseToCopy, adviseToReplace, defaultFolder } from './library-file.ts';
import {
  installing,
  installLine,
  isDistroless,
  packageManagerOf,
  packagesInWords,
} from './package-manager.ts';
import { symbolsOfLater } from './package-symbols.ts';
import { debianReleaseWith, packageOfLibrary } from './packages.ts';
import { adviseOnNeededPath } from './path-needed.ts';
import { proved } from './proof.ts';
import { adviseOnStray, otherNumber } from './stray-advice.ts';
import { lacksOf } from './trial.ts';

/** Libraries of NVIDIA's driver: the container runtime mounts the host's own. */
const driverLibrary =
  /^(libcuda|libcudadebugger|libnvcuvid|libnvidia-[\w-]+|libGLX_nvidia|libEGL_nvidia|libnvoptix)\.so/;

/** The family whose loader or libc it is, where that is not the family of the loader that runs. */
function foreignFamily(soname: string, { trace }: AdviceFacts): LibcFamily | null {
  const family = familyOfSoname(soname);
  return family === trace.loader?.family ? null : family;
}

/** The libc that the binary is built for, where it asks for the library itself and another libc loads it: that is the cause. */
function foreignObject(soname: string, facts: AdviceFacts): LibcFamily | null {
  const running = facts.trace.loader?.family ?? null;
  const built = facts.elf === null ? null : wantedLibc(facts.elf).family;
  const isAsking = problemsIn(facts, 'library-missing').some(
    (problem) => problem.soname === soname && libraryAtFault(problem.neededBy, facts) === null,
  );
  return isAsking && (built === 'glibc' || built === 'musl') && built !== running ? built : null;
}

/** All libraries that are missing, each once, in the order in which they were asked for. */
const missingSonames = (facts: AdviceFacts): string[] => [
  ...new Set(problemsIn(facts, 'library-missing').map(({ soname }) => soname)),
];

/** What is missing and in a known package of this distribution, with the packages that hold it. */
function knownPackages(facts: AdviceFacts): { sonames: string[]; names: string[] } {
  const sonames = missingSonames(facts).filter(
    (soname) => !driverLibrary.test(soname) && packageOfLibrary(soname, facts.distro) !== null,
  );
  const names = sonames.flatMap((soname) => packageOfLibrary(soname, facts.distro) ?? []);
  return { sonames, names: [...new Set(names)] };
}

/** Images without a package manager: a fuller base, or copy what a stage with one has installed. */
function adviseWithoutManager(facts: AdviceFacts): readonly Remedy[] {
  const { sonames, names } = knownPackages(facts);
  const base = moveToBase('glibc', facts);
  const lacks = besides(sonames, facts);
  const release = facts.distro.versionId ?? '12';
  const folder = defaultFolder(sonames[0] ?? '', facts);
  const image = `debian:${release}-slim`;
  const copies = sonames.map((soname) => `COPY --from=libraries ${folder}/${soname}* ${folder}/`);
  const stage = `FROM ${image} AS libraries\n${installLine('apt', names)}`;
  const copy = remedy(
    `Or install ${packagesInWords(names)} in another stage and copy the libraries from there, with those that they need in turn.${stillLacking(lacks)}`,
    `${stage}\n…\n${copies.join('\n')}`,
    lacks.length > 0
      ? null
      : {
          kind: 'copy',
          from: { image, packages: names },
          paths: sonames.map((soname) => `${folder}/${soname}`),
          to: `${folder}/`,
        },
  );
  return [...base, proved(copy, facts) ?? copy];
}

/** What is wrong besides the libraries that packages bring. */
function besides(names: readonly string[], facts: AdviceFacts): readonly string[] {
  const lacks = lacksOf({ trace: facts.trace, rootfs: facts.rootfs });
  return lacks.names.filter((name) => !names.includes(name));
}

const stillLacking = (lacks: readonly string[]): string =>
  lacks.length === 0 ? '' : ` Then it still lacks ${listed(lacks)}.`;

/** One line that installs all that is missing and known; behind a base that has the rest where something else is wrong too. */
function adviseToInstall(facts: AdviceFacts): readonly Remedy[] {
  const manager = packageManagerOf(facts.rootfs);
  if (manager === null) return isDistroless(facts.rootfs, facts.distro) ? adviseWithoutManager(facts) : [];
  const running = facts.trace.loader?.family ?? null;
  // The packages of a distribution are built for its own libc.
  if (running !== null && running !== (manager === 'apk' ? 'musl' : 'glibc'))
    return moveToBase(running, facts);
  const { sonames, names } = knownPackages(facts);
  const lacks = [...besides(sonames, facts), ...symbolsOfLater(sonames, facts.distro, facts.elf)];
  const line =
    manager === 'apt' && is32BitOn64(facts)
      ? forI386(names)
      : { command: installLine(manager, names), cure: installing(manager, names) };
  const install = remedy(
    `Install ${packagesInWords(names)}.${stillLacking(lacks)}`,
    line.command,
    lacks.length === 0 ? line.cure : null,
  );
  if (lacks.length === 0) return [install];
  const family = familyOfBuild(facts.elf) ?? facts.trace.loader?.family ?? null;
  return [...(family === null ? [] : moveToBase(family, facts)), install];
}

/** The soname went with a release of the distribution: rebuild, or go where it still is. */
function adviseOnDropped(soname: string, facts: AdviceFacts): readonly Remedy[] {
  const held = facts.distro.id === 'debian' ? debianReleaseWith(soname) : null;
  const other = otherNumber(soname, facts);
  const rebuild =
    other === null
      ? `Build against the libraries of Debian ${facts.distro.versionId ?? ''}`.trimEnd()
      : `Build against the library that the image has, ${other}; a link to it would not help, since it is another version`;
  if (held === null) return other === null ? [] : [remedy(`${rebuild}.`)];
  return [remedy(`No package of this release has ${soname}. ${rebuild}.`), ...moveToBase('glibc', facts)];
}

/** Remedies for a missing library; those for all missing packages are one line, so that they are printed once. */
export const adviseOnLibrary: Adviser = ({ subject: soname }, facts) => {
  if (driverLibrary.test(soname)) {
    return [
      remedy(
        `${soname} belongs to the graphics driver of the host: the container runtime mounts it where GPUs are given to the container, so no image has it.`,
        'docker run --gpus all …',
      ),
    ];
  }
  if (soname.includes('/')) return adviseOnNeededPath(soname, facts);
  const family = foreignFamily(soname, facts) ?? foreignObject(soname, facts);
  if (family !== null) return otherLibc(family, facts);
  const stray = adviseOnStray(soname, facts);
  if (stray.length > 0) return stray;
  if (packageOfLibrary(soname, facts.distro) !== null) {
    const install = adviseToInstall(facts);
    if (install.length > 0) return install;
  }
  const dropped = adviseOnDropped(soname, facts);
  if (dropped.length > 0) return dropped;
  const replaced = adviseToReplace(soname, facts);
  return replaced.length > 0 ? replaced : adviseToCopy(soname, facts);
};
