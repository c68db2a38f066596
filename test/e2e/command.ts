import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface Outcome {
  readonly exitStatus: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end and returns what it printed. */
export async function command(name: string, args: readonly string[], input?: Uint8Array): Promise<Outcome> {
  const child = spawn(name, args, { stdio: 'pipe', timeout: 60_000 });
  const ended = new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('close', resolve),
  );
  child.stdin.on('error', () => {}); // a program that ends without reading its input is not an error here
  child.stdin.end(input);
  const [stdout, stderr, exitStatus] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { exitStatus, stdout, stderr };
}

/** The same, where anything but exit status 0 is an error of the test itself. Returns its output. */
export async function commandMust(
  name: string,
  args: readonly string[],
  input?: Uint8Array,
): Promise<string> {
  const { exitStatus, stdout, stderr } = await command(name, args, input);
  if (exitStatus !== 0) throw new Error(`${name} ${args.join(' ')}: ${exitStatus}: ${stderr}`);
  return stdout;
}
