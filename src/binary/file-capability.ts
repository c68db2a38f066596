import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { allCapabilities, capabilityBit } from './capability-names.ts';

/** Where libcap's getcap is: whoever could set a file's capabilities has it beside setcap. */
const programs = ['/usr/sbin/getcap', '/sbin/getcap', '/usr/bin/getcap'];
const patience = 2000;

function bitOf(name: string): bigint {
  return /^\d{1,2}$/.test(name) && Number(name) < 64 ? 1n << BigInt(name) : (capabilityBit(name) ?? 0n);
}

const setOf = (list: string): bigint =>
  list === '' || list === 'all'
    ? allCapabilities
    : list.split(',').reduce((set, name) => set | bitOf(name), 0n);

type Flag = 'e' | 'i' | 'p';

/** Reads the text form of capabilities (cap_from_text(3)): clauses of names, operators and flags. */
function readClauses(text: string): Readonly<Record<Flag, bigint>> {
  const sets: Record<Flag, bigint> = { e: 0n, i: 0n, p: 0n };
  for (const clause of text.split(' ')) {
    const [, list = '', actions = ''] = /^([a-z0-9_,]*)((?:[=+-][eip]*)+)$/.exec(clause) ?? [];
    if (actions === '') continue;
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

/**
 * `security.capability` of a file on disk from what getcap prints of it, as the hex of its bytes (struct vfs_cap_data,
 * revision 2); null where it prints none.
 */
export function capabilityOfGetcap(path: string, printed: string): string | null {
  if (!printed.startsWith(`${path} `)) return null;
  // Up to libcap 2.40 a `=` stands between path and clauses.
  const sets = readClauses(
    printed
      .slice(path.length + 1)
      .replace(/^= /, '')
      .trimEnd(),
  );
  if ((sets.e | sets.i | sets.p) === 0n) return null;
  const bytes = Buffer.alloc(20);
  bytes.writeUInt32LE(0x0200_0000 + (sets.e === 0n ? 0 : 1), 0);
  const word = (set: bigint, shift: bigint) => Number((set >> shift) & 0xffff_ffffn);
  bytes.writeUInt32LE(word(sets.p, 0n), 4);
  bytes.writeUInt32LE(word(sets.i, 0n), 8);
  bytes.writeUInt32LE(word(sets.p, 32n), 12);
  bytes.writeUInt32LE(word(sets.i, 32n), 16);
  return bytes.toString('hex');
}

/** `security.capability` of a file on disk, lower-case hex; null when it has none, or no getcap is here to read it. */
export function fileCapability(path: string): string | null {
  const getcap = programs.find((program) => existsSync(program));
  if (getcap === undefined || path.startsWith('-')) return null;
  try {
    const stdio = ['ignore', 'pipe', 'ignore'] as const;
    const printed = execFileSync(getcap, [path], { encoding: 'utf8', timeout: patience, stdio: [...stdio] });
    return capabilityOfGetcap(path, printed);
  } catch {
    return null;
  }
}
