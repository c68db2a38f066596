import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { allCapabilities, capabilityBit } from './capability-names.ts';

/** Where libcap's getcap is: whoever could set a file's capabilities has it beside setcap. */
const programs = ['/usr/sbin/getcap', '/sbin/getcap', '/usr/bin/getcap'];
const patience = 10_000;
/** In bytes, less than any system takes. */
const longestArguments = 64 * 1024;

function bitOf(name: string): bigint {
  return /^\d{1,2}$/.test(name) && Number(name) < 64 ? 1n << BigInt(name) : (capabilityBit(name) ?? 0n);
}

const setOf = (list: string): bigint =>
  list === '' || list === 'all'
    ? allCapabilities
    : list.split(',').reduce((set, name) => set | bitOf(name), 0n);

type Flag = 'e' | 'i' | 'p';

/** Reads the text form of capabilities (cap_from_text(3)): clauses of names, operators and flags; null for any other text. */
function readClauses(text: string): Readonly<Record<Flag, bigint>> | null {
  const sets: Record<Flag, bigint> = { e: 0n, i: 0n, p: 0n };
  for (const clause of text.trim().split(/ +/)) {
    const [, list = '', actions = ''] = /^([a-z0-9_,]*)((?:[=+-][eip]*)+)$/.exec(clause) ?? [];
    if (actions === '') return null;
    const named = setOf(list);
    for (const [, operator, flags = ''] of actions.matchAll(/([=+-])([eip]*)/g)) {
      for (const flag of ['e', 'i', 'p'] as const) {
        if (operator === '=') sets[flag] &= ~named;
        if (!flags.includes(flag)) continue;
        sets[flag] = operator === '-' ? sets[flag] & ~named : sets[flag] | named;
      }
    }
  }
  return sets;
}

function hexOf(clauses: string): string | null {
  // Up to libcap 2.40 a `=` stands between path and clauses.
  const sets = readClauses(clauses.replace(/^= /, ''));
  if (sets === null || (sets.e | sets.i | sets.p) === 0n) return null;
  const bytes = Buffer.alloc(20);
  bytes.writeUInt32LE(0x0200_0000 + (sets.e === 0n ? 0 : 1), 0);
  const word = (set: bigint, shift: bigint) => Number((set >> shift) & 0xffff_ffffn);
  bytes.writeUInt32LE(word(sets.p, 0n), 4);
  bytes.writeUInt32LE(word(sets.i, 0n), 8);
  bytes.writeUInt32LE(word(sets.p, 32n), 12);
  bytes.writeUInt32LE(word(sets.i, 32n), 16);
  return bytes.toString('hex');
}

/**
 * `security.capability` of files on disk from what getcap prints of them, as the hex of its bytes (struct vfs_cap_data,
 * revision 2), by path; it prints a line only for those that have it.
 */
export function capabilitiesOfGetcap(paths: readonly string[], printed: string): ReadonlyMap<string, string> {
  const asked = new Set(paths);
  const found = new Map<string, string>();
  for (const line of printed.split('\n')) {
    for (let space = line.indexOf(' '); space > 0; space = line.indexOf(' ', space + 1)) {
      const path = line.slice(0, space);
      const capability = asked.has(path) ? hexOf(line.slice(space + 1)) : null;
      if (capability !== null) found.set(path, capability);
    }
  }
  return found;
}

/** The paths in runs that a command line takes. */
function* batches(paths: readonly string[]): Generator<readonly string[]> {
  let batch: string[] = [];
  let length = 0;
  for (const path of paths) {
    if (length + path.length > longestArguments) {
      yield batch;
      [batch, length] = [[], 0];
    }
    batch.push(path);
    length += path.length + 1;
  }
  if (batch.length > 0) yield batch;
}

function capabilitiesOf(getcap: string, paths: readonly string[]): ReadonlyMap<string, string> {
  try {
    const stdio = ['ignore', 'pipe', 'ignore'] as const;
    const printed = execFileSync(getcap, [...paths], {
      encoding: 'utf8',
      timeout: patience,
      stdio: [...stdio],
    });
    return capabilitiesOfGetcap(paths, printed);
  } catch {
    return new Map();
  }
}

/**
 * `security.capability` of those of some files on disk that have it, lower-case hex, by path. Without getcap to read it, and for
 * names that it would take for options, none is known.
 */
export function fileCapabilities(paths: readonly string[]): ReadonlyMap<string, string> {
  const getcap = paths.length === 0 ? undefined : programs.find((program) => existsSync(program));
  const named = paths.filter((path) => !path.startsWith('-') && !path.includes('\n'));
  const found = new Map<string, string>();
  if (getcap === undefined) return found;
  for (const batch of batches(named))
    for (const [path, capability] of capabilitiesOf(getcap, batch)) found.set(path, capability);
  return found;
}
