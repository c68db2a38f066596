import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Bounds, bounds, type Call, type Observed, type Trick } from './trick.ts';

const command = resolve('bin/libc-check.cjs');

/** Most that is kept of each stream: one that prints without an end is ended by its seconds. */
const mostOutput = 1 << 20;

/** Ticks of /proc/PID/stat a second: USER_HZ, 100 on every Linux that Node runs on (proc(5)). */
const ticks = 100;

/** Runs one trick in a folder of its own, and removes the folder. */
export async function observe(trick: Trick): Promise<Observed> {
  const folder = mkdtempSync(join(tmpdir(), 'libc-check-trick-'));
  let call: Call | undefined;
  try {
    mkdirSync(join(folder, 'home'));
    mkdirSync(join(folder, 'files'));
    call = await trick.prepare(join(folder, 'files'));
    const observed = await observeCall(call, join(folder, 'home'), { ...bounds, ...trick.bounds });
    return { ...observed, left: call.leaves?.() ?? [] };
  } finally {
    await call?.end?.();
    rmSync(folder, { recursive: true, force: true });
  }
}

function observeCall(call: Call, home: string, most: Bounds): Promise<Omit<Observed, 'left'>> {
  const started = performance.now();
  const stdin = openSync(call.stdin ?? '/dev/null', 'r');
  const [program = process.execPath, ...words] = [
    ...(call.through ?? []),
    process.execPath,
    command,
    ...call.argv,
  ];
  const child = spawn(program, words, {
    cwd: call.cwd ?? process.cwd(),
    env: environment(call, home),
    stdio: [stdin, 'pipe', 'pipe'],
  });
  closeSync(stdin);
  const stdout = collect(child, 'stdout');
  const stderr = collect(child, 'stderr');
  let used = { memoryMiB: 0, processorSeconds: 0 };
  let ended: string | null = null;
  const end = (why: string) => {
    ended ??= why;
    child.kill('SIGKILL');
  };
  const watch = setInterval(() => {
    used = usage(child.pid) ?? used;
    if (used.memoryMiB > 3 * most.memoryMiB) end(`it held ${used.memoryMiB} MiB`);
    if (performance.now() - started > most.seconds * 1000)
      end(`it had not ended after ${most.seconds} seconds`);
  }, 10);
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (status, signal) => {
      clearInterval(watch);
      const seconds = (performance.now() - started) / 1000;
      done({ status, signal, ended, stdout: stdout(), stderr: stderr(), ...used, seconds });
    });
  });
}

function environment(call: Call, home: string): NodeJS.ProcessEnv {
  const all = { PATH: process.env['PATH'], HOME: home, LANG: 'C.UTF-8', ...call.env };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== undefined));
}

function collect(child: ChildProcess, name: 'stdout' | 'stderr'): () => string {
  const parts: Buffer[] = [];
  let length = 0;
  child[name]?.on('data', (part: Buffer) => {
    if (length < mostOutput) parts.push(part);
    length += part.length;
  });
  return () => Buffer.concat(parts).toString();
}

/** What a process has used so far (proc(5): VmHWM, utime and stime); null when it has ended. */
function usage(pid: number | undefined): { memoryMiB: number; processorSeconds: number } | null {
  try {
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (peak === undefined) return null;
    return {
      memoryMiB: Math.ceil(Number(peak) / 1024),
      processorSeconds: (Number(fields[11]) + Number(fields[12])) / ticks,
    };
  } catch {
    return null;
  }
}
