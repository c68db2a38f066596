import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from './machines.ts';

const placeholder = `/${'?'.repeat(400)}`;
/** Where a host stands in the root file system. */
export const hostPath = '/.differential/host';

export interface HostWish {
  readonly machine: Machine;
  readonly family: 'glibc' | 'musl';
  /** Its PT_INTERP. */
  readonly loader: string;
  /** dlopen is in libdl.so.2 (glibc up to 2.33). */
  readonly libdl: boolean;
  /** It defines none of the symbols of callers: for what has such symbols of its own, as libnode has Node's. Default: it does. */
  readonly plain?: boolean;
}

/** Small programs that load a shared object, built for each architecture and loader by gcc or a cross gcc. */
export class DlopenHosts {
  readonly #source: string;
  readonly #folder: string;
  readonly #symbols: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #built = new Map<string, string | null>();
  #lists = 0;

  /** `symbols`: what hosts of an architecture (by its Debian name) define for what they load, besides their libc. */
  constructor(sources: string, folder: string, symbols: ReadonlyMap<string, ReadonlySet<string>>) {
    this.#source = join(sources, 'dlopen-host.c');
    this.#folder = join(folder, 'hosts');
    this.#symbols = symbols;
  }

  /** A folder to lay over a root file system, with a host that calls dlopen; null where no compiler is. */
  calling(wish: HostWish): string | null {
    return this.#host(wish, false);
  }

  /** The same with a host that has the shared object at `path` as DT_NEEDED, for the loader's list mode. */
  needing(wish: HostWish, path: string): string | null {
    const template = this.#host(wish, true);
    if (template === null) return null;
    const bytes = readFileSync(join(template, hostPath));
    const at = bytes.indexOf(placeholder, 0, 'latin1');
    if (at < 0 || path.length > placeholder.length) return null;
    bytes.fill(0, at, at + placeholder.length);
    bytes.write(path, at, 'latin1');
    const layer = join(this.#folder, `list-${this.#lists++ % 64}`);
    mkdirSync(join(layer, '.differential'), { recursive: true });
    writeFileSync(join(layer, hostPath), bytes, { mode: 0o755 });
    return layer;
  }

  #host(wish: HostWish, list: boolean): string | null {
    const { machine, family, loader, libdl, plain = false } = wish;
    const key = [machine.debian, family, loader.replaceAll('/', '+'), libdl, list, plain].join(' ');
    let layer = this.#built.get(key);
    if (layer === undefined) {
      layer = this.#compile(wish, list, join(this.#folder, `${this.#built.size}`));
      this.#built.set(key, layer);
    }
    return layer;
  }

  #compile(
    { machine, family, loader, libdl, plain = false }: HostWish,
    list: boolean,
    layer: string,
  ): string | null {
    mkdirSync(join(layer, '.differential'), { recursive: true });
    const gcc = (args: readonly string[]) =>
      spawnSync(
        machine.gcc,
        [...machine.gccFlags, '-w', '-O1', '-fno-builtin', '-fno-stack-protector', '-nostdlib', ...args],
        { cwd: layer, encoding: 'utf8' },
      );
    const stub = (name: string, soname: string, text: string) => {
      writeFileSync(join(layer, `${name}.c`), text);
      return gcc(['-shared', '-o', `${name}.so`, `-Wl,-soname,${soname}`, `${name}.c`]).status === 0;
    };
    const libc = 'void dlopen(){} void dlerror(){} void write(){} void _exit(){}';
    if (!stub('libc-stub', family === 'glibc' ? 'libc.so.6' : 'libc.so', libc)) return null;
    if (!stub('libdl-stub', 'libdl.so.2', '') || !stub('object-stub', placeholder, '')) return null;
    const given = plain ? [] : [...(this.#symbols.get(machine.debian) ?? [])];
    const functions = given.map(
      (name, i) => `long given${i}(void) __asm__("${name}");\nlong given${i}(void) { return 0; }\n`,
    );
    writeFileSync(join(layer, 'given.c'), functions.join(''));
    const linked = gcc([
      ...[
        '-Wl,--no-as-needed',
        '-fno-pie',
        '-no-pie',
        '-o',
        `.${hostPath}`,
        this.#source,
        'given.c',
        'libc-stub.so',
      ],
      ...(libdl ? ['libdl-stub.so'] : []),
      ...(list ? ['-DLIST', 'object-stub.so'] : []),
      ...[
        '-Wl,--hash-style=both,-z,lazy,--export-dynamic,--allow-shlib-undefined',
        `-Wl,--dynamic-linker=${loader}`,
      ],
    ]);
    if (linked.status !== 0 && existsSync(machine.gcc)) throw new Error(linked.stderr);
    return linked.status === 0 ? layer : null;
  }
}
