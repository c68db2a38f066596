import { basename } from 'node:path';
import type { DiskBinary } from './binaries.ts';
import { type DlopenHosts, hostPath } from './dlopen-hosts.ts';
import { type DiskImage, familyOf, type ImageLoader, insideImage, loadersOf } from './images.ts';
import { missingOfGlibcList, missingOfMusl, phaseOfWords } from './loader-words.ts';
import { type Missing, type NoOutcome, nothingMissing, type Outcome, unknownNames } from './outcome.ts';
import type { Probe, ProbeResult } from './probe.ts';

export const defaultPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const listMode = ['LD_TRACE_LOADED_OBJECTS=1', 'LD_WARN=1', 'LD_BIND_NOW=1'];

const ENOEXEC = 8;
const SIGILL = 4;

/** Runs a binary under the image's own loader and reports the outcome. */
export class TruthFinder {
  readonly #probe: Probe;
  readonly #hosts: DlopenHosts;
  readonly #libdl = new Map<string, boolean | null>();

  constructor(probe: Probe, hosts: DlopenHosts) {
    this.#probe = probe;
    this.#hosts = hosts;
  }

  find(image: DiskImage, binary: DiskBinary, layer: string): Promise<Outcome | NoOutcome> {
    return binary.question === 'start' ? this.#start(image, binary, layer) : this.#load(image, binary, layer);
  }

  /** Lets a program run on after its loader has finished; true when a signal kills it. */
  async crashes(image: DiskImage, binary: DiskBinary, layer: string): Promise<boolean> {
    const { end } = await this.#run(image, [layer], [binary.at, '--version'], false);
    return end.kind === 'signalled';
  }

