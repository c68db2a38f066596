import { type DlopenHosts, hostPath } from './dlopen-hosts.ts';
import { type DiskImage, type ImageLoader, loadersOf } from './images.ts';
import { phaseOfWords } from './loader-words.ts';
import type { Probe, ProbeResult } from './probe.ts';
import { defaultPath } from './truth.ts';

/** How a file really fared: `ended`: its loader handed over, and a signal or the loader's later work ended it all the same. */
export interface Trial {
  readonly end: 'starts' | 'fails' | 'ended' | 'no answer';
  readonly said: string;
}

const SIGKILL = 9;

const said = ({ end, stdout, stderr }: ProbeResult): string =>
  `${end.kind} ${end.number} ${`${stderr}${stdout}`.trim().split('\n').slice(0, 3).join(' | ')}`;

/** Where a file is started: a root file system, what lies over it (the uppermost first), and variables over the image's own. */
export interface TrialPlace {
  readonly image: DiskImage;
  readonly layers: readonly string[];
  readonly env: readonly string[];
}

/** Starts files, or loads them, without listing what is missing: one answer each. */
export class Trials {
  readonly #probe: Probe;
  readonly #hosts: DlopenHosts;
  readonly #unprivileged: boolean;
  readonly #libdl = new Map<string, boolean>();

  /** `unprivileged`: as nobody, with limits; otherwise as root. */
  constructor(probe: Probe, hosts: DlopenHosts, unprivileged: boolean) {
    this.#probe = probe;
    this.#hosts = hosts;
    this.#unprivileged = unprivileged;
  }

  #run({ image, layers, env }: TrialPlace, argv: readonly string[], stopAtEntry: boolean) {
    const own = image.env.filter((line) => !env.some((other) => other.split('=')[0] === line.split('=')[0]));
    return this.#probe.run({
      layers: [...layers, image.path],
      argv,
      env: [defaultPath, ...own, ...env],
      qemu: image.machine.qemu,
      stopAtEntry,
      unprivileged: this.#unprivileged,
    });
  }

  /** A program at `at`, up to its entry point, and then, from the beginning, with these arguments to its end. */
  async start(place: TrialPlace, at: string, words: readonly string[]): Promise<Trial> {
    const entered = await this.#run(place, [at], true);
    if (entered.end.kind === 'timeout') return { end: 'no answer', said: said(entered) };
    if (entered.end.kind !== 'entry') return { end: 'fails', said: said(entered) };
    const whole = await this.#run(place, [at, ...words], false);
    if (whole.end.kind === 'timeout') return { end: 'starts', said: 'still runs' };
    const killed = whole.end.kind === 'signalled' && whole.end.number !== SIGKILL;
    const late =
      whole.end.kind === 'exited' && whole.end.number === 127 && phaseOfWords(whole.stderr) !== null;
    return { end: killed || late ? 'ended' : 'starts', said: said(whole) };
  }

  /** A shared object at `at`, by dlopen with RTLD_LAZY; `plain`: by a program that gives it no symbols of callers. */
  async load(place: TrialPlace, at: string, plain = false): Promise<Trial> {
    const { image, layers } = place;
    const loader = loadersOf(image.path).find(
      ({ elf }) => elf.machine === image.machine.eMachine && elf.class === image.machine.class,
    );
    const host = loader === undefined ? null : await this.#host(image, loader, plain);
    if (host === null) return { end: 'no answer', said: 'no program that calls dlopen' };
    const result = await this.#run({ ...place, layers: [...layers, host] }, [hostPath, at, 'lazy'], false);
    if (result.end.kind === 'timeout') return { end: 'no answer', said: said(result) };
    return { end: result.stdout.startsWith('opened') ? 'starts' : 'fails', said: said(result) };
  }

  async #host(image: DiskImage, loader: ImageLoader, plain: boolean): Promise<string | null> {
    const known = this.#libdl.get(image.name);
    const wish = (libdl: boolean) => ({
      machine: image.machine,
      family: loader.family,
      loader: loader.path,
      libdl,
      plain,
    });
    if (known !== undefined) return this.#hosts.calling(wish(known));
    for (const libdl of [false, true]) {
      const host = this.#hosts.calling(wish(libdl));
      if (host === null) return null;
      const { stdout } = await this.#run(
        { image, layers: [host], env: [] },
        [hostPath, '/nowhere', 'lazy'],
        false,
      );
      if (!stdout.startsWith('failed: ')) continue;
      this.#libdl.set(image.name, libdl);
      return host;
    }
    return null;
  }
}
