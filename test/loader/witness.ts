import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archiveOfTars } from './case-archive.ts';
import { layersOf, tarOfLayer } from './case-layers.ts';
import type { Case } from './cases/case.ts';

/** The observed outcome. */
export interface Sight {
  readonly exit: number;
  /** Standard error, then standard output: the loader prints before the program does. */
  readonly seen: string;
}

function command(name: string, args: readonly string[], input?: Uint8Array): Promise<Sight> {
  return new Promise((resolve) => {
    const options = {
      encoding: 'latin1',
      timeout: 60_000,
      maxBuffer: 1 << 20,
      env: { ...process.env, LC_ALL: 'C' },
    } as const;
    const child = execFile(name, [...args], options, (error, stdout, stderr) => {
      const exit = error === null ? 0 : typeof error.code === 'number' ? error.code : 999;
      resolve({ exit, seen: [stderr, stdout].filter((text) => text !== '').join('') });
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

async function must(name: string, args: readonly string[], input?: Uint8Array): Promise<string> {
  const { exit, seen } = await command(name, args, input);
  if (exit !== 0) throw new Error(`${name} ${args.join(' ')} ended with ${exit}: ${seen}`);
  return seen;
}

const bases = new Map<string, Promise<Buffer>>();

/** The root file system of an image, as a tar. */
function baseOf(roots: string, image: string): Promise<Buffer> {
  const known = bases.get(image) ?? packed(join(roots, image));
  bases.set(image, known);
  return known;
}

function packed(folder: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (!existsSync(folder)) throw new Error(`${folder} is missing: fixtures/cases/images.sh makes it`);
    const options = { encoding: 'buffer', maxBuffer: 1 << 28 } as const;
    execFile('tar', ['--numeric-owner', '--sort=name', '-C', folder, '-c', '.'], options, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(error);
    });
  });
}

const settings = (each: Case): string[] =>
  Object.entries(each.env ?? {}).map(([name, value]) => `${name}=${value}`);

/** The case under the Docker Engine of this machine. */
async function underDocker(each: Case, roots: string): Promise<Sight> {
  const layers = [await baseOf(roots, each.image), ...(await Promise.all(layersOf(each).map(tarOfLayer)))];
  const tag = `libc-check-case:${each.id.toLowerCase()}-${createHash('sha256').update(each.id).digest('hex').slice(0, 8)}`;
  const config = { env: settings(each), user: each.user ?? '', workingDir: each.workdir ?? '' };
  await must('docker', ['load', '--quiet'], await archiveOfTars(layers, config, tag));
  try {
    const { exit, seen } = await command('docker', [
      'run',
      '--rm',
      '--network',
      'none',
      tag,
      ...(each.run ?? ['/t/p']),
    ]);
    return {
      exit,
      seen: seen.replace(
        /\n?\nRun 'docker run --help' for more information\n?|\nSee 'docker run --help'\.\n?/,
        '',
      ),
    };
  } finally {
    await command('docker', ['image', 'rm', '--force', tag]);
  }
}

const emulators: Readonly<Record<string, string>> = {
  armhf: 'qemu-arm-static',
  arm64: 'qemu-aarch64-static',
  ppc64le: 'qemu-ppc64le-static',
  riscv64: 'qemu-riscv64-static',
  s390x: 'qemu-s390x-static',
};

/** The emulator of the case's machine; null where the machine itself runs it. */
function emulatorOf(each: Case): string | null {
  return emulators[each.image.slice(each.image.lastIndexOf('-') + 1)] ?? null;
}

/** The case in a chroot under qemu-user: only its loader is observed, since no kernel of that machine is there. */
async function underEmulator(each: Case, roots: string, emulator: string): Promise<Sight> {
  const folder = await mkdtemp(join(tmpdir(), 'libc-check-case-'));
  try {
    await must('tar', ['-C', folder, '-x', '--same-owner'], await baseOf(roots, each.image));
    for (const layer of layersOf(each))
      await must('tar', ['-C', folder, '-x', '--same-owner'], await tarOfLayer(layer));
    copyFileSync(`/usr/bin/${emulator}`, join(folder, 'emulator'));
    await must('chmod', ['755', join(folder, 'emulator')]);
    const variables = settings(each).flatMap((line) => ['-E', line]);
    return await command('chroot', [folder, '/emulator', ...variables, ...(each.run ?? ['/t/p'])]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Why a case cannot be witnessed here; null when it can. */
export function unwitnessed(each: Case): string | null {
  if (each.kernel !== undefined) return 'it is about another kernel';
  if (each.cpu !== undefined) return 'it is about another processor';
  const emulator = emulatorOf(each);
  if (emulator !== null && each.id.endsWith('-on-musl')) return 'it is about the kernel of another machine';
  if (emulator !== null && !existsSync(`/usr/bin/${emulator}`)) return `${emulator} is not installed`;
  return null;
}

export function witness(each: Case, roots: string): Promise<Sight> {
  const emulator = emulatorOf(each);
  return emulator === null ? underDocker(each, roots) : underEmulator(each, roots, emulator);
}

/** Writes what was seen, a case a line. */
export async function record(path: string, sights: ReadonlyMap<string, Sight>): Promise<void> {
  const lines = [...sights].map(([id, sight]) => `  ${JSON.stringify(id)}: ${JSON.stringify(sight)}`);
  await writeFile(path, `{\n${lines.join(',\n')}\n}\n`);
}
