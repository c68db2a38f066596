import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { machineOfDebian } from './machines.ts';

/** How a process ended, or did not have to: see loader-probe.c. */
export interface End {
  readonly kind: 'refused' | 'exited' | 'signalled' | 'entry' | 'timeout';
  /** errno, exit status or signal; 0 where there is none. */
  readonly number: number;
}

export interface ProbeRequest {
  /** Folders that are laid over each other, the uppermost first. */
  readonly layers: readonly string[];
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly qemu: string | null;
  readonly stopAtEntry: boolean;
  /** As nobody, with limits; default: as root. */
  readonly unprivileged?: boolean;
}

export interface ProbeResult {
  readonly end: End;
  readonly stdout: string;
  readonly stderr: string;
}

const longestOutput = 4 << 20;

/** Runs programs in root file systems by loader-probe. */
export class Probe {
  readonly #program: string;
  readonly #scratch: string;
  readonly #skeleton: string;
  readonly #seconds: number;

  /** Builds the probe into a folder. Throws Error where it cannot work: it needs Linux on x86-64, root, gcc and overlayfs. */
  constructor(sources: string, folder: string, seconds: number) {
    this.#program = join(folder, 'loader-probe');
    this.#scratch = join(folder, 'scratch');
    this.#skeleton = join(folder, 'skeleton');
    this.#seconds = seconds;
    if (process.platform !== 'linux' || process.arch !== 'x64' || process.getuid?.() !== 0)
      throw new Error('the differential test needs root on an x86-64 Linux machine');
    for (const name of ['proc', 'dev', 'tmp']) mkdirSync(join(this.#skeleton, name), { recursive: true });
    mkdirSync(this.#scratch, { recursive: true });
    const compiled = spawnSync(
      machineOfDebian('amd64').gcc,
      ['-O2', '-o', this.#program, join(sources, 'loader-probe.c')],
      {
        encoding: 'utf8',
      },
    );
    if (compiled.status !== 0)
      throw new Error(`gcc cannot build the probe: ${compiled.stderr ?? 'gcc is missing'}`);
  }

  run(request: ProbeRequest): Promise<ProbeResult> {
    const { layers, argv, env, qemu, stopAtEntry, unprivileged = false } = request;
    const args = [
      '--scratch',
      this.#scratch,
      '--lower',
      [...layers, this.#skeleton].join(':'),
      '--seconds',
      String(this.#seconds),
    ];
    if (qemu !== null) args.push('--qemu', qemu);
    if (stopAtEntry) args.push('--stop-at-entry');
    if (unprivileged) args.push('--unprivileged');
    for (const line of env) args.push('--env', line);
    args.push('--', ...argv);
    return new Promise((resolve, reject) => {
      const child = spawn(this.#program, args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
      const texts = ['', '', '', ''];
      for (const fd of [1, 2, 3]) {
        child.stdio[fd]?.on('data', (chunk: Buffer) => {
          if ((texts[fd]?.length ?? 0) < longestOutput) texts[fd] += chunk.toString('latin1');
        });
      }
      child.on('error', reject);
      child.on('close', () => {
        const [, stdout = '', stderr = '', told = ''] = texts;
        const [kind, ...rest] = (told.split('\n')[0] ?? '').split(' ');
        const number = Number(rest[0]);
        if (kind === 'entry' || kind === 'timeout') resolve({ end: { kind, number: 0 }, stdout, stderr });
        else if (kind === 'refused' || kind === 'exited' || kind === 'signalled')
          resolve({ end: { kind, number }, stdout, stderr });
        else reject(new Error(`the probe is broken: ${told.trim() || stderr.trim() || 'it said nothing'}`));
      });
    });
  }
}
