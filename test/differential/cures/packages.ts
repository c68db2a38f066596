import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Apt, run } from '../corpus/apt.ts';
import { type DiskImage, insideImage } from '../images.ts';
import { changed } from './writable.ts';

/** Installs Debian's packages into copies of root file systems. No maintainer script is run, but ldconfig is. */
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
   * A folder to lay over the root file system, with the packages and what they depend on. Throws Error where apt cannot have
   * them, and where the image is none of Debian's.
   */
  installed(image: DiskImage, packages: readonly string[]): string {
    const key = [image.path, ...packages].join('\0');
    const known = this.#layers.get(key);
    if (known !== undefined) return known;
    const suite = suiteOf(image);
    if (suite === null) throw new Error(`packages of ${image.name} cannot be had here`);
    const status = join(image.path, 'var/lib/dpkg/status');
    const debs = this.#apt(suite, image.machine.debian).withDependencies(
      packages,
      existsSync(status) ? status : null,
    );
    const layer = changed(image.path, join(this.#folder, `installed-${this.#layers.size}`), (merged) => {
      for (const deb of debs) {
        const script =
          'set -o pipefail; dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"';
        run('bash', ['-c', script, 'unpack', deb, merged]);
      }
      const emulated = image.machine.qemu === null ? [] : [image.machine.qemu];
      const ldconfig = insideImage(merged, '/sbin/ldconfig');
      if (ldconfig === null) return;
      const [first = ldconfig, ...rest] = [...emulated, ldconfig, '-r', merged];
      run(first, rest);
    });
    this.#layers.set(key, layer);
    return layer;
  }

  #apt(suite: string, architecture: string): Apt {
    const key = `${suite}-${architecture}`;
    const apt = this.#apts.get(key) ?? new Apt(join(this.#kept, 'apt'), suite, architecture, console.error);
    this.#apts.set(key, apt);
    return apt;
  }
}

const testing = 'forky';

function suiteOf({ path }: DiskImage): string | null {
  const file = insideImage(path, '/etc/os-release');
  if (file === null || !existsSync(file)) return null;
  const text = readFileSync(file, 'utf8');
  if (!/^ID=debian$/m.test(text)) return null;
  return /^VERSION_CODENAME="?(\w+)/m.exec(text)?.[1] ?? testing;
}
