import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { machineOfDebian } from '../machines.ts';
import { run } from './apt.ts';

/** A root file system in the making: a folder that Debian's packages are unpacked into. No maintainer script is run. */
export class Tree {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path, { recursive: true });
  }

  /** `/bin`, `/lib` and their like as links into `/usr`, as an installed Debian has them since bookworm. */
  merged(): this {
    for (const name of ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32']) {
      mkdirSync(join(this.path, 'usr', name), { recursive: true });
      symlinkSync(`usr/${name}`, join(this.path, name));
    }
    return this;
  }

  unpack(debs: Iterable<string>): this {
    for (const deb of debs) {
      const script =
        'set -o pipefail; dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"';
      run('bash', ['-c', script, 'unpack', deb, this.path]);
    }
    for (const heavy of ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/share/info'])
      rmSync(join(this.path, heavy), { recursive: true, force: true });
    return this;
  }

  /** Runs the tree's own ldconfig, under an emulator where the machine is another one. */
  ldconfig(architecture: string): this {
    const machine = machineOfDebian(architecture);
    const program = ['sbin/ldconfig.real', 'sbin/ldconfig'].find((name) => existsSync(join(this.path, name)));
    if (program === undefined) throw new Error(`${this.path} has no ldconfig`);
    const command = join(this.path, program);
    mkdirSync(join(this.path, 'etc'), { recursive: true });
    mkdirSync(join(this.path, 'var/cache/ldconfig'), { recursive: true });
    const emulated = machine.qemu === null ? [] : [machine.qemu];
    const [first = command, ...rest] = [...emulated, command, '-r', this.path];
    const result = spawnSync(first, rest, { encoding: 'utf8' });
    if (!existsSync(join(this.path, 'etc/ld.so.cache'))) throw new Error(`ldconfig: ${result.stderr}`);
    return this;
  }

  remove(path: string): this {
    rmSync(join(this.path, path), { recursive: true, force: true });
    return this;
  }

  write(path: string, text: string): this {
    mkdirSync(dirname(join(this.path, path)), { recursive: true });
    writeFileSync(join(this.path, path), text);
    return this;
  }

  link(path: string, target: string): this {
    mkdirSync(dirname(join(this.path, path)), { recursive: true });
    symlinkSync(target, join(this.path, path));
    return this;
  }

  /** Copies what lies in a folder of another tree whose names match. */
  take(from: string, names: RegExp, into: string): this {
    mkdirSync(join(this.path, into), { recursive: true });
    for (const name of readdirSync(from))
      if (names.test(name))
        cpSync(join(from, name), join(this.path, into, name), { recursive: true, verbatimSymlinks: true });
    return this;
  }

  /** Every variable that the image would set: a file beside the tree. */
  env(lines: readonly string[]): this {
    writeFileSync(`${this.path}.env`, `${lines.join('\n')}\n`);
    return this;
  }
}
