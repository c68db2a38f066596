import { join } from 'node:path';
import { Apt } from './apt.ts';
import { Tree } from './tree.ts';

/** Where trees are built, and where packages come from. */
export class Place {
  readonly folder: string;
  readonly #apts = new Map<string, Apt>();

  constructor(folder: string) {
    this.folder = folder;
  }

  apt(suite: string, architecture: string): Apt {
    const key = `${suite}-${architecture}`;
    const apt = this.#apts.get(key) ?? new Apt(join(this.folder, 'apt'), suite, architecture);
    this.#apts.set(key, apt);
    return apt;
  }

  tree(name: string): Tree {
    return new Tree(join(this.folder, 'rootfs', name));
  }
}
