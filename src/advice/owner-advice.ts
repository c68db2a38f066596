import { STB_LOCAL } from '../elf/constants.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import type { Remedy } from '../rules/finding.ts';
import { libraryNamed } from '../rules/library-names.ts';
import type { OwnedSymbols } from '../rules/symbol-owner.ts';
import { moveToBase } from './base-move.ts';
import { type AdviceFacts, type Advised, nameOf, remedy } from './binary-facts.ts';
import { takeOtherCopy } from './other-copy.ts';
import { installLine, packageManagerOf, packagesInWords, upgradeLine } from './package-manager.ts';
import { symbolsOfLater } from './package-symbols.ts';
import { packageOfLibrary } from './packages.ts';
import { bestProved, proved } from './proof.ts';
import { rebuilt } from './rebuild.ts';

/** Packages that are built together: one of them alone is not renewed. */
const together: Readonly<Record<string, readonly string[]>> = {
  libssl3: ['libssl3', 'libcrypto3'],
  libcrypto3: ['libssl3', 'libcrypto3'],
  'libssl1.1': ['libssl1.1', 'libcrypto1.1'],
  'libcrypto1.1': ['libssl1.1', 'libcrypto1.1'],
};

const systemFolder = /^\/(usr\/)?lib(32|64|x32)?\//;

/** A release whose package has the symbols, where it is known that no upgrade within the present one brings them. */
function newerRelease(soname: string, facts: AdviceFacts): readonly Remedy[] {
  if (symbolsOfLater([soname], facts.distro, facts.elf).length === 0) return [];
  return moveToBase('glibc', facts).filter(({ cure }) => cure !== null);
}

/** The library's own package of a release as new as what was built with it; packages of several releases do not mix. */
function upgradeOwner(soname: string, who: string, facts: AdviceFacts): readonly Remedy[] {
  const newer = newerRelease(soname, facts);
  if (newer.length > 0) return newer;
  const manager = packageManagerOf(facts.rootfs);
  const name = packageOfLibrary(soname, facts.distro);
  if (manager === null || name === null) return [];
  const names = Object.hasOwn(together, name) ? (together[name] ?? [name]) : [name];
  return [
    remedy(
      `Upgrade ${names.join(' and ')} to the release that ${who} comes from; do not mix packages of different releases.`,
      upgradeLine(manager, names),
      { kind: 'package', manager, names, upgrade: true },
    ),
  ];
}

const defines = (elf: ElfFile, names: readonly string[]): boolean => {
  const wanted = new Set(names);
  for (const { name, defined, binding } of elf.dynamic?.symbols ?? []) {
    if (defined && binding !== STB_LOCAL) wanted.delete(name);
  }
  return wanted.size === 0;
};

/** Loaded before all others, the library gives its symbols to the whole process. */
function preload(value: string, action: string, facts: AdviceFacts): Remedy {
  const present = facts.variables.get('LD_PRELOAD') ?? '';
  const list = present === '' ? value : `${value}:${present}`;
  return remedy(action, `ENV LD_PRELOAD=${list}`, { kind: 'env', name: 'LD_PRELOAD', value: list });
}

/** The most files of a folder that are looked at. */
const siblingsTried = 200;

/** A library in the folder of the object that defines all that it lacks: it was not linked with it. Empty when there is none. */
export function preloadSibling(
  names: readonly string[],
  { where: [path = ''] }: Pick<Advised, 'where'>,
  facts: AdviceFacts,
): readonly Remedy[] {
  const folder = path.slice(0, path.lastIndexOf('/'));
  if (names.length === 0 || folder === '') return [];
  const offered = facts.rootfs
    .list(folder)
    .slice(0, siblingsTried)
    .flatMap(({ name }) => {
      const sibling = `${folder}/${name}`;
      const found = sibling === path ? null : facts.rootfs.lookup(sibling);
      const content = found?.ok === true ? found.inode.content : null;
      if (content?.kind !== 'elf' || !defines(content.elf, names)) return [];
      const soname = content.elf.dynamic?.soname ?? name;
      return [
        preload(
          sibling,
          `${sibling} defines them, and ${nameOf(path)} does not name it as needed: link it with ${soname} (patchelf --add-needed ${soname}), or load it first.`,
          facts,
        ),
      ];
    });
  return bestProved(offered.slice(0, 4), facts);
}

/** The soname that has a package in the image's release: libraries are renamed from one to the next. */
function packagedName(soname: string, names: readonly string[], facts: AdviceFacts): string {
  const others = libraryNamed(names[0] ?? '').includes(soname) ? libraryNamed(names[0] ?? '') : [];
  return others.find((one) => packageOfLibrary(one, facts.distro) !== null) ?? soname;
}

/** A library that the object uses and does not name as needed. */
function loadRuntime(
  asked: string,
  names: readonly string[],
  who: string,
  facts: AdviceFacts,
): readonly Remedy[] {
  const soname = packagedName(asked, names, facts);
  const add = `Add ${soname} to what ${who} needs`;
  const loadFirst = proved(preload(soname, `${add}, or load it first.`, facts), facts);
  const link = remedy(
    `${add}: it was linked without it.`,
    `patchelf --add-needed ${soname} ${who}`,
    rebuilt(facts, 'options'),
  );
  if (loadFirst?.proven === true) return [loadFirst];
  const manager = packageManagerOf(facts.rootfs);
  const name = packageOfLibrary(soname, facts.distro);
  if (manager === null || name === null) return [link];
  const { command } = preload(soname, '', facts);
  return [
    remedy(
      `Install ${packagesInWords([name])} and load ${soname} first: ${who} was linked without it.`,
      `${installLine(manager, [name])}\n${command ?? ''}`,
    ),
    { ...link, action: `Or add ${soname} to what ${who} needs, in place of the variable.` },
  ];
}

/** How a plugin is built again for the program that loads it. */
const buildPlugin: Readonly<Record<string, string>> = {
  PHP: 'phpize && ./configure && make install',
  nginx: './configure --with-compat --add-dynamic-module=…',
  'Node.js': 'npm rebuild',
  CPython: 'pip install --force-reinstall --no-binary :all: PACKAGE',
  Ruby: 'gem pristine --all --extensions',
  PostgreSQL: 'make PG_CONFIG=… install',
  'Apache httpd': 'apxs -i -c …',
};

/** Remedies for symbols whose owner is known: another copy or release of the library, or a plugin for the program that is there. */
export function adviseOnOwner(
  { owner, names }: OwnedSymbols,
  finding: Pick<Advised, 'where'>,
  facts: AdviceFacts,
): readonly Remedy[] {
  const [path = facts.at] = finding.where;
  const who = nameOf(path);
  if (owner.kind === 'host') {
    return [
      remedy(
        `Build ${who} for the ${owner.name} of the image, or use the ${owner.name} that it was built for.`,
        buildPlugin[owner.name] ?? null,
        rebuilt(facts, 'options'),
      ),
    ];
  }
  if (owner.path === null) return loadRuntime(owner.soname, names, who, facts);
  const copy = takeOtherCopy(owner.path, (elf) => defines(elf, names), facts);
  if (copy.length > 0) return copy;
  const upgrade = systemFolder.test(owner.path) ? upgradeOwner(owner.soname, who, facts) : [];
  return [
    ...upgrade,
    remedy(
      `${upgrade.length > 0 ? 'Or use' : 'Use'} the ${owner.soname} that ${who} was built with, or build ${who} against the one of the image.`,
      null,
      rebuilt(facts, 'options'),
    ),
  ];
}