  /** Emulators lack instructions that the machines have: that says nothing about the loader. */
  #beyondEmulator({ machine }: DiskImage, { end, stderr }: ProbeResult): NoOutcome | null {
    if (machine.qemu === null || end.kind !== 'signalled' || end.number !== SIGILL) return null;
    return { phase: null, reason: `${basename(machine.qemu)} lacks an instruction`, said: stderr };
  }

  #run(
    image: DiskImage,
    layers: readonly string[],
    argv: readonly string[],
    stopAtEntry: boolean,
    env: readonly string[] = [],
  ): Promise<ProbeResult> {
    const own = image.env.filter((line) => !env.some((other) => other.split('=')[0] === line.split('=')[0]));
    return this.#probe.run({
      layers: [...layers, image.path],
      argv,
      env: [defaultPath, ...own, ...env],
      qemu: image.machine.qemu,
      stopAtEntry,
    });
  }

  async #start(image: DiskImage, binary: DiskBinary, layer: string): Promise<Outcome | NoOutcome> {
    const result = await this.#run(image, [layer], [binary.at], true);
    const { end, stderr: said } = result;
    const beyond = this.#beyondEmulator(image, result);
    if (beyond !== null) return beyond;
    if (end.kind === 'timeout') return { phase: null, reason: 'the time ran out', said };
    if (end.kind === 'refused') {
      return {
        phase: end.number === ENOEXEC ? 'exec' : 'interpreter',
        missing: unknownNames,
        said: `errno ${end.number}`,
      };
    }
    const interp = binary.interp === null ? null : insideImage(image.path, binary.interp);
    const missing =
      interp === null ? nothingMissing : await this.#missingAtStart(image, binary, layer, interp, result);
    if (end.kind === 'entry') return { phase: 'starts', missing, said };
    if (end.kind === 'signalled') return { phase: 'crash', missing, said: `signal ${end.number}` };
    const phase = phaseOfWords(said);
    if (phase === null)
      return {
        phase: null,
        reason: 'it ended without words that are known',
        said: `exit ${end.number}: ${said}`,
      };
    return { phase, missing: phase === 'exec' || phase === 'interpreter' ? unknownNames : missing, said };
  }

  async #missingAtStart(
    image: DiskImage,
    binary: DiskBinary,
    layer: string,
    interp: string,
    started: ProbeResult,
  ): Promise<Missing> {
    if (familyOf(interp) === 'musl') {
      if (started.end.kind === 'entry') return nothingMissing;
      return started.end.kind === 'exited' ? missingOfMusl(started.stderr) : unknownNames;
    }
    return this.#glibcList(await this.#run(image, [layer], [binary.at], false, listMode));
  }

  #glibcList({ end, stdout, stderr }: ProbeResult): Missing {
    return end.kind === 'exited' ? missingOfGlibcList(`${stderr}\n${stdout}`) : unknownNames;
  }

  async #load(image: DiskImage, binary: DiskBinary, layer: string): Promise<Outcome | NoOutcome> {
    const loader = loaderOfHost(image, binary);
    if (loader === null) return { phase: 'interpreter', missing: unknownNames, said: 'no loader' };
    const libdl = await this.#dlopenIsInLibdl(image, binary, loader);
    const wish = {
      machine: binary.machine,
      family: loader.family,
      loader: loader.path,
      libdl: libdl === true,
    };
    const host = libdl === null ? null : this.#hosts.calling(wish);
    if (host === null)
      return {
        phase: null,
        reason: `no program that calls dlopen can be had for ${binary.machine.debian}, or starts there`,
        said: '',
      };
    const result = await this.#run(image, [layer, host], [hostPath, binary.at, 'lazy'], false);
    const { end, stdout, stderr } = result;
    const beyond = this.#beyondEmulator(image, result);
    if (beyond !== null) return beyond;
    const said = `${stdout}${stderr}`;
    if (end.kind === 'timeout') return { phase: null, reason: 'the time ran out', said };
    const list = this.#hosts.needing({ ...wish, libdl: false }, binary.at);
    const missing =
      list === null ? unknownNames : await this.#missingAtLoad(image, [layer, list], loader.family);
    if (stdout.startsWith('opened')) return { phase: 'starts', missing, said };
    if (end.kind === 'signalled') return { phase: 'crash', missing, said: `signal ${end.number}` };
    const phase = phaseOfWords(said.replace(/^failed: /gm, ''));
    return phase === null
      ? { phase: null, reason: 'it ended without words that are known', said }
      : { phase, missing, said };
  }

  async #missingAtLoad(
    image: DiskImage,
    layers: readonly string[],
    family: ImageLoader['family'],
  ): Promise<Missing> {
    if (family === 'glibc')
      return this.#glibcList(await this.#run(image, layers, [hostPath], false, listMode));
    const { end, stderr } = await this.#run(image, layers, [hostPath], true);
    if (end.kind === 'entry') return nothingMissing;
    return end.kind === 'exited' ? missingOfMusl(stderr) : unknownNames;
  }

  /** Up to glibc 2.33 a host needs libdl.so.2 for dlopen: found by a trial. Null: no host starts in this image. */
  async #dlopenIsInLibdl(image: DiskImage, binary: DiskBinary, loader: ImageLoader): Promise<boolean | null> {
    const key = `${image.name}\0${loader.path}\0${binary.machine.debian}`;
    const known = this.#libdl.get(key);
    if (known !== undefined) return known;
    for (const libdl of [false, true]) {
      const host = this.#hosts.calling({
        machine: binary.machine,
        family: loader.family,
        loader: loader.path,
        libdl,
      });
      if (host === null) break;
      const { stdout } = await this.#run(image, [host], [hostPath, '/nowhere', 'lazy'], false);
      if (stdout.startsWith('failed: ')) {
        this.#libdl.set(key, libdl);
        return libdl;
      }
    }
    this.#libdl.set(key, null);
    return null;
  }
}

/** The loader of the image under which a program that loads this object would run: its own libc's where both are there. */
function loaderOfHost(image: DiskImage, { machine, needed }: DiskBinary): ImageLoader | null {
  const float = machine.float === null ? 0 : 0x400;
  const fitting = loadersOf(image.path).filter(
    ({ elf }) =>
      elf.machine === machine.eMachine &&
      elf.class === machine.class &&
      elf.endianness === machine.endianness,
  );
  const same = fitting.filter(
    ({ elf }) => float === 0 || ((elf.flags & float) !== 0) === (machine.float === 'hard'),
  );
  const candidates = same.length > 0 ? same : fitting;
  const musl = needed.some((name) => name.startsWith('libc.musl-') || name === 'libc.so');
  return candidates.find(({ family }) => family === (musl ? 'musl' : 'glibc')) ?? candidates[0] ?? null;
}
