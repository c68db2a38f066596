import { join } from 'node:path';
import { type Machine, machineOfDebian } from '../machines.ts';
import type { Place } from './place.ts';
import { Tree } from './tree.ts';

/** One root file system of the corpus: and how to build it. */
export interface TreeRecipe {
  readonly name: string;
  /** Belongs to the small corpus too. */
  readonly small: boolean;
  readonly build: (place: Place) => void;
}

/** The packages of every Debian tree. */
export const base = [
  'base-files',
  'bash',
  'coreutils',
  'dash',
  'findutils',
  'grep',
  'gzip',
  'libc-bin',
  'libc6',
  'sed',
  'tar',
  'util-linux',
];

/** A suite's tree, with what it depends on. */
export function debian(
  name: string,
  suite: string,
  architecture: string,
  packages: readonly string[],
  small = false,
): TreeRecipe {
  return {
    name,
    small,
    build: (place) => {
      const apt = place.apt(suite, architecture);
      const tree = place
        .tree(name)
        .merged()
        .unpack(apt.withDependencies(apt.known(packages)));
      // Debian's loong64 requires LSX instructions, which older emulators lack: no cache there.
      if (architecture !== 'loong64') tree.ldconfig(architecture);
    },
  };
}

/** Debian's musl, laid out as Alpine does it: loader in /lib, its libraries in /lib and /usr/lib. */
export function musl(
  name: string,
  suite: string,
  architecture: string,
  small = false,
  more: (tree: Tree, place: Place, machine: Machine) => void = () => {},
): TreeRecipe {
  return {
    name,
    small,
    build: (place) => {
      const machine = machineOfDebian(architecture);
      const apt = place.apt(suite, architecture);
      const empty = place.tree(name);
      // Since trixie Debian's packages hold nothing outside /usr.
      const tree = (apt.suite === 'bullseye' || apt.suite === 'bookworm' ? empty : empty.merged()).unpack(
        apt.download(['musl']).values(),
      );
      const { muslArch } = machine;
      tree.link(`lib/libc.musl-${muslArch}.so.1`, `ld-musl-${muslArch}.so.1`);
      more(tree, place, machine);
    },
  };
}

/** Packages unpacked one by one, without what they depend on and without a cache: a distroless image. */
export function distroless(
  name: string,
  suite: string,
  packages: readonly string[],
  small = false,
): TreeRecipe {
  return {
    name,
    small,
    build: (place) => {
      const apt = place.apt(suite, 'amd64');
      const tree = place.tree(name);
      if (apt.suite !== 'bullseye' && apt.suite !== 'bookworm') tree.merged();
      tree.unpack(apt.download(packages).values());
    },
  };
}

/** Bookworm with libraries in an unusual place. */
export function unusual(
  name: string,
  arrange: (tree: Tree, place: Place) => void,
  small = false,
): TreeRecipe {
  return {
    name,
    small,
    build: (place) => {
      const apt = place.apt('bookworm', 'amd64');
      const tree = place.tree(name).merged().unpack(apt.withDependencies(base));
      arrange(tree, place);
    },
  };
}

/** Shared objects out of packages, put flat into one directory of the tree. */
export function put(
  tree: Tree,
  place: Place,
  packages: readonly string[],
  into: string,
  suite = 'bookworm',
  architecture = 'amd64',
): Tree {
  const scratch = new Tree(join(place.folder, 'scratch')).unpack(
    place.apt(suite, architecture).download(packages).values(),
  );
  const { triplet } = machineOfDebian(architecture);
  for (const from of [`lib/${triplet}`, `usr/lib/${triplet}`]) {
    try {
      tree.take(join(scratch.path, from), /\.so(\.|$)/, into);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  scratch.remove('');
  return tree;
}
