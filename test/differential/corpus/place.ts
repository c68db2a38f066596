import { join } from 'node:path';
import { Apt, SuiteUnavailable } from './apt.ts';
import { Tree } from './tree.ts';

/** Debian's suites, oldest first: the next one stands in for one that a mirror has dropped. */
const suites = ['bullseye', 'bookworm', 'trixie', 'forky', 'sid'];

/** Where trees are built, and where packages come from. */
export class Place {
  readonly folder: string;
  readonly #say: (line: string) => void;
  readonly #apts = new Map<string, Apt>();

  constructor(folder: string, say: (line: string) => void) {
    this.folder = folder;
    this.#say = say;
  }

  /** The packages of a suite, or those of the suite that stands in for it. */
  apt(suite: string, architecture: string): Apt {
    const key = `${suite}-${architecture}`;
    const apt = this.#apts.get(key) ?? new Apt(join(this.folder, 'apt'), suite, architecture, this.#say);
    this.#apts.set(key, apt);
    return apt;
  }

  /** Does what needs packages; where their suite is gone from the mirror, again with the next suite, which is named. */
  withSuites<T>(use: () => T): T {
    try {
      return use();
    } catch (error) {
      if (!(error instanceof SuiteUnavailable)) throw error;
      this.replace(error);
      return this.withSuites(use);
    }
  }

  /** Puts the next suite in the place of one that is gone. Throws the same error where there is no later one. */
  replace(gone: SuiteUnavailable): void {
    const { suite, architecture } = gone;
    const next = suites[suites.indexOf(suite) + 1];
    if (!suites.includes(suite) || next === undefined) throw gone;
    this.#say(
      `${suite} is gone from the mirror for ${architecture}: ${next} stands in for it (${gone.message})`,
    );
    const successor = this.apt(next, architecture);
    for (const [key, apt] of this.#apts)
      if (apt.suite === suite && apt.architecture === architecture) this.#apts.set(key, successor);
  }

  tree(name: string): Tree {
    return new Tree(join(this.folder, 'rootfs', name));
  }
}
