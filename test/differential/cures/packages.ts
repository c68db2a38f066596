import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Apt, run, SuiteUnavailable } from '../corpus/apt.ts';
import { type DiskImage, insideImage } from '../images.ts';
import { changed, makeDevices, placeFor, runInside } from './writable.ts';

/** Packages that no mirror of this machine has: those of another distribution, or of a suite that its mirror dropped. */
export class NoMirror extends Error {}

/** Installs Debian's packages into copies of root file systems. */
export class Installer {
  readonly #folder: string;
  readonly #kept: string;
  readonly #apts = new Map<string, Apt>();
  readonly #layers = new Map<string, string>();

  /** `folder`: for what is installed; `kept`: for packages, which may stay for the next run. */
  constructor(folder: string, kept: string) {
    this.#folder = folder;
    this.#kept = kept;
  }

  /**
   * A folder to lay over the root file system, with the packages and what they depend on. Throws NoMirror where the image is
   * none of Debian's or its suite cannot be had, and Error where the suite has no such packages.
   */
  installed(image: DiskImage, packages: readonly string[]): string {
    const key = [image.path, ...packages].join('\0');
    const known = this.#layers.get(key);
    if (known !== undefined) return known;
    const suite = suiteOf(image);
    if (suite === null) throw new NoMirror(`no mirror of the packages of ${image.name}`);
    const status = join(image.path, 'var/lib/dpkg/status');
    const foreign = packages.flatMap((name) => /:(\w+)$/.exec(name)?.[1] ?? []);
    const apt = this.#apt(suite, image.machine.debian, [...new Set(foreign)]);
    const debs = withoutMirror(() => apt.withDependencies(packages, existsSync(status) ? status : null));
    const layer = changed(image.path, join(this.#folder, `installed-${this.#layers.size}`), (merged) =>
      image.machine.qemu === null ? install(merged, debs) : unpack(merged, debs, image.machine.qemu),
    );
    this.#layers.set(key, layer);
    return layer;
  }

  #apt(suite: string, architecture: string, foreign: readonly string[]): Apt {
    const key = [suite, architecture, ...foreign].join(' ');
    const apt =
      this.#apts.get(key) ?? new Apt(join(this.#kept, 'apt'), suite, architecture, console.error, foreign);
    this.#apts.set(key, apt);
    return apt;
  }
}

function withoutMirror<T>(fetch: () => T): T {
  try {
    return fetch();
  } catch (error) {
    throw error instanceof SuiteUnavailable ? new NoMirror(error.message) : error;
  }
}

/** By the image's own dpkg, as apt-get does it: maintainer scripts make links that no package holds, such as libblas.so.3. */
function install(merged: string, debs: readonly string[]): void {
  if (debs.length === 0) return;
  const inside = '/tmp/packages';
  mkdirSync(join(merged, inside), { recursive: true });
  for (const deb of debs) copyFileSync(deb, join(merged, inside, basename(deb)));
  const noServices = placeFor(merged, '/usr/sbin/policy-rc.d');
  writeFileSync(noServices, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  makeDevices(merged);
  runInside(
    merged,
    `for file in ${inside}/*.deb; do set -- "$@" "$(dpkg-deb -f "$file" Architecture)"; done
       for one in "$@"; do [ "$one" = all ] || dpkg --add-architecture "$one" 2> /dev/null || true; done
       dpkg --force-depends --unpack ${inside}/*.deb && dpkg --force-depends --configure -a`,
  );
  rmSync(join(merged, inside), { recursive: true });
  rmSync(noServices);
}

/** For machines that are emulated, whose maintainer scripts cannot be run: files and the loader's cache alone. */
function unpack(merged: string, debs: readonly string[], qemu: string): void {
  for (const deb of debs) {
    const script = 'set -o pipefail; dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"';
    run('bash', ['-c', script, 'unpack', deb, merged]);
  }
  const ldconfig = insideImage(merged, '/sbin/ldconfig');
  if (ldconfig !== null) run(qemu, [ldconfig, '-r', merged]);
}

const testing = 'forky';

function suiteOf({ path }: DiskImage): string | null {
  const file = insideImage(path, '/etc/os-release');
  if (file === null || !existsSync(file)) return null;
  const text = readFileSync(file, 'utf8');
  if (!/^ID=debian$/m.test(text)) return null;
  return /^VERSION_CODENAME="?(\w+)/m.exec(text)?.[1] ?? testing;
}
